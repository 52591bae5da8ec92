"""Queue: what may be out, what failed and why, what is held, what comes, what is done."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sharekit.app import delivery as delivering
from sharekit.model import Delivery
from sharekit.preview import states
from sharekit.preview.words import listed, w

if TYPE_CHECKING:
    from sharekit.preview.desk import Desk, Item

__all__ = ["as_csv", "beat", "context"]

DONE_FOR = timedelta(days=7)
DONE_MOST = 50
FIX = {"refused": "edit", "unauthorized": "sign-in", "not-published": "send"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One delivery in a list."""

    id: str
    rev: int
    title: str
    href: str
    channel: str
    when: str
    error: str
    receipt: str | None
    attempts: int
    approved: bool
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Failures that one thing fixes. *fix* is `edit`, `sign-in`, `send`, or `wait` (by itself)."""

    fix: str
    title: str
    says: str
    ids: str
    href: str
    account: str
    lines: Sequence[Line]


def context(desk: Desk) -> dict[str, Any]:
    """What the template shows."""
    now = datetime.now(UTC)
    items, labels = desk.by_id(), desk.labels()
    unknown, failed, held, after, done = [], [], [], [], []
    for item in desk.app.queue.list():
        kind = states.kind_of(item)
        if kind == "unk":
            unknown.append(item)
        elif kind == "fail" or (item.state == "scheduled" and item.waiting == "retry"):
            failed.append(item)
        elif kind == "held":
            held.append(item)
        elif kind in ("plan", "wait"):
            after.append(item)
        elif kind == "sent" and item.due and item.due > now - DONE_FOR:
            done.append(item)

    def line(item: Delivery) -> Line:
        return _line(desk, item, items, labels)

    done.sort(key=lambda d: d.due or now, reverse=True)
    causes = _causes(desk, failed, line)
    told = {cause.account for cause in causes if cause.fix == "sign-in"}
    sections = [("unk", len(unknown)), ("fail", len(failed)), ("held", len(held)),
                ("plan", len(after)), ("sent", len(done))]  # fmt: skip
    return {
        "unknown": [line(d) for d in unknown],
        "causes": causes,
        "failed": len(failed),
        "held": [line(d) for d in held],
        "next": _next(after, line),
        "done": [line(d) for d in done[:DONE_MOST]],
        "older": max(len(done) - DONE_MOST, 0),
        "overview": sections,
        "zone_words": desk.clock.zone_words(desk.clock.now),
        "all_clear": not (unknown or failed or held),
        "accounts": [
            a
            for a in desk.app.queue.accounts()
            if a.paused and f"{a.channel}:{a.account}" not in told
        ],
    }


def _line(
    desk: Desk, item: Delivery, items: Mapping[str, Item], labels: Mapping[tuple[str, str], str]
) -> Line:
    post = items.get(item.message.post_id)
    key = (item.message.channel, item.message.account)
    url = item.receipt.url if item.receipt else None
    title = (post.post.title if post else item.message.title) or item.message.text[:60]
    return Line(
        id=item.id,
        rev=item.rev,
        title=title or w("articles.untitled"),
        href=f"/articles/{post.key}" if post else "",
        channel=labels.get(key, ":".join(key)),
        when=desk.clock.say(item.due),
        error=item.error or "",
        receipt=url if url and url.startswith(("http://", "https://")) else None,
        attempts=item.attempts,
        approved=item.approved is not None,
        kind=states.kind_of(item) or "draft",
    )


def _causes(desk: Desk, failed: Iterable[Delivery], line: Any) -> list[Cause]:
    """*failed* by what fixes them: one account's sign-in, one text, one server that is busy."""
    groups: dict[tuple[str, str, str, str], list[Delivery]] = {}
    for item in failed:
        fix = "wait" if item.state == "scheduled" else FIX.get(item.cause or "", "send")
        if item.cause == "unauthorized":
            fix = "sign-in"
        alike = "" if fix == "sign-in" else (item.error or "")
        key = (fix, item.message.channel, item.message.account, alike)
        groups.setdefault(key, []).append(item)
    order = ("sign-in", "edit", "send", "wait")
    return [
        _cause(desk, fix, some, [line(d) for d in some])
        for (fix, *_), some in sorted(groups.items(), key=lambda g: order.index(g[0][0]))
    ]


def _cause(desk: Desk, fix: str, some: Sequence[Delivery], lines: Sequence[Line]) -> Cause:
    first, channel = some[0], lines[0].channel
    name = fix.replace("-", "_")
    href = {"sign-in": "/accounts", "edit": lines[0].href}.get(fix, "")
    wake = desk.clock.time(first.wake) if first.wake else ""
    return Cause(
        fix=fix,
        title=w(f"queue.cause_{name}", channel=channel),
        says=w(f"queue.says_{name}", n=len(some), channel=channel, error=first.error or "",
               tries=first.attempts, wake=wake).strip(),
        ids=" ".join(d.id for d in some),
        href=href,
        account=f"{first.message.channel}:{first.message.account}",
        lines=lines,
    )  # fmt: skip


def _next(after: Sequence[Delivery], line: Any) -> list[dict[str, Any]]:
    """What comes, one line for each article and time."""
    groups: dict[tuple[datetime, str, str], list[Line]] = {}
    far = datetime.max.replace(tzinfo=UTC)
    for item in after:
        shown = line(item)
        groups.setdefault((item.due or far, item.message.post_id, shown.kind), []).append(shown)
    return [
        {
            "when": some[0].when,
            "title": some[0].title,
            "href": some[0].href,
            "channels": listed(each.channel for each in some),
            "kind": kind,
            "ids": " ".join(each.id for each in some),
        }
        for (_, _, kind), some in sorted(groups.items())
    ]


def beat(desk: Desk) -> dict[str, str]:
    """The heartbeat in the header, and the notice when nobody sends what is due."""
    state, says, hint = delivering.pulse(desk.app)
    heart = desk.app.queue.heartbeat()
    if heart.workers:
        words = w("beat.worker")
    elif heart.published:
        words = w("beat.last", ago=desk.clock.ago(heart.published))
    else:
        words = w("beat.none")
    notice = w("beat.overdue", n=heart.overdue) if state != "ok" else ""
    return {"state": state, "words": words, "notice": notice, "hint": hint or "", "says": says}


def as_csv(desk: Desk) -> str:
    """What went out and what became of it, for a spreadsheet."""
    items, labels = desk.by_id(), desk.labels()
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("id", "due (UTC)", "article", "channel", "state", "tries", "link"))
    for item in desk.app.queue.list():
        shown = _line(desk, item, items, labels)
        due = f"{item.due:%Y-%m-%d %H:%M}" if item.due else ""
        url = item.receipt.url if item.receipt else ""
        row = (item.id, due, shown.title, shown.channel, item.state, item.attempts, url or "")
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: Any) -> str:
    """Plain text even where a spreadsheet would take it for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
