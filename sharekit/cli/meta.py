"""`sharekit meta` and `sharekit inspect`: what a page tells the networks."""

from __future__ import annotations

from pathlib import Path

import click

from sharekit.cli.options import Run, command
from sharekit.errors import UserError

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
        tags.put(Path(target), text)
        run.out.note(f"Wrote {target}")
    problems = dict.fromkeys((*row.problems, *(also.problems if also else ())))
    run.out.answer(text, list(problems), show=lambda: None if target else run.out.line(text))
    return 0


@command("inspect")
@click.argument("url")
@click.option("--as", "network", metavar="NAME", help="Only what this network reads.")
def inspect(run: Run, url: str, network: str | None) -> int:
    """Show what each network would read from a live page (or a saved one), and what is wrong."""
    from sharekit.app.inspection import inspect as look

    result = look(run.app, url, network)
    run.out.answer(
        result,
        result.problems,
        show=lambda: run.out.lines(result.lines()),
    )
    return 1 if any(p.severity == "error" for p in result.problems) else 0
