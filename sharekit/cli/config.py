"""`sharekit config` and `sharekit wire`: the config itself, and ready files to run sharekit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from sharekit.cli.options import Run, command
from sharekit.errors import UserError

__all__ = ["config", "wire"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def config() -> None:
    """Show the config's place, its values and its schema."""


@command("path", group=config)
def path(run: Run) -> int:
    """Print which config applies here."""
    from sharekit.config import find

    found = Path(run.config) if run.config else find(run.folder)
    if found is None:
        hint = "sharekit init writes one."
        raise UserError(f"no sharekit.yaml or config.yaml of ours from {run.folder.resolve()} up",
                        hint=hint, code="config-absent")  # fmt: skip
    run.out.answer(str(found), show=lambda: run.out.line(str(found)))
    return 0


@command("schema", group=config)
@click.option("--out", type=click.Path(dir_okay=False), metavar="FILE", help="Write it to FILE.")
def schema(run: Run, out: str | None) -> int:
    """Print the JSON Schema of config.yaml, for editors."""
    from sharekit.config.schema import schema as whole

    text = json.dumps(whole(), indent=2, ensure_ascii=False)
    if out:
        from sharekit import files

        files.write(Path(out), text + "\n")
        run.out.note(f"Wrote {out}")
    else:
        run.out.answer(whole(), show=lambda: run.out.line(text))
    return 0


@command("show", group=config)
def show(run: Run) -> int:
    """Print the values that apply, secrets masked."""
    data = run.app.describe()
    run.out.answer(data, show=lambda: _tree(run, data))
    return 0


def _tree(run: Run, data: Any, indent: str = "") -> None:
    for key, value in data.items():
        if isinstance(value, dict):
            run.out.line(f"{indent}{key}:")
            _tree(run, value, indent + "  ")
        else:
            run.out.line(f"{indent}{key}: {'not set' if value is None else value}")


@command("get", group=config)
@click.argument("key")
def get(run: Run, key: str) -> int:
    """Print one value, such as site.name."""
    value: Any = run.app.describe()
    for part in key.split("."):
        if not isinstance(value, dict) or part not in value:
            raise UserError(f"there is no {key!r} in the config", hint="sharekit config show")
        value = value[part]
    run.out.answer(value, show=lambda: run.out.line(str(value)))
    return 0


@command("wire")
@click.argument("name", required=False)
def wire(run: Run, name: str | None) -> int:
    """Print a ready file to run sharekit: cron, systemd, docker or github-actions."""
    from sharekit.queue import wire as ready

    if name is None:
        names = ready.names()
        run.out.answer(names, show=lambda: run.out.lines(names))
        return 0
    text = ready.wire(name)
    run.out.answer(text, show=lambda: run.out.line(text))
    return 0
