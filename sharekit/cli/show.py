"""`sharekit show` and `sharekit count`: what a channel would be given, and how it counts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from sharekit.cli.options import Run, command
from sharekit.cli.posts import parse_settings, reading_options
from sharekit.errors import UserError

if TYPE_CHECKING:
    from sharekit.app.show import Shown

__all__ = ["count", "show"]


@command("show")
@click.argument("post")
@click.option("--channel", "channels", multiple=True, metavar="NAME", help="Only this account.")
@click.option("--layout", metavar="NAME", help="Draw the card with this layout.")
@click.option("--request", is_flag=True, help="Print the very request, secrets masked.")
@click.option("--text", "text_only", is_flag=True, help="Print the text alone.")
@click.option("--no-card", is_flag=True, help="Do not draw the card.")
@reading_options
def show(
    run: Run,
    post: str,
    channels: tuple[str, ...],
    layout: str | None,
    request: bool,
    text_only: bool,
    no_card: bool,
    reader: str | None,
    supplement: str | None,
    settings: tuple[str, ...],
) -> int:
    """Show exactly what each channel would be given for POST: text, count, card, problems."""
    shown = run.app.show(
        post,
        channels,
        layout=layout,
        draw=not no_card,
        request=request,
        reader=reader,
        supplement=supplement,
        settings=parse_settings(settings),
    )
    data: Any = [item.as_data() for item in shown]
    problems = [problem for item in shown for problem in item.problems]
    if len(channels) == 1 and len(data) == 1:
        data = data[0]
    run.out.answer(data, problems, show=lambda: _people(run, shown, text_only=text_only))
    return 1 if any(p.severity == "error" for p in problems) else 0


def _people(run: Run, shown: list[Shown], *, text_only: bool) -> None:
    for item in shown:
        if text_only:
            run.out.line(item.message.text)
            continue
        limit = f"/{item.count.limit}" if item.count.limit is not None else ""
        state = "" if item.count.fits else click.style("  TOO LONG", fg="red", bold=True)
        head = f"{item.account}  {item.count.length}{limit} {item.count.unit}{state}"
        run.out.line(click.style(head, bold=True))
        if warning := item.message.content_warning:
            run.out.line(f"  ! {warning}")
        for text in item.marked_texts():
            for line in text.splitlines():
                run.out.line(f"  | {line}")
        for name, value in _rows(item):
            run.out.line(f"  {name:<8} {value}")
        for request in item.requests:
            run.out.line("")
            run.out.line(request)


def _rows(item: Shown) -> Iterator[tuple[str, str]]:
    """What goes along with the text, by name."""
    message = item.message
    if message.parts:
        yield "parts", ", ".join(f"{one.length}/{one.limit}" for one in item.part_counts())
    for link in message.links:
        shown = message.text[link.start : link.end]
        yield "link", link.url if shown == link.url else f"{shown} -> {link.url}"
    if message.mentions:
        yield "mentions", " ".join(f"@{one.handle}" for one in message.mentions)
    if message.tags:
        yield "tags", " ".join(message.text[one.start : one.end] for one in message.tags)
    if card := message.card:
        yield "card", f"{card.path} ({card.width}x{card.height}, {card.bytes // 1000} kB)"
        yield "alt", card.alt or "MISSING"
    yield "attach", f"{message.attach}{_whose(item)}"
    if item.price is not None:
        yield "price", f"${item.price:.3f}"


def _whose(item: Shown) -> str:
    """Who draws the card of a link."""
    if item.message.attach != "link":
        return ""
    if item.limits.link_card == "crawl":
        return ", which the network draws from the page"
    title, summary = item.message.title or "", item.message.summary
    return ": " + " / ".join(text for text in (title, summary) if text)


@command("count")
@click.option("--channel", required=True, metavar="NAME", help="A channel or an account.")
@click.argument("text", required=False)
def count(run: Run, channel: str, text: str | None) -> int:
    """Count TEXT (or standard input, with - or nothing) the way CHANNEL does."""
    if text in (None, "-"):
        if sys.stdin.isatty() and text is None:
            raise UserError("no text to count", hint='sharekit count --channel x "text"')
        text = sys.stdin.read().removesuffix("\n")
    result = run.app.count(text or "", channel)
    if result.limit is None:
        says = f"{result.length} {result.unit}: no limit"
    else:
        verdict = "fits" if result.fits else "does not fit"
        says = f"{result.length} of {result.limit} {result.unit}: {verdict}"
    run.out.answer(result, show=lambda: run.out.line(says))
    return 0 if result.fits else 1
