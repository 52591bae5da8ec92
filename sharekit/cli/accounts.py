"""`sharekit accounts`: sign in, look, test, sign out."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import click

from sharekit.cli.options import Run, command, common
from sharekit.cli.output import table
from sharekit.errors import Unauthorized, UserError

if TYPE_CHECKING:
    from sharekit.app.accounts import Added
    from sharekit.app.needs import Want

__all__ = ["accounts"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@partial(common, hidden=True)
def accounts(_run: Run) -> int | None:
    """Add, list, test and remove accounts; by itself, list them."""
    ctx = click.get_current_context()
    return ctx.invoke(list_) if ctx.invoked_subcommand is None else None


@command("list", group=accounts)
@click.option("--check", is_flag=True, help="Ask each account who it is.")
def list_(run: Run, check: bool = False) -> int:
    """List the accounts of the config, where their secrets are, and when a sign-in ends."""
    from sharekit.app import accounts as book

    lines = book.listed(run.app, check=check)

    def show() -> None:
        rows = []
        for line in lines:
            ends = f"{line.expires:%Y-%m-%d}" if line.expires else ""
            rows.append((line.name, _places(line.secrets), ends, line.error or line.who or ""))
        for text in table(rows, head=("account", "secrets", "ends", "")):
            run.out.line(text)

    run.out.answer(lines, book.ending(lines), show=show)
    return 1 if any(line.error for line in lines) else 0


def _places(secrets: Mapping[str, str]) -> str:
    """`keyring`, or `environment, missing: token`."""
    places = sorted({place for place in secrets.values() if place != "missing"})
    if missing := sorted(name for name, place in secrets.items() if place == "missing"):
        places.append(f"missing: {', '.join(missing)}")
    return ", ".join(places) or "no secrets needed"


class _Add(click.Command):
    """With a channel's name on the line, the help tells what that channel needs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["sharekit.words"] = [word for word in args if not word.startswith("-")]
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from sharekit import plugins
        from sharekit.app import needs
        from sharekit.credentials import variable

        names = plugins.names(plugins.PUBLISHERS)
        channel = next((word for word in ctx.meta.get("sharekit.words", ()) if word in names), None)
        if channel is None:
            with formatter.section("Channels"):
                formatter.write_text(", ".join(sorted(names)))
                formatter.write_text("sharekit accounts add CHANNEL --help says what one needs.")
        else:
            with formatter.section(f"What {channel} needs"):
                rows = [
                    (want.name, _where(channel, want, variable)) for want in needs.wants(channel)
                ]
                formatter.write_dl(rows or [("nothing", "It has no account.")])
            if guide := needs.guide(channel):
                with formatter.section("In a terminal it leads you through"):
                    formatter.write_text(guide)
        super().format_epilog(ctx, formatter)


def _where(channel: str, want: Want, variable: Any) -> str:
    given = (
        f"{variable(channel, 'main', want.name)}, or asked" if want.secret else "--set, or asked"
    )
    return f"{want.about} [{given}]"


@command("add", group=accounts, cls=_Add)
@click.argument("channel")
@click.option("--name", default="main", show_default=True, metavar="NAME", help="The account.")
@click.option(
    "--store",
    type=click.Choice(["keyring", "file", "env"]),
    help="Where secrets go; else the keyring, or a file for you alone.",
)
@click.option(
    "--token-stdin",
    is_flag=True,
    help="Read the secret from standard input; several as lines NAME=VALUE.",
)
@click.option("--no-browser", is_flag=True, help="Show the page's address and ask for its code.")
@click.option(
    "--redirect",
    metavar="URL",
    help="Where the network leads back to, as its app was told [default: http://127.0.0.1:8765/].",
)
@click.option("--no-check", is_flag=True, help="Do not ask the channel who it is.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting.")
def add(
    run: Run,
    channel: str,
    name: str,
    store: str | None,
    token_stdin: bool,
    no_browser: bool,
    redirect: str | None,
    no_check: bool,
    settings: tuple[str, ...],
) -> int:
    """Add an account of CHANNEL: sign in or give what it needs; secrets are stored, never shown."""
    from sharekit.app import accounts as book
    from sharekit.app import needs

    values = _given(run, channel, name, settings, token_stdin=token_stdin)
    if needs.is_complete(channel, values):
        values.update(_optional(run, channel, values))
    elif store != "env":
        values.update(_signed_in(run, channel, name, values, paste=no_browser, redirect=redirect))
    for want in needs.wants(channel):
        if not want.secret and want.name not in values and want.required:
            values[want.name] = _ask(run, want.name, want.about)
    done = book.add(run.app, channel, name, values, store=store, check=not no_check)
    _tell(run, channel, name, done)
    data = {"channel": channel, "account": name, "secrets": done.where, "config": done.changed}
    run.out.answer({**data, "who": done.who}, done.problems)
    return 0


def _tell(run: Run, channel: str, name: str, done: Added) -> None:
    if done.changed:
        run.out.note(f"Wrote {channel}:{name} into {run.app.config.path}")
    if done.left:
        lines = ", ".join(f"{key}: {value}" for key, value in done.left.items())
        run.out.note(f"Put into {channel}:{name} in {run.app.config.path}: {lines}")
    if done.who:
        ends = f"; the sign-in ends {done.who.expires:%Y-%m-%d}" if done.who.expires else ""
        run.out.note(f"Signed in as {done.who.name}{ends}")
    run.out.note(f"Secrets: {done.where}")


def _given(
    run: Run, channel: str, name: str, settings: Sequence[str], *, token_stdin: bool
) -> dict[str, str]:
    """What the line, standard input, the environment and the config say already."""
    from sharekit.app import needs
    from sharekit.credentials import variable

    values = {key: value for key, _, value in (pair.partition("=") for pair in settings)}
    secrets = [want.name for want in needs.wants(channel) if want.secret]
    known = run.app.config.account(channel, name)
    for key, value in known.settings.items() if known else ():
        if key not in secrets and isinstance(value, (str, int)):
            values.setdefault(key, str(value))
    if token_stdin:
        values.update(_piped(channel, secrets, needs.main_secret(channel)))
    for secret in secrets:
        if given := os.environ.get(variable(channel, name, secret)):
            values.setdefault(secret, given)
    return values


def _piped(channel: str, secrets: Sequence[str], main: str | None) -> dict[str, str]:
    """The secrets, from standard input: one by itself, or lines `NAME=VALUE`."""
    text = sys.stdin.read().strip()
    lines = [line.partition("=") for line in text.splitlines() if line.strip()]
    if lines and all(name.strip() in secrets and value for name, _, value in lines):
        return {name.strip(): value.strip() for name, _, value in lines}
    if not secrets:
        raise UserError(f"{channel} needs no secrets", hint="Leave --token-stdin out.")
    if main is None and len(secrets) == 1:
        main = secrets[0]
    if main is None or len(lines) > 1:
        names = ", ".join(secrets)
        raise UserError(
            f"{channel} has several secrets: {names}", hint="Give each as a line NAME=VALUE."
        )
    return {main: text}


def _signed_in(
    run: Run,
    channel: str,
    name: str,
    values: Mapping[str, str],
    *,
    paste: bool,
    redirect: str | None,
) -> dict[str, str]:
    """What is missing, from a person; with the channel's page where it has one."""
    from sharekit.app import needs
    from sharekit.app.sign_in import can_sign_in, sign_in

    if not run.interactive:
        _nobody_to_ask(channel, name, values)
    if can_sign_in(channel):
        return sign_in(
            run.app,
            channel,
            values,
            tell=lambda url: click.echo(f"Open this page and say yes:\n  {url}", err=True),
            ask=partial(_ask, run),
            paste=paste,
            redirect=redirect,
        )
    asked = [want for want in needs.wants(channel) if want.name not in values]
    return {want.name: _ask(run, want.name, want.about, secret=want.secret, default=None
            if want.required else "") for want in asked}  # fmt: skip


def _optional(run: Run, channel: str, values: Mapping[str, str]) -> dict[str, str]:
    """Secrets that an account may have, where somebody can be asked and nothing else asks."""
    from sharekit.app import needs
    from sharekit.app.sign_in import can_sign_in

    if not run.interactive or can_sign_in(channel):
        return {}
    left = [w for w in needs.wants(channel) if w.secret and w.name not in values]
    return {w.name: _ask(run, w.name, w.about, secret=True, default="") for w in left}


def _nobody_to_ask(channel: str, name: str, values: Mapping[str, str]) -> NoReturn:
    """Raise for what is missing where there is no terminal; secrets first."""
    from sharekit.app import needs
    from sharekit.credentials import variable

    wanted = needs.wants(channel)
    plain = next((w for w in wanted if not w.secret and w.name not in values), None)
    if plain is not None:
        raise _not_asked(channel, plain.name, plain.about)
    ways = [one for one in needs.sets(channel) if one]
    names = "; or ".join(
        ", ".join(variable(channel, name, secret) for secret in way) for way in ways
    )
    raise Unauthorized(
        f"no {ways[0][0]} to read (no terminal)",
        hint=f"Set {names}. Or pipe it: "
        f"... | sharekit accounts add {channel} --name {name} --token-stdin",
    )


def _not_asked(who: str, name: str, about: str) -> UserError:
    return UserError(
        f"{who} needs {name}, and there is nobody to ask" + (f": {about}" if about else ""),
        hint=f"Give it as --set {name}=VALUE.",
    )


def _ask(
    run: Run,
    name: str,
    about: str,
    *,
    secret: bool = False,
    default: str | None = None,
    choices: Mapping[str, str] | None = None,
) -> str:
    """What the person says. A secret is not echoed."""
    if not run.interactive:
        raise _not_asked("the account", name, about)
    if about:
        click.echo(f"  {about}", err=True)
    for choice, meaning in (choices or {}).items():
        click.echo(f"    {choice}  {meaning}", err=True)
    answer: str = click.prompt(
        name, hide_input=secret, err=True, default=default, show_default=bool(default)
    )
    return answer.strip()


@command("test", group=accounts)
@click.argument("name")
def test(run: Run, name: str) -> int:
    """Ask the account NAME who it is, by a harmless read, and print the limits found."""
    from sharekit.app import accounts as book

    found = []
    for account in run.app.config.named(name):
        who = book.probe(run.app, account)
        limits = (who.limits if who else None) or account.limits
        found.append({"account": account.name, "who": who, "limits": limits})
        says = f"signed in as {who.name}" if who else "cannot say who it is"
        most = "no limit" if limits.length is None else f"limit {limits.length} {limits.unit}"
        run.out.note(f"{account.name}: {says}; {most}")
        if who and who.expires:
            run.out.note(f"{account.name}: the sign-in ends {who.expires:%Y-%m-%d %H:%M} UTC")
        for note in who.notes if who else ():
            run.out.note(f"  {note}")
    names = {item["account"] for item in found}
    ending = [p for p in book.ending(book.listed(run.app)) if p.where in names]
    run.out.answer(found, ending)
    return 0


@command("remove", group=accounts)
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(run: Run, name: str, yes: bool) -> int:
    """Forget the stored secrets of the account NAME."""
    from sharekit.app import accounts as book

    left: list[str] = []
    for account in run.app.config.named(name):
        if not yes:
            if not run.interactive:
                raise UserError("nothing was removed", hint="Pass --yes.")
            click.confirm(f"Forget the secrets of {account.name}?", abort=True, err=True)
        left += book.remove(run.app, account)
        run.out.note(f"Forgot the secrets of {account.name}")
    run.out.answer(left, show=lambda: run.out.lines(left))
    return 0
