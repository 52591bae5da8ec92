"""Plan: a week in seven columns, and what has no time yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sharekit.app import planning
from sharekit.model import Delivery
from sharekit.preview import states
from sharekit.preview.words import listed, w

if TYPE_CHECKING:
    from sharekit.preview.desk import Desk, Item

__all__ = ["context"]

CLOSE = timedelta(minutes=10)
MOVABLE = ("draft", "approved", "scheduled", "held", "failed")
NAMED = 3
TRAY = 12
"""Articles without a time that are shown; the rest is on the page of articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One article at one time: the deliveries that move together."""

    ids: str
    kind: str
    time: str
    zone: str
    title: str
    href: str
    says: str
    clash: str
    movable: bool
    spoken: str


def context(desk: Desk, wanted: str | None) -> dict[str, Any]:
    """What the template shows for the week of the day *wanted* (ISO), else of today."""
    clock = desk.clock
    today = clock.now.date()
    try:
        day = date.fromisoformat(wanted or "")
    except ValueError:
        day = today
    days = clock.week(day)
    deliveries = [d for d in desk.app.queue.list() if states.kind_of(d)]
    clashes = planning.clashes(
        [d for d in deliveries if states.kind_of(d) in ("plan", "wait")], within=CLOSE
    )
    items = desk.by_id()
    by_day: dict[date, list[Delivery]] = {}
    for item in deliveries:
        if item.due:
            by_day.setdefault(clock.here(item.due).date(), []).append(item)
    offered = planning.offered(desk.app)
    tray = _tray(desk, deliveries, items)
    ready = [entry for entry in tray if not entry["lacks"]]
    return {
        "days": [
            {
                "date": each.isoformat(),
                "name": clock.day(each).split()[0],
                "number": each.day,
                "words": clock.day(each),
                "past": each < today,
                "today": each == today,
                "change": clock.change(each),
                "slots": _slots(desk, by_day.get(each, ()), items, clashes),
            }
            for each in days
        ],
        "title": clock.week_words(days),
        "before": (days[0] - timedelta(days=7)).isoformat(),
        "after": (days[0] + timedelta(days=7)).isoformat(),
        "this_week": today in days,
        "tray": tray[:TRAY],
        "more": max(len(tray) - TRAY, 0),
        "planned": any(day in by_day for day in days),
        "ready": len(ready),
        "first": f"/articles/{ready[0]['key']}" if ready and ready[0]["key"] else "",
        "offered": offered,
        "zone_words": clock.zone_words(clock.now),
    }


def _slots(
    desk: Desk,
    deliveries: Iterable[Delivery],
    items: Mapping[str, Item],
    clashes: Mapping[str, Delivery],
) -> list[Slot]:
    groups: dict[tuple[datetime, str, bool], list[Delivery]] = {}
    for item in deliveries:
        assert item.due is not None
        moves = item.state in MOVABLE and item.state != "failed"
        groups.setdefault((item.due, item.message.post_id, moves), []).append(item)
    return [_slot(desk, some, items, clashes) for _, some in sorted(groups.items())]


def _slot(
    desk: Desk,
    some: Sequence[Delivery],
    items: Mapping[str, Item],
    clashes: Mapping[str, Delivery],
) -> Slot:
    clock, labels = desk.clock, desk.labels()
    first = some[0]
    due = first.due
    assert due is not None
    kinds = [states.kind_of(d) or "draft" for d in some]
    kind = min(kinds, key=states.ORDER.index)
    parts = []
    for each in sorted(set(kinds), key=states.ORDER.index):
        names = [_label(d, labels) for d, k in zip(some, kinds, strict=True) if k == each]
        who = listed(names) if len(names) <= NAMED else w("common.channels", n=len(names))
        parts.append(f"{states.word(each)}: {who}")
    close = [d for d in some if d.id in clashes]
    clash = ""
    if close:
        gap = min((d.due - clashes[d.id].due) for d in close if d.due and clashes[d.id].due)  # type: ignore[operator]
        minutes = round(gap.total_seconds() / 60)
        channels = listed(_label(d, labels) for d in close)
        clash = w("plan.clash" if minutes else "plan.clash_same", n=minutes, channels=channels)
    item = items.get(first.message.post_id)
    title = (item.post.title if item else first.message.title) or w("articles.untitled")
    return Slot(
        ids=" ".join(d.id for d in some),
        kind=kind,
        time=f"{clock.here(due):%H:%M}",
        zone=clock.short_zone(due),
        title=title,
        href=f"/articles/{item.key}" if item else "/queue",
        says=". ".join(parts),
        clash=clash,
        movable=all(d.state in MOVABLE for d in some) and kind not in ("fail", "unk", "sent"),
        spoken=w("plan.spoken", title=title, when=clock.say(due)),
    )


def _label(item: Delivery, labels: Mapping[tuple[str, str], str]) -> str:
    key = (item.message.channel, item.message.account)
    return labels.get(key, ":".join(key))


def _tray(
    desk: Desk, deliveries: Sequence[Delivery], items: Mapping[str, Item]
) -> list[dict[str, Any]]:
    """Articles without a time: what is in the queue so, and what is in no queue at all."""
    known = {d.message.post_id for d in deliveries}
    labels = desk.labels()
    waiting: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        if delivery.due is None and delivery.state in MOVABLE:
            waiting.setdefault(delivery.message.post_id, []).append(delivery)
    found = [
        {
            "ids": " ".join(d.id for d in some),
            "key": items[post].key if post in items else "",
            "title": (some[0].message.title or w("articles.untitled")),
            "says": listed(_label(d, labels) for d in some),
            "lacks": 0,
        }
        for post, some in waiting.items()
    ]
    for item in desk.items():
        if item.post.id in known or item.post.draft:
            continue
        wrong = [p for p in desk.missing(item) if p.severity == "error"]
        found.append(
            {
                "ids": "",
                "key": item.key,
                "title": item.post.title or w("articles.untitled"),
                "says": w("plan.not_ready", n=len(wrong)) if wrong else w("plan.ready"),
                "lacks": len(wrong),
            }
        )
    return found
