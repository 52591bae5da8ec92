"""`sharekit layouts`: the layouts that are there, their boxes, and copies to make one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from sharekit.cli.options import Run, command, common
from sharekit.cli.output import table

__all__ = ["layouts"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@partial(common, hidden=True)
def layouts(_run: Run) -> int | None:
    """List, show, eject or start layouts."""
    ctx = click.get_current_context()
    return ctx.invoke(list_) if ctx.invoked_subcommand is None else None


@command("list", group=layouts)
def list_(run: Run) -> int:
    """List the layouts and the themes."""
    from sharekit.composer import THEMES

    found = run.app.composer.layouts()

    def show() -> None:
        rows = [(entry.name, entry.origin, entry.about) for entry in found]
        for line in table(rows, head=("layout", "from", "about")):
            run.out.line(line)
        run.out.line()
        looks = [(name, ", ".join(_look(tokens))) for name, tokens in THEMES.items()]
        for line in table(looks, head=("theme", "")):
            run.out.line(line)

    run.out.answer(found, show=show)
    return 0


def _look(tokens: Mapping[str, Any]) -> Iterator[str]:
    """A theme's colours and typeface, in words."""
    for name in ("ground", "ink", "accent"):
        yield f"{name} {tokens[name]}"
    yield f"titles in {tokens.get('face', 'sans')}"


@command("show", group=layouts)
@click.argument("name")
@click.option("--size", default="og", show_default=True, metavar="NAME", help="In this size.")
@click.option("--grid", type=click.Path(dir_okay=False), metavar="FILE",
              help="Draw the boxes into this PNG.")  # fmt: skip
def show(run: Run, name: str, size: str, grid: str | None) -> int:
    """Show the layers and boxes of a layout as they apply in one size."""
    layout = run.app.composer.layout(name)
    boxes = layout.describe(size)

    def people() -> None:
        rows = [(b.layer, b.kind, ",".join(map(str, b.box or ())), b.says) for b in boxes]
        for line in table(rows, head=("layer", "kind", "x,y,w,h", "")):
            run.out.line(line)

    if grid:
        run.app.composer.grid(name, size, Path(grid))
        run.out.note(f"Wrote {grid}")
    run.out.answer(boxes, show=people)
    return 0


@command("new", group=layouts)
@click.argument("name")
@click.option("--extends", default="editorial", show_default=True, metavar="NAME",
              help="The layout that it starts from.")  # fmt: skip
def new(run: Run, name: str, extends: str) -> int:
    """Start a layout of your own that changes a few layers of another."""
    path = run.app.composer.new_layout(name, extends=extends, folder=run.app.config.layouts)
    run.out.answer(str(path), show=lambda: run.out.line(str(path)))
    run.out.note(f"Next: edit it, then sharekit render --layout {name}")
    return 0


@command("eject", group=layouts)
@click.argument("name")
def eject(run: Run, name: str) -> int:
    """Copy a layout whole into the project, to change it freely."""
    path = run.app.composer.eject(name, folder=run.app.config.layouts)
    run.out.answer(str(path), show=lambda: run.out.line(str(path)))
    return 0
