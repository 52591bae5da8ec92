"""The root command, and how every failure ends: words for a person, JSON, and an exit code.

0 done · 1 ran, but found problems or some posts failed · 2 wrong usage or config ·
3 network or remote, worth retrying · 4 sign-in missing or expired · 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from sharekit._version import __version__
from sharekit.cli.options import Run, common
from sharekit.errors import Problem, SharekitError

__all__ = ["cli", "run"]

# Command -> module and the first line of its help, so that `--help` imports no command.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("start", "Write a config.yaml for the site in this folder."),
    "doctor": ("start", "Say what works here and what is missing."),
    "check": ("check", "Find what is wrong with posts, cards and texts."),
    "posts": ("posts", "List the posts of a source."),
    "render": ("cards", "Draw share cards."),
    "diff": ("diff", "Show cards before and after a change of templates."),
    "layouts": ("layouts", "List, show, eject or start layouts."),
    "show": ("show", "Show exactly what a channel would be given."),
    "count": ("show", "Count a text the way a channel does."),
    "preview": ("preview", "Open the local preview page."),
    "meta": ("meta", "Print the meta block of a post with its cards."),
    "inspect": ("meta", "Show what each network would read from a page."),
    "accounts": ("accounts", "Add, list, test and remove accounts."),
    "schedule": ("schedule", "Put posts into the queue."),
    "approve": ("queue", "Approve posts that wait for it."),
    "retry": ("verbs", "Make due again what failed or was held."),
    "queue": ("queue", "List and change what is planned."),
    "history": ("queue", "Show what happened to posts."),
    "publish": ("publish", "Send what is due, once, and stop."),
    "worker": ("publish", "Keep sending what is due."),
    "follow": ("publish", "Queue new posts of the configured sources."),
    "evergreen": ("publish", "Share evergreen posts again, in rotation."),
    "config": ("config", "Show the config's place, values and schema."),
    "wire": ("config", "Print a ready file for cron, systemd, Docker or GitHub Actions."),
}
SECTIONS = {
    "Start": ("init", "doctor", "check"),
    "Cards": ("posts", "render", "diff", "layouts", "meta", "inspect"),
    "Words": ("show", "count", "preview"),
    "Posting": (
        "accounts", "schedule", "approve", "queue", "retry", "history", "publish", "worker",
        "follow", "evergreen",
    ),
    "Wiring": ("config", "wire"),
}  # fmt: skip


class _Lazy(click.Group):
    """A group that imports a command's module only when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"sharekit.cli.{COMMANDS[cmd_name][0]}")
        found: click.Command = getattr(module, cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            raise click.NoSuchCommand(name, possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for title, names in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, COMMANDS[name][1]) for name in names])


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: sharekit init",
)
@click.version_option(__version__, prog_name="sharekit")
@common
def cli(_run: Run) -> None:
    """From a post, wherever it was written: its share card, its words, and its delivery, once."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program with *arguments* (default: the process's own). Returns the exit code."""
    state = Run()
    try:
        return _ran(state, arguments)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return 130
    except (BrokenPipeError, SystemExit) as error:
        # click meets a broken pipe first, wraps the streams and would end with 1.
        if isinstance(error, SystemExit) and not hasattr(sys.stdout, "wrapped"):
            raise
        # Nobody reads any more: give Python something to flush into at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # A folder that cannot be written, a full disk: nothing that a traceback would mend.
        if state.debug or not error.strerror:
            raise
        problem = _of_the_system(error)
        if not error.filename:  # standard output itself is full
            click.echo(f"error: {problem}", err=True)
            return 1
        return _fail(state, [problem], 1)


def _ran(state: Run, arguments: Sequence[str] | None) -> int:
    try:
        code = cli.main(arguments, prog_name="sharekit", standalone_mode=False, obj=state)
    except SharekitError as error:
        if state.debug:
            raise
        return _fail(state, error.problems, error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        return _usage(state, error, arguments)
    return code if isinstance(code, int) else 0


def _of_the_system(error: OSError) -> Problem:
    """What the system refused, in one line."""
    return Problem(
        code="file",
        message=f"cannot be used: {error.strerror}",
        where=os.path.abspath(os.fsdecode(error.filename)) if error.filename else "the output",  # noqa: PTH100
        hint="See that it can be read and written by this user, and that the disk has room.",
    )


def _fail(state: Run, problems: Sequence[Problem], code: int) -> int:
    state.out.answer(None, problems, ok=False)
    return code


def _usage(state: Run, error: click.ClickException, arguments: Sequence[str] | None) -> int:
    """Usage errors as JSON too, when JSON was asked for anywhere on the line."""
    words = sys.argv[1:] if arguments is None else arguments
    if state.as_json or "--json" in words:
        state.take({"as_json": True})
        context = getattr(error, "ctx", None)
        hint = f"{context.command_path} --help says how." if context else None
        problem = Problem(code="usage", message=error.format_message(), hint=hint)
        return _fail(state, [problem], error.exit_code)
    error.show()
    return error.exit_code
