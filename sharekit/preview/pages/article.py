"""One article: every channel side by side, as it will look, with its words to be edited."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sharekit.app import editing, frontmatter, overrides, planning
from sharekit.composer.content import picture_of
from sharekit.errors import Problem, SharekitError
from sharekit.model import Attach, Delivery
from sharekit.preview import drawing, networks, states
from sharekit.preview.guard import linked
from sharekit.preview.words import of_card, sentence, told, w

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.app.editing import Measured, Panel
    from sharekit.model import Card, Post
    from sharekit.preview.desk import Desk, Item

__all__ = [
    "Channel",
    "context",
    "counted",
    "drawn",
    "elsewhere",
    "grouped",
    "read_count",
    "ready",
]

T = TypeVar("T")

NEAR = 0.08
"""The share of a limit below which what is left is worth a warning."""
EDIT = ("text-cut", "text-too-long", "text-refused", "text-empty")
LOOK = ("card-text-cut", "text-covered", "contrast-low", "text-small")
SHARED = ("alt-missing", "text-missing", "title-missing", "token-unknown")
"""Problems of the article, told once whatever channels they are found on."""
QUIET = ("card-missing", "tags-dropped", "picture-none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One panel: a drawing, its editor and what is to be said about it."""

    slug: str
    name: str
    label: str
    account: str
    voice: str
    drawing: drawing.Drawing
    size: str
    own: str | None
    base: str
    off: bool
    attach: Attach
    attach_own: str | None
    attach_base: str
    choices: Sequence[Attach]
    count: dict[str, Any]
    stops: Sequence[Problem]
    warns: Sequence[Problem]
    delivery: Delivery | None
    kind: str | None
    word: str
    when: str
    newer: bool
    sent: bool
    sent_url: str | None
    sent_says: str


def context(desk: Desk, item: Item) -> dict[str, Any]:
    """What the template shows."""
    app, post = desk.app, item.post
    queued = _queued(desk, item)
    paused = {(a.channel, a.account): a.reason or "" for a in app.queue.accounts() if a.paused}
    panels, card = desk.panels(item)
    channels = [
        _channel(desk, item, panel, queued.get((panel.account.channel, panel.account.account)),
                 paused.get((panel.account.channel, panel.account.account)))
        for panel in panels
    ]  # fmt: skip
    when = planning.offered(app)
    ready = [c for c in channels if not (c.off or c.stops or c.sent)]
    return {
        "item": item,
        "post": post,
        "title": post.title or w("articles.untitled"),
        "channels": channels,
        "groups": grouped(channels, lambda channel: channel.drawing),
        "elsewhere": elsewhere(desk, post, {c.voice for c in channels}, card),
        "problems": _problems(channels, post, _unread(desk, post)),
        "kind": _standing(channels),
        "shared": {
            "text": post.social.get("*") or "",
            "base": overrides.fingerprint(post, "social.*"),
            "users": sum(c.own is None for c in channels),
        },
        "shared_words": _by_hand(app, post),
        "picture": _picture(desk, post),
        "card_url": desk.url_of(card) if card else None,
        "layout": {
            "now": overrides.value_of(post, "layout") or "",
            "drawn": card.layout if card else "",
            "base": overrides.fingerprint(post, "layout"),
            "names": [entry.name for entry in app.composer.layouts()],
        },
        "when": when,
        "ready": ready,
        "read_url": linked(post.url),
        "changed": _changed(desk, post),
    }


def _picture(desk: Desk, post: Post) -> dict[str, Any]:
    """The post's picture, whole, and what may be said of it."""
    picture, whole = picture_of(post), editing.picture(desk.app, post)
    return {
        "url": desk.publish(whole, "image/jpeg") if whole else None,
        "alt": (picture.alt or "") if picture else "",
        "alt_base": overrides.fingerprint(post, "alt"),
        "focus": (picture.focus if picture else None) or (0.5, 0.4),
        "focus_base": overrides.fingerprint(post, "focus"),
    }


def _changed(desk: Desk, post: Post) -> str:
    """Which file an edit that is not this page's stands in, and when it was written."""
    found = overrides.changed_last(desk.app.config, post)
    if found is None:
        return ""
    path, when = found
    return w("article.conflict_where", file=path.name, time=desk.clock.time(when))


def _by_hand(app: App, post: Post) -> str:
    """The words for a network that a person posts to: the shared text, or title and link."""
    from sharekit.config.accounts import bare

    return app.message(post, bare("outbox"), draw=False).text


def _queued(desk: Desk, item: Item) -> dict[tuple[str, str], Delivery]:
    """The post's deliveries, of each account the one that is still to go out, else the latest."""
    found = {}
    everything = [d for d in desk.app.queue.list(post=item.post.id) if d.state != "cancelled"]
    for delivery in sorted(everything, key=lambda d: d.state in planning.OPEN):
        found[delivery.message.channel, delivery.message.account] = delivery
    return found


def _channel(
    desk: Desk, item: Item, panel: Panel, delivery: Delivery | None, paused: str | None
) -> Channel:
    account, message = panel.account, panel.measured.message
    rule = networks.named(panel.voice)
    problems = [*message.problems, *of_card(message.card)]
    stops = [p for p in problems if p.severity == "error" and not _of_card(p)]
    if paused is not None:
        why = w("article.paused", why=paused or w("common.no_reason"))
        stops.append(Problem(code="paused", message=sentence(why)))
    kind = states.kind_of(delivery) if delivery else None
    return Channel(
        slug=account.name.replace(":", "-"),
        name=rule.name,
        label=desk.label(account),
        account=account.name,
        voice=panel.voice,
        drawing=drawn(desk, item.post, panel),
        size=message.card.size if message.card else "",
        own=panel.own,
        base=overrides.fingerprint(item.post, f"social.{panel.voice}"),
        off=panel.off,
        attach=message.attach,
        attach_own=overrides.value_of(item.post, f"attach.{panel.voice}"),
        attach_base=overrides.fingerprint(item.post, f"attach.{panel.voice}"),
        choices=account.limits.attach,
        count=counted(panel.measured),
        stops=stops,
        warns=[p for p in problems if p not in stops and p.code not in QUIET],
        delivery=delivery,
        kind=kind,
        word=states.word(kind) if kind else "",
        when=desk.clock.say(delivery.due) if delivery and delivery.due else "",
        newer=bool(
            delivery
            and delivery.state in planning.OPEN
            and not planning.is_same(delivery.message, message)
        ),
        sent=_is_out(delivery),
        sent_url=linked(delivery.receipt.url) if delivery and delivery.receipt else None,
        sent_says=w("article.sent", channel=desk.label(account), day=_day(desk, delivery)),
    )  # fmt: skip


def drawn(
    desk: Desk, post: Post, panel: Panel, url_of: Callable[[Card], str] | None = None
) -> drawing.Drawing:
    """What goes out of *post* to the account of *panel*, as its network draws it."""
    account = panel.account
    return drawing.of_message(
        panel.measured.message,
        network=panel.voice,
        rule=networks.named(panel.voice),
        who=desk.app.config.site.name or account.account,
        handle=account.name,
        post=post,
        url_of=url_of or desk.url_of,
        dated=desk.clock.short_ago(post.published),
    )


def _is_out(delivery: Delivery | None) -> bool:
    """Whether it is published, on its way, or may be: nothing to plan."""
    return delivery is not None and delivery.state in ("published", "unknown", "publishing")


def _day(desk: Desk, delivery: Delivery | None) -> str:
    return desk.clock.day(delivery.due) if delivery and delivery.due else ""


def _of_card(problem: Problem) -> bool:
    """What is wrong with a card's looks stops nothing."""
    return problem.code in LOOK or problem.code.startswith("picture-")


def counted(measured: Measured) -> dict[str, Any]:
    """The counter's words and its state: `over`, `near` or nothing."""
    length, limit = measured.length, measured.limit
    if limit is None:
        return {"state": "", "main": w("count.length", n=length), "rest": "", "over": 0,
                "room": measured.room}  # fmt: skip
    left = limit - length
    state = "over" if measured.over else ("near" if left < limit * NEAR else "")
    main = w("count.over", n=measured.over) if measured.over else w("count.left", n=left)
    return {
        "state": state,
        "main": main,
        "rest": w("count.of", length=f"{length:,}", limit=f"{limit:,}"),
        "over": measured.over,
        "room": measured.room,
    }


def grouped(
    channels: Sequence[T], drawing_of: Callable[[T], drawing.Drawing]
) -> list[tuple[str, list[T]]]:
    """*channels* by their groups, those groups that have any."""
    groups = [
        (group, [c for c in channels if drawing_of(c).rule.group == group])
        for group in ("feed", "chat")
    ]
    return [(group, some) for group, some in groups if some]


def elsewhere(
    desk: Desk,
    post: Post,
    here: Container[str],
    card: Card | None,
    url_of: Callable[[Card], str] | None = None,
) -> list[drawing.Drawing]:
    """How the link looks on every network but *here*, when anybody shares it."""
    if not post.url:
        return []
    return drawing.elsewhere(
        post,
        here,
        site=desk.app.config.site.name,
        card=card,
        url_of=url_of or desk.url_of,
        dated=desk.clock.short_ago(post.published),
    )


def _unread(desk: Desk, post: Post) -> list[dict[str, Any]]:
    """What could not be read of the post, such as a picture.

    A file of one post is all its own; of a table or a feed only its own row or item is.
    """
    if frontmatter.file_of(post) is None:
        return []
    own = f"{post.source.removesuffix(':1')}:"
    alone = not any(
        other.id != post.id and other.source.startswith(own) for other in desk.reading.posts
    )
    return [
        _notice("warn", sentence(problem.message), hint=problem.hint)
        for problem in desk.reading.problems
        if problem.where == post.source or (alone and (problem.where or "").startswith(own))
    ]


def _problems(
    channels: Iterable[Channel], post: Post, unread: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What stops a channel first, then what is worth fixing, each once."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    layout = overrides.value_of(post, "layout") or ""
    for channel in channels:
        if channel.off:
            continue
        for kind, some in (("fail", channel.stops), ("warn", channel.warns)):
            for problem in some:
                key = (kind, problem.code, _told_once(problem, channel))
                entry = found.setdefault(key, _problem(kind, problem, channel, layout))
                entry["channels"].append(channel.label)
    if picture_of(post) is None:
        found["info", "picture-none", ""] = _notice("info", w("article.no_picture"))
    order = {"fail": 0, "warn": 1, "info": 2}
    return sorted([*found.values(), *unread], key=lambda entry: order[entry["kind"]])


def _told_once(problem: Problem, channel: Channel) -> str:
    """What keeps *problem* from being told together with others of its code."""
    if _of_card(problem) or problem.code in SHARED:
        return ""
    return problem.message if problem.code == "paused" else channel.label


def _problem(kind: str, problem: Problem, channel: Channel, layout: str) -> dict[str, Any]:
    goto, href, button = None, None, ""
    if problem.code in EDIT:
        goto, button = f"#e-{channel.slug}", w("article.shorten")
    elif problem.code == "alt-missing":
        goto, button = "#alt", w("article.write_alt")
    elif problem.code in LOOK or problem.code == "text-missing":
        goto, button = "#layout", w("article.other_layout")
    elif problem.code == "paused":
        href, button = "/accounts", w("article.to_accounts")
    over = channel.count["over"]
    return _notice(
        kind,
        told(problem, layout=layout, size=channel.size, channel=channel.label, n=over),
        goto=goto,
        href=href,
        button=button,
        hint=None if problem.code == "text-missing" else problem.hint,
    )


def _notice(
    kind: str, says: str, *, goto: str | None = None, href: str | None = None,
    button: str = "", hint: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One line of what is wrong, and the one button that leads to where it is mended."""
    return {
        "kind": kind, "says": says, "channels": [], "goto": goto, "href": href,
        "button": button, "hint": hint,
    }  # fmt: skip


def _standing(channels: Sequence[Channel]) -> str:
    """The one pill beside the title: the worst of its deliveries, else whether it is complete."""
    kinds = [c.kind for c in channels if c.kind]
    for kind in states.ORDER:
        if kind in kinds and kind != "draft":
            return kind
    return "warn" if any(c.stops or c.warns for c in channels) else "draft"


def ready(desk: Desk, item: Item) -> list[str]:
    """The accounts that *item* can go to as it is, and has not gone to yet."""
    queued = _queued(desk, item)
    found = []
    for panel in editing.panels(desk.app, item.post):
        account, problems = panel.account, panel.measured.message.problems
        stopped = any(p.severity == "error" and not _of_card(p) for p in problems)
        out = _is_out(queued.get((account.channel, account.account)))
        if not (panel.off or stopped or out):
            found.append(account.name)
    return found


def read_count(desk: Desk, item: Item, account_name: str, typed: dict[str, str]) -> dict[str, Any]:
    """What a panel shows while somebody types: counter, drawing and notes, in one answer."""
    account = desk.app.config.accounts[account_name]
    card = None
    if overrides.rules_for(item.post, account).attach != "none":
        try:
            card = desk.app.card(item.post, account)
        except SharekitError:
            card = None
    measured = editing.measure(desk.app, item.post, account, typed=typed, card=card)
    message = measured.message
    texts = (drawing.segments(message.text, message), *((drawing.Segment("text", part),)
             for part in message.parts))  # fmt: skip
    stops = [p for p in message.problems if p.severity == "error"]
    return {
        "account": account_name,
        "count": counted(measured),
        "texts": [[[s.kind, s.text] for s in text] for text in texts],
        "stops": [p.message for p in stops],
    }
