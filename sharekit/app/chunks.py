"""Drawing on several machines: chunks of posts, done by whoever shares the queue's database.

`sharekit render --workers` hands them out and takes part; every `sharekit worker` does some.
A chunk holds its posts whole, so a machine needs the config, the layouts and the pictures,
but none of the sources.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit.app.cards import Order, Rendered, as_weighed, drawn, orders
from sharekit.app.outputs import Output, output
from sharekit.composer import Request
from sharekit.errors import Problem, SharekitError, UserError
from sharekit.model import Asset, Card, Post, as_data

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.queue.engine import Task

__all__ = ["TASK", "render", "tasks"]

log = logging.getLogger("sharekit.queue")

TASK = "render"
MOST = 100
"""Posts in a chunk, at most: what a machine that dies costs once more."""
PIECES = 24
"""Chunks that a small site is cut into, so that every machine gets some."""


def tasks(app: App) -> Mapping[str, Task]:
    """What a worker with this config does for others."""
    return {TASK: lambda chunk: _chunk(app, chunk)}


def render(
    app: App,
    found: Sequence[Post],
    *,
    where: str | None = None,
    threads: int = 1,
    **asked: Any,
) -> tuple[int, Iterator[Rendered]]:
    """Draw the cards of *found* into *where*, a folder or an address: how many rows, and the rows.

    *asked* is what `cards.orders` takes. Rows come as they are done; `RenderError` for chunks
    that failed comes at the end. *threads* is how many chunks this process does at a time.
    """
    wanted = orders(app, **asked)
    there = output(where or str(app.config.cards), app.config.state)
    there.ready()
    rows = _rows(app, found, wanted, there, threads)
    return len(found) * len(wanted), as_weighed(app, rows)


def _rows(
    app: App, found: Sequence[Post], wanted: Sequence[Order], there: Output, threads: int
) -> Iterator[Rendered]:
    from sharekit.queue.fan_out import fan_out

    left: list[Post] = []
    for post in found:
        rows = _kept(app, post, wanted, there)
        if rows is None:
            left.append(post)
        else:
            yield from rows
    if not left:
        return
    size = max(1, min(MOST, -(-len(left) // PIECES)))
    chunks = [
        {
            "look": app.composer.look,
            "where": there.address,
            "orders": as_data(wanted),
            "posts": as_data(left[start : start + size]),
        }
        for start in range(0, len(left), size)
    ]
    drawn_by = fan_out(app.queue, TASK, chunks, tasks=tasks(app), threads=threads)
    for number, answers in drawn_by:
        posts = {post.id: post for post in left[number * size : (number + 1) * size]}
        for answer in answers:
            yield _adopted(app, posts[answer["post"]], _order(answer["order"]), answer, there)


def _kept(app: App, post: Post, wanted: Sequence[Order], there: Output) -> list[Rendered] | None:
    """The rows of *post* when all its cards are there as they should be."""
    rows = []
    for order in wanted:
        card = app.composer.remembered(post, order.request_of(post), there.folder)
        if card is None or not there.holds(card):
            return None
        rows.append(_row(post, order, "kept", card, there.put(card), problems=card.problems))
    return rows


def _adopted(app: App, post: Post, order: Order, row: Mapping[str, Any], there: Output) -> Rendered:
    """A row as another machine has answered it; its card is remembered here as well."""
    problems = tuple(Problem(**problem) for problem in row["problems"])
    if row["card"] is None:
        return _row(post, order, "failed", problems=problems)
    name = Path(row["card"]["path"]).name
    card = Card(**{**row["card"], "path": there.folder / name, "problems": problems})
    app.composer.remember(post, order.request_of(post), there.folder, card)
    return _row(post, order, row["status"], card, row["place"], problems=problems)


def _row(
    post: Post,
    order: Order,
    status: Any,
    card: Card | None = None,
    place: str | None = None,
    *,
    problems: tuple[Problem, ...],
) -> Rendered:
    return Rendered(
        post=post.id,
        channel=order.channel,
        size=order.request.size,
        layout=card.layout if card else order.request_of(post).layout,
        status=status,
        card=card,
        path=Path(place) if place and "://" not in place else place,
        problems=problems,
    )


# -- on the machine that draws ---------------------------------------------------------------


def _chunk(app: App, chunk: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Draw one chunk; its rows as JSON."""
    if chunk["look"] != app.composer.look:
        raise UserError(
            "a worker has another theme, logo, fonts or version of sharekit than the machine "
            "that asked it to draw",
            hint="Give every machine the same config and the same release.",
            code="render-workers",
        )
    there = output(chunk["where"], app.config.state)
    there.ready()
    posts = [_post(data) for data in chunk["posts"]]
    orders = [_order(data) for data in chunk["orders"]]
    rows = list(drawn(app, posts, orders, there.folder))
    log.info("drew the cards of %d posts for %s", len(posts), there.address)
    return [_answer(row, orders[i % len(orders)], there) for i, row in enumerate(rows)]


def _answer(row: Rendered, order: Order, there: Output) -> dict[str, Any]:
    place, problems, card = None, row.problems, row.card
    if card:
        try:
            if row.status == "kept" and not there.holds(card):
                row = dataclasses.replace(row, status="drew")  # kept here, but not there
            place = there.put(card)
        except SharekitError as error:
            row, problems = dataclasses.replace(row, card=None, status="failed"), error.problems
    return {
        "post": row.post,
        "order": as_data(order),
        "status": row.status,
        "card": as_data(row.card),
        "place": place,
        "problems": as_data(problems),
    }


def _post(data: Mapping[str, Any]) -> Post:
    """The post that `as_data` wrote."""
    values = dict(data)
    for key in ("published", "updated"):
        if values[key]:
            values[key] = datetime.fromisoformat(values[key])
    for key in ("image", "share_image"):
        if values[key]:
            focus = values[key]["focus"]
            values[key] = Asset(**{**values[key], "focus": tuple(focus) if focus else focus})
    for key in ("authors", "tags"):
        values[key] = tuple(values[key])
    return Post(**values)


def _order(data: Mapping[str, Any]) -> Order:
    return Order(**{**data, "request": Request(**data["request"])})
