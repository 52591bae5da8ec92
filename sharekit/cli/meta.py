"""`sharekit meta` and `sharekit inspect`: what a page tells the networks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharekit.cli.options import Run, command
from sharekit.cli.output import table
from sharekit.errors import UserError

if TYPE_CHECKING:
    from sharekit.readers.inspect import Inspection, View

__all__ = ["inspect", "meta"]


@command("meta")
@click.argument("post")
@click.option("--write", "target", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
              help="Put the block into this HTML file, between markers.")  # fmt: skip
@click.option("--cards-url", metavar="URL", help="The address of the folder of the cards.")
@click.option("--layout", metavar="NAME", help="The layout of the card.")
@click.option("--square", is_flag=True, help="A square card too, for messengers that cut one.")
def meta(
    run: Run,
    post: str,
    target: str | None,
    cards_url: str | None,
    layout: str | None,
    square: bool,
) -> int:
    """Print the meta block of POST with its card, for the page's head."""
    from sharekit.app import meta as tags

    found = run.app.select([post]).posts
    if len(found) != 1:
        raise UserError(f"{post!r} is {len(found)} posts; name one")
    _, rows = run.app.render(found, sizes=("og",), layout=layout)
    (row,) = rows
    if row.card is None:
        raise UserError("", problems=row.problems)
    also = tags.square(run.app, found[0], layout=layout or "article") if square else None
    text = tags.block(run.app, found[0], row.card, cards_url=cards_url, also=also)
    if target:
        changed = tags.put(Path(target), text)
        run.out.note(f"Wrote {target}" if changed else f"{target} has it already")
    problems = list(dict.fromkeys((*row.problems, *(also.problems if also else ()))))
    run.out.answer(text, problems, show=lambda: None if target else run.out.line(text))
    return 1 if any(problem.severity == "error" for problem in problems) else 0


@command("inspect")
@click.argument("url")
@click.option("--as", "network", metavar="NAME", help="Only what this network reads.")
@click.option("--strict", is_flag=True, help="End with 1 for warnings, too.")
def inspect(run: Run, url: str, network: str | None, strict: bool) -> int:
    """Show what each network would read from a live page (or a saved one), and what is wrong.

    Ends with 0 when nothing is wrong, with 1 when something is, with 3 when the page cannot be
    reached for now.
    """
    from sharekit.app.inspection import inspect as look

    found, problems = look(run.app, url, network)
    run.out.answer(found, problems, show=lambda: run.out.lines(_seen(found)))
    bad = {"error", "warning"} if strict else {"error"}
    return 1 if any(problem.severity in bad for problem in problems) else 0


def _seen(found: Inspection) -> Iterator[str]:
    """An inspection for a person: the way to the page, its tags, and who reads which of them."""
    for hop in found.hops:
        yield f"{hop} leads to"
    yield found.url
    yield ""
    said = {
        tag: getattr(view, what)
        for what in ("title", "description", "image", "alt")
        for view in found.views
        if (tag := view.tags.get(what))
    }
    yield from table([(tag, _line(value)) for tag, value in said.items()])
    for picture in found.pictures:
        size = f"{picture.width}x{picture.height} px, " if picture.width else ""
        yield f"{picture.url}: {picture.mime}, {size}{picture.bytes / 1000:,.0f} kB"
    yield ""
    head = ("network", "card", "title", "description", "picture", "alt", "robots.txt", "rules")
    yield from table([_row(view) for view in found.views], head=head)


def _line(value: str) -> str:
    """*value* on one line, cut, and without what a terminal would act on."""
    shown = "".join(c if c.isprintable() else " " for c in value)
    return shown if len(shown) <= 160 else shown[:159] + "…"


def _row(view: View) -> tuple[str, ...]:
    tags = [view.tags.get(what, "-") for what in ("title", "description", "image", "alt")]
    answers = {view.page_allowed, view.image_allowed if view.image else view.page_allowed}
    robots = "shut out" if False in answers else "let in" if True in answers else "-"
    return view.network, view.card, *tags, robots, view.confidence
