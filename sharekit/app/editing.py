"""What the preview page shows while a person edits: counts, cards, pictures, posts' states."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.app import overrides
from sharekit.app.cards import request_for
from sharekit.app.messages import placed, with_voice
from sharekit.composer import Drawing, Request
from sharekit.errors import Problem, RenderError, SharekitError
from sharekit.model import Card, Message, Post

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config.accounts import Account

OF_POST = ("title-missing", "url-missing", "token-unknown")
"""Problems that a post has on every channel alike."""

__all__ = ["Measured", "Panel", "measure", "missing", "panels", "picture", "shared_card"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """*message* as it would go out, and how long its words are before they are made to fit.

    *room* is how many code points of the typed text have room beside what is added to it (the
    link, hashtags): what is typed beyond it is cut away.
    """

    message: Message
    length: int
    limit: int | None
    unit: str
    over: int
    room: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One account's view of a post. *own* is the text it has of its own, before any token."""

    account: Account
    voice: str
    measured: Measured
    own: str | None
    off: bool
    stale: bool = False


def panels(app: App, post: Post, *, old: Mapping[str, Card] | None = None) -> list[Panel]:
    """What each account of the config would be given for *post*, its cards drawn or kept.

    *old* are cards by account that may stand in where new ones would have to be drawn: their
    panels are `stale`, and so are the cards in their messages.
    """
    accounts = app.accounts()
    wanted = _wanted(app, post)
    results = _results(app, post, wanted, old or {})
    found = []
    for account in accounts:
        result, stale = results.get(account.name, (None, False))
        measured = measure(
            app,
            post,
            account,
            card=result if isinstance(result, Card) else None,
            problems=result.problems if isinstance(result, SharekitError) else (),
        )
        found.append(_panel(post, account, measured, stale=stale))
    return found


def draw(app: App, post: Post, told: Callable[[int, int], object]) -> None:
    """Draw all cards that *post*'s page shows and that are not kept; *told* hears how far it is."""
    requests = dict.fromkeys((*_wanted(app, post).values(), Request()))
    app.composer.draw_all(post, requests, app.config.cards, told=told)


def _wanted(app: App, post: Post) -> dict[str, Request]:
    """The card that each account asks for, by its name; none where none is attached."""
    return {
        account.name: request_for(account, post)
        for account in app.accounts()
        if overrides.rules_for(post, account).attach != "none"
    }


def _results(
    app: App, post: Post, wanted: Mapping[str, Request], old: Mapping[str, Card]
) -> dict[str, tuple[Card | SharekitError, bool]]:
    """The card, or why there is none, of each account in *wanted*; and whether it is an old one."""
    requests = list(dict.fromkeys(wanted.values()))
    folder = app.config.cards
    kept = {request: app.composer.kept(post, request, folder) for request in requests}
    late = [name for name, request in wanted.items() if kept[request] is None]
    if late and all(name in old for name in late):
        return {
            name: (drawing.card, False) if (drawing := kept[request]) else (old[name], True)
            for name, request in wanted.items()
        }
    drawn = dict(zip(requests, app.composer.draw_all(post, requests, folder), strict=True))
    return {
        name: (result.card if isinstance(result, Drawing) else result, False)
        for name, request in wanted.items()
        for result in (drawn[request],)
    }


def _panel(post: Post, account: Account, measured: Measured, *, stale: bool) -> Panel:
    voice = overrides.voice(account)
    return Panel(
        account=account,
        voice=voice,
        measured=measured,
        own=post.social.get(voice),
        off=overrides.value_of(post, f"off.{account.name}"),
        stale=stale,
    )


def measure(
    app: App,
    post: Post,
    account: Account,
    *,
    typed: Mapping[str, str] | None = None,
    card: Card | None = None,
    problems: Sequence[Problem] = (),
) -> Measured:
    """The message of *post* for *account*, counted; *typed* are texts not saved yet, by channel.

    The count is that of all the words, the link and hashtags among them, by the channel's rule.
    """
    from sharekit.text.count import count, limit_for

    edited = dataclasses.replace(post, social={**post.social, **typed}) if typed else post
    message = app.message(edited, account, draw=False, card=card)
    if problems:
        found = (*message.problems, *placed(problems, post))
        message = dataclasses.replace(message, problems=found)
    limits = account.limits
    warning = message.content_warning or ""
    whole = _words(app, edited, account)
    counted = count(whole, limits, attach=message.attach, warning=warning)
    limit = limit_for(limits, message.attach)
    cut = any(p.code in ("text-cut", "text-too-long") for p in message.problems)
    over = max(counted.length - limit, 1) if cut and limit is not None else int(cut)
    said = _typed(edited, account)
    room = _room(app, edited, account, said, message) if cut else len(said)
    return Measured(
        message=message,
        length=counted.length,
        limit=limit,
        unit=counted.unit,
        over=over,
        room=room,
    )


def _typed(post: Post, account: Account) -> str:
    return post.social.get(overrides.voice(account)) or post.social.get("*") or ""


def _words(app: App, post: Post, account: Account) -> str:
    """All the words of the message, before they are made to fit."""
    from sharekit.text import links
    from sharekit.text.wording import Job, wording

    rules = account.rules
    job = Job(
        post=with_voice(post, account),
        channel=account.channel,
        limits=account.limits,
        rules=rules,
        site=app.config.site,
        link=links.encoded(links.with_parameters(post.url, rules.utm)) if post.url else None,
        now=datetime.now(UTC),
    )
    said = wording(job).words
    return (said.with_short_links() if account.limits.link_text == "short" else said).text


def _room(app: App, post: Post, account: Account, said: str, message: Message) -> int:
    """How much of *said* has room: the longest beginning with which everything fits."""
    from sharekit.text.count import has_room
    from sharekit.text.graphemes import boundaries

    voice = overrides.voice(account)
    warning = message.content_warning or ""

    def fits(end: int) -> bool:
        tried = dataclasses.replace(post, social={**post.social, voice: said[:end] or " "})
        words = _words(app, tried, account)
        return has_room(words, account.limits, attach=message.attach, warning=warning)

    ends = [0, *boundaries(said)]
    low, high = 0, len(ends)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(ends[middle]) else (low, middle)
    return ends[low]


def shared_card(app: App, post: Post, *, draw: bool = True) -> Card | None:
    """The card of the post's page, as any network would find it; `None` when there is none.

    Without *draw*, only one that is drawn already.
    """
    request = Request()
    if kept := app.composer.kept(post, request, app.config.cards):
        return kept.card
    if not draw:
        return None
    try:
        return app.composer.draw(
            post, layout=request.layout, size=request.size, out=app.config.cards
        ).card
    except RenderError:
        return None


def picture(app: App, post: Post) -> Path | None:
    """The post's picture, whole, as a file that is safe to show; `None` when there is none."""
    try:
        return app.composer.picture(post, app.config.state / "cache" / "whole")
    except RenderError:
        return None


def missing(app: App, post: Post) -> list[Problem]:
    """What *post* lacks and what does not fit, told without drawing anything."""
    from sharekit.composer.content import picture_of

    asset = picture_of(post)
    found: dict[tuple[str, str | None], Problem] = {}
    if asset is None:
        found["picture-none", None] = Problem(
            code="picture-none", message="no picture", severity="info", where=post.source
        )
    elif not asset.alt and app.config.alt != "off":
        found["alt-missing", None] = Problem(
            code="alt-missing",
            message="the picture has no alt text",
            severity="error" if app.config.alt == "require" else "warning",
            where=post.source,
        )
    for account in app.accounts():
        if overrides.value_of(post, f"off.{account.name}"):
            continue
        for problem in app.message(post, account, draw=False).problems:
            if problem.code not in ("card-missing", "alt-missing", "tags-dropped"):
                found[problem.code, None if problem.code in OF_POST else account.name] = problem
    return [
        dataclasses.replace(problem, hint=account or problem.hint)
        for (_, account), problem in found.items()
    ]
