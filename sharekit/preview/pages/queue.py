"""Queue: what may be out, what failed and why, what is held, what comes, what is done."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sharekit.app import outlook
from sharekit.model import Delivery
from sharekit.preview import states
from sharekit.preview.guard import linked
from sharekit.preview.words import listed, sentence, w

if TYPE_CHECKING:
    from sharekit.preview.desk import Desk, Item

__all__ = ["as_csv", "beat", "context"]

DONE_FOR = timedelta(days=7)
DONE_MOST = 50
OLDER_MOST = 1000
FIX = {"refused": "edit", "not-published": "send"}


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
    kind: str
    looked: str = ""
    found: str = ""


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


def context(desk: Desk, *, older: bool = False) -> dict[str, Any]:
    """What the template shows; what went out more than a week ago only with *older*."""
    deliveries = [d for d in desk.app.queue.list() if states.kind_of(d)]
    kinds: dict[str, list[Delivery]] = {kind: [] for kind in states.ORDER}
    for item in deliveries:
        kinds[states.kind_of(item) or ""].append(item)
    items, labels = desk.by_id(), desk.labels()

    def line(item: Delivery) -> Line:
        return _line(desk, item, items, labels)

    signed_out = [d for d in kinds["held"] if d.state == "scheduled"]
    held = [d for d in kinds["held"] if d.state != "scheduled"]
    done, more = _done(kinds["sent"], older=older)
    causes = _causes(desk, kinds["fail"], line)
    sign_in = _causes(desk, signed_out, line)
    told = {cause.account for cause in sign_in}
    shown = {"unk": kinds["unk"], "fail": kinds["fail"], "held": kinds["held"],
             "plan": kinds["wait"] + kinds["plan"], "sent": done}  # fmt: skip
    return {
        "unknown": [_asked(desk, line(d)) for d in kinds["unk"]],
        "causes": causes,
        "failed": len(kinds["fail"]),
        "sign_in": sign_in,
        "held": [line(d) for d in held],
        "held_n": len(kinds["held"]),
        "next": _next(desk, kinds["wait"] + kinds["plan"], line),
        "done": [line(d) for d in done],
        "older": more,
        "all_done": older,
        "overview": [(kind, len(some)) for kind, some in shown.items()],
        "zone_words": desk.clock.zone_words(desk.clock.now),
        "all_clear": not (kinds["unk"] or kinds["fail"] or kinds["held"]),
        "clear_says": _clear(desk, done, kinds["plan"]),
        "stopped": _stopped(desk, told),
    }


def _stopped(desk: Desk, told: Container[str]) -> list[dict[str, str]]:
    """The accounts that nothing is sent for, by the reason; not those that are *told* already."""
    paused = {
        f"{a.channel}:{a.account}": a.reason or "" for a in desk.app.queue.accounts() if a.paused
    }
    reasons: dict[str, list[str]] = {}
    for name in dict.fromkeys([*map(":".join, desk.labels()), *paused]):
        if name in paused and name not in told:
            reasons.setdefault(paused[name], []).append(name)
    return [
        {"says": w("queue.held_accounts", names=listed(map(desk.called, names)),
                   why=why or w("common.no_reason")),
         "accounts": " ".join(names)}
        for why, names in reasons.items()
    ]  # fmt: skip


def _done(sent: Sequence[Delivery], *, older: bool) -> tuple[list[Delivery], int]:
    """What is shown as done, the latest first, and how many more there are."""
    now = datetime.now(UTC)
    latest = sorted(sent, key=lambda d: d.due or now, reverse=True)
    if older:
        return latest[:OLDER_MOST], len(latest[OLDER_MOST:])
    shown = [d for d in latest if d.due and d.due > now - DONE_FOR][:DONE_MOST]
    return shown, len(latest) - len(shown)


def _clear(desk: Desk, done: Sequence[Delivery], planned: Sequence[Delivery]) -> str:
    """What stands beside *Nothing needs you*: what went out, and what goes out next."""
    says = [w("queue.clear_done", n=len(done))] if done else []
    times = [d.due for d in planned if d.due]
    if times:
        says.append(w("queue.clear_next", when=desk.clock.say(min(times))))
    return " ".join(says)


def _asked(desk: Desk, line: Line) -> Line:
    """*line* with the second at which it was sent, and what looking has told."""
    sent = [e.at for e in desk.app.queue.events(line.id) if e.what == "sending"]
    looked, found = desk.looked_up.get(line.id, ("", None))
    when = desk.clock.second(sent[-1]) if sent else line.when
    return replace(line, when=when, looked=looked, found=found or "")


def _line(
    desk: Desk, item: Delivery, items: Mapping[str, Item], labels: Mapping[tuple[str, str], str]
) -> Line:
    post = items.get(item.message.post_id)
    key = (item.message.channel, item.message.account)
    title = (post.post.title if post else item.message.title) or item.message.text[:60]
    return Line(
        id=item.id,
        rev=item.rev,
        title=title or w("articles.untitled"),
        href=f"/articles/{post.key}" if post else "",
        channel=labels.get(key, ":".join(key)),
        when=desk.clock.say(item.due),
        error=item.error or "",
        receipt=linked(item.receipt.url) if item.receipt else None,
        attempts=item.attempts,
        kind=states.kind_of(item) or "draft",
    )


def _causes(desk: Desk, failed: Iterable[Delivery], line: Any) -> list[Cause]:
    """*failed* by what fixes them: one account's sign-in, one text, one server that is busy."""
    groups: dict[tuple[str, str, str, str], list[Delivery]] = {}
    for item in failed:
        fix = "wait" if item.state == "scheduled" else FIX.get(item.cause or "", "send")
        if item.cause == states.SIGNED_OUT:
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
    says = w(
        f"queue.says_{name}",
        n=len(some),
        channel=channel,
        error=sentence(first.error or ""),
        tried=w("queue.tried", n=first.attempts),
        wake=wake,
    )
    return Cause(
        fix=fix,
        title=w(f"queue.cause_{name}", channel=channel),
        says=says.strip(),
        ids=" ".join(d.id for d in some),
        href=href,
        account=f"{first.message.channel}:{first.message.account}",
        lines=lines,
    )


def _next(desk: Desk, after: Sequence[Delivery], line: Any) -> list[dict[str, Any]]:
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
            "approved": _approved(desk, some[0].id) if n < DONE_MOST and kind == "plan" else "",
        }
        for n, ((_, _, kind), some) in enumerate(sorted(groups.items()))
    ]


def _approved(desk: Desk, id_: str) -> str:
    """When somebody approved the delivery, if somebody did."""
    times = [e.at for e in desk.app.queue.events(id_) if e.what == "approved"]
    return desk.clock.say(times[-1]) if times else ""


def beat(desk: Desk) -> dict[str, str]:
    """The heartbeat in the header, and the notice when nobody sends what is due."""
    state, says, hint = outlook.pulse(desk.app)
    heart = desk.app.queue.heartbeat()
    if heart.workers:
        words = w("beat.worker")
    elif heart.published:
        words = w("beat.last", ago=desk.clock.ago(heart.published))
    else:
        words = w("beat.none")
    late = heart.overdue > 0
    notice = ""
    if state != "ok":
        notice = w("beat.overdue", n=heart.overdue) if late else w("beat.idle", n=heart.scheduled)
    return {
        "state": state,
        "words": words,
        "notice": notice,
        "kind": "fail" if late else "warn",
        "safe": w("beat.safe", n=heart.overdue) if late else w("beat.waits"),
        "hint": hint or "",
        "says": says,
    }


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
