"""What will go out and what keeps it back: pauses, waits, nobody working; for whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from sharekit.app.delivery import pace_of
from sharekit.errors import Problem, UserError
from sharekit.model import Delivery
from sharekit.queue.rows import id_of, number_of

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.queue.housekeeping import Shifted
    from sharekit.queue.rows import Entry

__all__ = [
    "Behind",
    "Paused",
    "behind",
    "due",
    "known",
    "missed",
    "paused",
    "pulse",
    "remarks_on",
    "shifted",
    "warnings",
]

_RUN = "Run: sharekit worker, or sharekit publish --due now and then (sharekit wire cron)."


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """An account that nothing goes out to, and *why*; *signed_out*: its sign-in was refused."""

    account: str
    why: str
    signed_out: bool

    @property
    def hint(self) -> str:
        """What to do about it."""
        return f"Mend it, then: sharekit queue resume {self.account}"


class Behind(NamedTuple):
    """What is due and not sent, in words: how much, why, and what to do about it.

    *account* is the one that keeps it back, *signed_out* whether its sign-in was refused.
    """

    words: str
    account: str | None = None
    signed_out: bool = False


def due(app: App, *, only: Sequence[str] = (), limit: int | None = None) -> list[Entry]:
    """What a pass would take now, without sending it."""
    now = datetime.now(UTC)
    stopped = {item.account for item in paused(app)} | set(_waits(app, now))
    wanted = {id_of(number_of(name)) for name in only}
    return [
        entry
        for entry in app.queue.entries(["scheduled"], until=now, ripe=now)
        if f"{entry.channel}:{entry.account}" not in stopped and (not only or entry.id in wanted)
    ][:limit]


def behind(app: App, only: Sequence[str] = ()) -> list[Behind]:
    """What is due and is not sent now; with *only*, of these ids."""
    now = datetime.now(UTC)
    stopped = {item.account: item for item in paused(app)}
    waits = _waits(app, now)
    count = _counter(app, only, now)
    found, later = [], count(None)[1]
    for name in stopped | waits:
        number, unripe = count(name)
        later -= unripe
        if number and (item := stopped.get(name)):
            words = f"{name} is paused ({item.why}); mend it, then: sharekit queue resume {name}"
            found.append(Behind(f"{number} due and not sent: {words}", name, item.signed_out))
        elif number:
            found.append(Behind(f"{number} due and not sent: {waits[name]}", name))
    if later > 0:  # counted one after another, beside a worker that sends
        words = f"{later} due and not sent yet, to be tried again or kept to their account's pace"
        found.append(Behind(words))
    return found


def _counter(
    app: App, only: Sequence[str], now: datetime
) -> Callable[[str | None], tuple[int, int]]:
    """Tells of an account, or of all: how much is due, and how much of it is not tried yet."""

    def of_all(account: str | None) -> tuple[int, int]:
        due = app.queue.count(["scheduled"], account, until=now)
        return due, due - app.queue.count(["scheduled"], account, until=now, ripe=now)

    if not only:
        return of_all
    entries = [e for e in map(app.queue.entry, only) if e.state == "scheduled"]
    due = [e for e in entries if e.due and e.due <= now]
    ripe = {e.id for e in app.queue.entries(["scheduled"], until=now, ripe=now)} if due else set()

    def of_these(account: str | None) -> tuple[int, int]:
        its = [e for e in due if account in (None, f"{e.channel}:{e.account}")]
        return len(its), sum(e.id not in ripe for e in its)

    return of_these


def _waits(app: App, now: datetime) -> dict[str, str]:
    """The accounts whose channel has asked to wait, and until when, in words."""
    from sharekit.queue.schedule import from_utc

    zone = app.config.site.timezone
    return {
        name: f"the channel of {name} asked to wait until "
        f"{from_utc(item.not_before, zone).wall:%H:%M:%S} {zone}"
        for item in app.queue.accounts()
        if item.not_before and item.not_before > now
        for name in (f"{item.channel}:{item.account}",)
    }


def missed(app: App, entries: Sequence[Entry]) -> list[Entry]:
    """Those of *entries* that are too late by now, so that a pass would hold them."""
    pace, now = pace_of(app), datetime.now(UTC)
    return [e for e in entries if e.due and now - e.due > pace(e.channel, e.account).grace]


def shifted(app: App) -> Sequence[Shifted]:
    """Deliveries whose time on the wall is another instant since the rules of zones changed."""
    from sharekit.queue import housekeeping

    return housekeeping.shifted(app.queue, dry_run=True)


def paused(app: App, account: str | None = None) -> list[Paused]:
    """The paused accounts; with *account*, only that or those of that channel."""
    return [
        Paused(account=name, why=item.reason or "no reason given", signed_out=item.signed_out)
        for item in app.queue.accounts(paused=True)
        if (name := f"{item.channel}:{item.account}") and account in (None, item.channel, name)
    ]


def known(app: App, name: str, *, paused: bool = False) -> list[str]:
    """The accounts *name* as `channel:account`: of the config, or still of the queue.

    With *paused*, of several only those that are. Raises `UserError` for what neither knows.
    """
    queued = {f"{a.channel}:{a.account}": a for a in app.queue.accounts()}
    try:
        found = [f"{item.channel}:{item.account}" for item in app.config.named(name)]
    except UserError:
        found = [n for n, a in queued.items() if name in (n, a.channel)]
        if not found:
            raise
    if paused and len(found) > 1:
        found = [n for n in found if n in queued and queued[n].paused] or found[:1]
    return found


def warnings(app: App) -> list[Problem]:
    """What `queue list` warns of: paused accounts, and nobody working."""
    found = [
        Problem(
            code="account-paused",
            severity="warning",
            message=f"{item.account} is paused: {item.why}",
            hint=item.hint,
        )
        for item in paused(app)
    ]
    state, says, hint = pulse(app)
    if state != "ok":
        found.append(Problem(code="nobody-works", severity="warning", message=says, hint=hint))
    return found


def _unset(app: App, items: Sequence[Delivery]) -> Iterator[str]:
    """The variables that the accounts of *items* need and that are not set here."""
    for channel, name in dict.fromkeys((i.message.channel, i.message.account) for i in items):
        account = app.config.account(channel, name)
        for variable in account.unset.values() if account else ():
            yield f"{variable} is not set here; whoever sends to {channel}:{name} needs it"


def remarks_on(app: App, items: Sequence[Delivery]) -> Iterator[str]:
    """Why *items*, which are to go out, will not by themselves: nobody works, or a pause."""
    stopped = {item.account: item for item in paused(app)}
    waits = _waits(app, datetime.now(UTC))
    yield from _unset(app, items)
    for name in dict.fromkeys(f"{i.message.channel}:{i.message.account}" for i in items):
        if name in stopped:
            yield f"{name} is paused ({stopped[name].why}); sharekit queue resume {name}"
        elif name in waits:
            yield waits[name]
    if any(i.state == "scheduled" for i in items) and not app.queue.heartbeat().workers:
        yield "No worker is running: sharekit worker sends it, or sharekit publish --due when due."


def pulse(app: App) -> tuple[Literal["ok", "warning", "error"], str, str | None]:
    """Whether anybody sends what is due: state, words, next step."""
    beat = app.queue.heartbeat()
    number = f"{len(beat.workers)} worker{'s' * (len(beat.workers) != 1)}"
    published = f"since {beat.published:%Y-%m-%d %H:%M}Z" if beat.published else "yet"
    late = f"{beat.overdue} overdue, and nothing has been published {published}"
    if beat.overdue and beat.stuck:
        works = f"{number} alive, but {late}" if beat.workers else late
        hint = "See what the worker prints." if beat.workers else _RUN
        return "warning", works, hint
    if beat.workers:
        return "ok", f"{number} alive, {beat.overdue} overdue", None
    if beat.scheduled and not beat.lately:
        seen = f"since {beat.seen:%Y-%m-%d %H:%M}Z" if beat.seen else "yet"
        return "warning", f"{beat.scheduled} scheduled, and nobody has worked {seen}", _RUN
    return "ok", f"nothing is overdue, {beat.scheduled} scheduled", None
