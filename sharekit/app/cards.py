"""Cards: which of them posts and accounts need, drawn or kept, one process or several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sharekit.app import overrides
from sharekit.app.messages import account_for, placed, weighed
from sharekit.composer import Drawing, Request
from sharekit.composer.sizes import named
from sharekit.errors import Problem, SharekitError
from sharekit.model import Card, Post

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config import Config
    from sharekit.config.accounts import Account

__all__ = ["Order", "Rendered", "as_weighed", "card", "drawn", "orders", "render", "request_for"]

PICKING = "article"
"""The layout that picks one by what a post has, and by what is said for it."""
CHUNK = 16
"""Posts handed to a drawing process at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A card that is wanted, and the account that wants it (`None`: asked for by size).

    With *fixed*, its layout was asked for by whoever draws.
    """

    channel: str | None
    request: Request
    fixed: bool = False

    def request_of(self, post: Post) -> Request:
        """The request for *post*, in the layout that an editor chose for it, if one did."""
        chosen = None if self.fixed else _chosen(post, self.request.layout)
        return replace(self.request, layout=chosen) if chosen else self.request


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One row of `render`: a card for a post and an account, or why there is none."""

    post: str
    channel: str | None
    size: str
    layout: str
    status: Literal["drew", "kept", "failed"]
    card: Card | None = None
    path: Path | str | None = None
    problems: tuple[Problem, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The keys of the contract."""
        made = self.card
        return {
            "post": self.post,
            "channel": self.channel,
            "size": self.size,
            "layout": made.layout if made else self.layout,
            "path": str(self.path) if self.path else None,
            "mime": made.mime if made else None,
            "width": made.width if made else None,
            "height": made.height if made else None,
            "bytes": made.bytes if made else None,
            "alt": made.alt if made else None,
            "digest": made.digest if made else None,
            "status": self.status,
        }


def request_for(
    account: Account, post: Post | None = None, *, layout: str | None = None
) -> Request:
    """The card that *account* wants, of *post*: its size, layout and most bytes.

    A layout that an editor chose for *post* comes before the account's own, *layout* before both.
    """
    limits, rules = account.limits, account.rules
    if post is not None and layout is None:
        layout = _chosen(post, rules.layout)
    budgets = [b for b in (limits.image_bytes, limits.card_bytes) if b is not None]
    return Request(
        layout=layout or rules.layout,
        size=account.card_size,
        max_bytes=min(budgets) if budgets else None,
    )


def _chosen(post: Post, own: str) -> str | None:
    """The layout that an editor chose for *post*; `None` where *own* finds it by itself."""
    return None if own == PICKING else overrides.value_of(post, "layout")


def card(app: App, post: Post, account: Account, *, layout: str | None = None) -> Card:
    """The card of *post* for *account*, drawn or kept. Raises `RenderError`."""
    request = request_for(account, post, layout=layout)
    return app.composer.draw(
        post,
        layout=request.layout,
        size=request.size,
        out=app.config.cards,
        max_bytes=request.max_bytes,
    ).card


def orders(
    app: App,
    *,
    channels: Sequence[str] = (),
    sizes: Sequence[str] = (),
    layout: str | None = None,
    type: Literal["png", "jpeg", "webp", "avif"] | None = None,  # noqa: A002
) -> list[Order]:
    """The cards that each post needs.

    *channels* name accounts, *sizes* sizes; with neither, those of every account of the config
    and the sizes it names besides. Raises `UserError` for a name that means nothing.
    """
    accounts = [account_for(app.config, name) for name in channels]
    for size in sizes:
        named(size)
    if layout is not None:
        app.composer.library.layout(layout)
    extra = list(sizes)
    if not accounts and not sizes:
        accounts = app.accounts()
        extra = list(app.config.sizes) or ([] if accounts else ["og"])
    found = [
        Order(
            channel=account.name,
            request=replace(request_for(account, layout=layout), type=type),
            fixed=layout is not None,
        )
        for account in accounts
    ]
    if accounts and sizes:
        return [
            replace(order, request=replace(order.request, size=size))
            for order in found
            for size in sizes
        ]
    found += [
        Order(
            channel=None,
            request=Request(layout=layout or PICKING, size=size, type=type),
            fixed=layout is not None,
        )
        for size in extra
    ]
    return found


def render(
    app: App,
    found: Sequence[Post],
    *,
    channels: Sequence[str] = (),
    sizes: Sequence[str] = (),
    layout: str | None = None,
    out: Path | None = None,
    type: Literal["png", "jpeg", "webp", "avif"] | None = None,  # noqa: A002
    jobs: int | None = None,
    check: bool = False,
) -> tuple[int, Iterator[Rendered]]:
    """Draw the cards of *found* into *out*: how many rows there will be, and the rows.

    With *check* nothing is written: a card that is missing or stale counts as `drew`.
    *jobs* processes draw; by default one, or two for more than a handful of posts.
    """
    wanted = orders(app, channels=channels, sizes=sizes, layout=layout, type=type)
    folder = out or app.config.cards
    total = len(found) * len(wanted)
    if check:
        return total, as_weighed(app, _stale(app, found, wanted, folder))
    folder.mkdir(parents=True, exist_ok=True)
    many = jobs or (2 if len(found) > 2 * CHUNK else 1)
    rows = (
        drawn(app, found, wanted, folder)
        if many == 1
        else _drawn_by_many(app, found, wanted, folder, many)
    )
    return total, as_weighed(app, rows)


def as_weighed(app: App, rows: Iterable[Rendered]) -> Iterator[Rendered]:
    """*rows*, a drawn card's problems as severe as the config says."""
    for row in rows:
        problems = tuple(weighed(problem, app.config) for problem in row.problems)
        yield row if row.status == "failed" else replace(row, problems=problems)


def drawn(
    app: App, found: Iterable[Post], wanted: Sequence[Order], folder: Path
) -> Iterator[Rendered]:
    """Draw what *wanted* says of each of *found* into *folder*, in this process; row by row."""
    for post in found:
        requests = _requests(post, wanted)
        results = dict(zip(requests, app.composer.draw_all(post, requests, folder), strict=True))
        for order in wanted:
            yield _row(post, order, results[order.request_of(post)])


def _requests(post: Post, wanted: Sequence[Order]) -> list[Request]:
    """The cards of *post* that *wanted* asks for, each once."""
    return list(dict.fromkeys(order.request_of(post) for order in wanted))


def _row(post: Post, order: Order, result: Drawing | SharekitError) -> Rendered:
    request = order.request_of(post)
    if isinstance(result, SharekitError):
        return Rendered(
            post=post.id,
            channel=order.channel,
            size=request.size,
            layout=request.layout,
            status="failed",
            problems=placed(result.problems, post),
        )
    made = result.card
    return Rendered(
        post=post.id,
        channel=order.channel,
        size=request.size,
        layout=made.layout,
        status="kept" if result.kept else "drew",
        card=made,
        path=made.path,
        problems=placed(made.problems, post),
    )


def _stale(
    app: App, found: Iterable[Post], wanted: Sequence[Order], folder: Path
) -> Iterator[Rendered]:
    """What `render` would do, without doing it."""
    for post in found:
        for order in wanted:
            request = order.request_of(post)
            try:
                kept = app.composer.kept(post, request, folder)
                if kept:
                    path, known = kept.card.path, kept.card.problems
                else:
                    path, known = app.composer.outlook(post, request, folder)
            except SharekitError as error:
                yield _row(post, order, error)
                continue
            # A card that was drawn here and is not as it was then is stale; one that came from
            # elsewhere, such as a checkout, has only its name and itself to speak for it.
            drawn_here = app.composer.remembered(post, request, folder) is not None
            fresh = kept is not None or (not drawn_here and _is_whole(path))
            stale = () if fresh else (_is_stale(post, path),)
            yield Rendered(
                post=post.id,
                channel=order.channel,
                size=request.size,
                layout=request.layout,
                status="kept" if fresh else "drew",
                card=kept.card if kept else None,
                path=path,
                problems=placed((*known, *stale), post),
            )


def _is_whole(path: Path) -> bool:
    """Whether *path* holds a picture to its end: cards may come from elsewhere, or be cut short."""
    from PIL import Image

    try:
        with Image.open(path) as picture:
            picture.load()
    except (OSError, SyntaxError):  # Pillow says SyntaxError for a broken PNG
        return False
    return True


def _is_stale(post: Post, path: Path) -> Problem:
    return Problem(
        code="card-stale",
        message=f"the card {path.name} is missing or out of date",
        severity="warning",
        where=post.source or post.id,
        hint="sharekit render draws it.",
    )


# -- several processes --------------------------------------------------------------------


def _drawn_by_many(
    app: App, found: Sequence[Post], wanted: Sequence[Order], folder: Path, jobs: int
) -> Iterator[Rendered]:
    """As `drawn`, in *jobs* processes; rows come in the order of the posts.

    What is kept is told here, so that an unchanged site starts no process.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    kept = [_kept(app, post, _requests(post, wanted), folder) for post in found]
    stale = [post for post, fresh in zip(found, kept, strict=True) if fresh is None]
    chunks = [stale[i : i + CHUNK] for i in range(0, len(stale), CHUNK)]
    with ProcessPoolExecutor(
        max_workers=max(1, min(jobs, len(chunks))),
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(app.config, app.offline),
    ) as pool:
        answers = pool.map(_chunk, chunks, [wanted] * len(chunks), [folder] * len(chunks))
        drawn = chain.from_iterable(answers)
        for post, fresh in zip(found, kept, strict=True):
            if fresh is None:
                yield from islice(drawn, len(wanted))
            else:
                yield from (_row(post, order, fresh[order.request_of(post)]) for order in wanted)


def _kept(
    app: App, post: Post, requests: Sequence[Request], folder: Path
) -> dict[Request, Drawing] | None:
    """*post*'s cards when all of them are as they were, else `None`."""
    found = {request: app.composer.kept(post, request, folder) for request in requests}
    fresh = {request: drawing for request, drawing in found.items() if drawing}
    return fresh if len(fresh) == len(found) else None


_worker: App | None = None


def _begin(config: Config, offline: bool) -> None:
    """Make a process's own app, once."""
    from sharekit.app import App

    global _worker  # noqa: PLW0603  (a process draws for one config)
    _worker = App(config, offline=offline)


def _chunk(found: Sequence[Post], wanted: Sequence[Order], folder: Path) -> list[Rendered]:
    assert _worker is not None
    return list(drawn(_worker, found, wanted, folder))
