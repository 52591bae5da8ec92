"""Sending: the queue's turns with this config's publishers, and what came of them."""

from __future__ import annotations

import logging
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from sharekit.errors import Problem, RetryLater, SharekitError, Unauthorized, UserError
from sharekit.model import Delivery
from sharekit.queue import Cap, Pace
from sharekit.queue.rows import id_of, number_of
from sharekit.text.slug import name_of_id

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.app.scheduling import Scheduled
    from sharekit.ports import Publisher
    from sharekit.queue.housekeeping import Shifted
    from sharekit.queue.rows import Entry
    from sharekit.queue.worker import Every

__all__ = [
    "Paused",
    "besides",
    "due",
    "exit_code",
    "kept_back",
    "known",
    "missed",
    "pace_of",
    "paused",
    "problems",
    "publish_due",
    "pulse",
    "remarks_on",
    "shifted",
    "tell",
    "warnings",
    "work",
]

log = logging.getLogger("sharekit.queue")

TELL = 30.0
"""Seconds between two messages to the same people: what fails together is told together."""
EVERGREEN = 3600.0
"""Seconds between two looks at whether a rotation has slots to fill."""
_RUN = "Run: sharekit worker, or sharekit publish --due now and then (sharekit wire cron)."
CODES = {"failed": "failed", "unknown": "outcome-unknown", "held": "held"}


def _publisher(app: App) -> Callable[[str, str], Publisher]:
    def made(channel: str, account: str) -> Publisher:
        if item := app.config.account(channel, account):
            return item.publisher()
        raise UserError(
            f"{channel}:{account} is not in the config any more",
            hint="Put the account back, or cancel the delivery: sharekit queue cancel ID.",
        )

    return made


def pace_of(app: App) -> Callable[[str, str], Pace]:
    """How fast each account of the config may post."""

    def pace(channel: str, account: str) -> Pace:
        plan, zone = app.config.schedule, app.config.site.timezone
        item = app.config.account(channel, account)
        if item is None:
            return Pace(zone=zone)
        own = item.section
        spacing = plan.spacing if own.spacing is None else own.spacing
        return Pace(
            spacing=timedelta(minutes=spacing),
            daily=own.daily or plan.daily,
            caps=tuple(map(Cap.parse, own.rate)),
            zone=zone,
            grace=timedelta(minutes=plan.grace),
        )

    return pace


def publish_due(app: App, *, only: Sequence[str] = (), limit: int | None = None) -> list[Delivery]:
    """One pass over what is due. Returns the deliveries that were touched."""
    from sharekit.queue.turns import run_due

    done = run_due(
        app.queue,
        _publisher(app),
        app.web,
        paces=pace_of(app),
        only=tuple(only),
        limit=limit,
    )
    tell(app)
    return list(done)


def due(app: App, *, only: Sequence[str] = (), limit: int | None = None) -> list[Entry]:
    """What a pass would take now, without sending it."""
    stopped = {item.account for item in paused(app)}
    wanted = {id_of(number_of(name)) for name in only}
    found = app.queue.entries(["scheduled"], until=datetime.now(UTC))
    return [
        entry
        for entry in found
        if f"{entry.channel}:{entry.account}" not in stopped and (not only or entry.id in wanted)
    ][:limit]


def kept_back(app: App) -> list[tuple[Paused, int]]:
    """The paused accounts that something is due for, and how much."""
    now = datetime.now(UTC)
    found = [(a, app.queue.count(["scheduled"], a.account, until=now)) for a in paused(app)]
    return [(account, number) for account, number in found if number]


def missed(app: App, entries: Sequence[Entry]) -> list[Entry]:
    """Those of *entries* that are too late by now, so that a pass would hold them."""
    pace, now = pace_of(app), datetime.now(UTC)
    return [e for e in entries if e.due and now - e.due > pace(e.channel, e.account).grace]


def shifted(app: App) -> Sequence[Shifted]:
    """Deliveries whose time on the wall is another instant since the rules of zones changed."""
    from sharekit.queue import housekeeping

    return housekeeping.shifted(app.queue, dry_run=True)


def problems(done: Sequence[Delivery]) -> list[Problem]:
    """What a person must look at, one problem for each delivery that did not go out."""
    found = []
    for item in done:
        if item.state in CODES:
            message = item.message
            found.append(
                Problem(
                    code=CODES[item.state],
                    message=f"{item.id} {message.channel}:{message.account}: "
                    f"{item.error or item.state}",
                    where=name_of_id(message.post_id),
                    hint=_next_step(item),
                )
            )
    return found


def _next_step(item: Delivery) -> str:
    if item.state == "unknown":
        return (
            f"Look at the account, then: sharekit queue resolve {item.id} --published URL "
            "(or --not-published)"
        )
    if item.state == "held":
        return f"sharekit queue retry {item.id} sends it now; queue move gives it another time."
    return f"Not sent, safe to retry: sharekit queue retry {item.id}"


def exit_code(done: Sequence[Delivery]) -> int:
    """0 all went out · 1 some failed · 3 some are tried again · 4 a sign-in is needed.

    Whoever runs this by cron must not take a pass for whole that left something behind.
    """
    states = {item.state for item in done}
    if states & {"failed", "unknown", "held"}:
        return 1
    waiting = [item for item in done if item.state == "scheduled" and item.error]
    if any(item.cause == Unauthorized.code for item in waiting):
        return Unauthorized.exit_code
    return RetryLater.exit_code if waiting else 0


def work(app: App, *, say: Callable[[str], None], follow_every: float | None = None) -> bool:
    """Send what is due until SIGTERM, SIGINT or Ctrl-C; then finish what is on its way.

    *follow_every* is how often the sources are looked at, in seconds. Returns whether
    everything that was on its way has arrived.
    """
    from sharekit.app import chunks
    from sharekit.queue.worker import stop_on_signals
    from sharekit.queue.worker import work as keep_working

    _load_publishers(app)
    say(f"Working on {app.config.path or app.config.folder}. Ctrl-C stops.")
    with stop_on_signals() as stop:
        quiet = keep_working(
            app.queue,
            _publisher(app),
            app.web,
            stop,
            paces=pace_of(app),
            besides=besides(app, follow_every=follow_every),
            tasks=chunks.tasks(app),
        )
    tell(app)
    say("Stopped." if quiet else "Stopped; something is still on its way and will be looked up.")
    return quiet


def _load_publishers(app: App) -> None:
    """Import what sending needs, in this one thread: each publisher and its helpers.

    Threads that import the same package at the same moment can meet it half made.
    """
    for account in app.config.accounts.values():
        try:
            module = sys.modules[type(account.publisher()).__module__]
        except SharekitError:
            continue  # told when something of it is due
        package, _, name = module.__name__.rpartition(".")
        folder = getattr(sys.modules.get(package), "__path__", ())
        for found in pkgutil.iter_modules(folder):
            if found.name.startswith(f"_{name}_"):
                import_module(f"{package}.{found.name}")


def besides(app: App, *, follow_every: float | None) -> list[Every]:
    """What a worker does besides sending: tell, and with *follow_every* look for what is new."""
    from sharekit.app import evergreens, following
    from sharekit.queue.worker import Every

    found = []
    if app.config.notify:
        found.append(Every(seconds=TELL, do=lambda: tell(app), name="telling of problems"))
    if follow_every and app.config.sources:
        said = _Said()
        found.append(
            Every(
                seconds=follow_every,
                do=lambda: said.log(following.follow(app)),
                name="following",
            )
        )
    if app.config.evergreen:
        filled = _Said()
        found.append(
            Every(seconds=EVERGREEN, do=lambda: filled.log(evergreens.fill(app)), name="evergreen")
        )
    return found


class _Said:
    """Writes into the log what came of a round; the same problem not twice in a row."""

    def __init__(self) -> None:
        self._before: set[str] = set()

    def log(self, result: Scheduled) -> None:
        for item in result.new:
            where = f"{item.message.channel}:{item.message.account}"
            log.info("%s %s: %s", item.id, where, item.state)
        problems = {str(problem) for problem in result.problems}
        for problem in sorted(problems - self._before):
            log.warning("%s", problem)
        self._before = problems


def tell(app: App) -> int:
    """Notify whom the config names of what is new and went wrong; how much that was."""
    if not app.config.notify:
        return 0
    from sharekit.queue import notify

    return notify.tell(app.queue, app.config.notify, app.web)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """An account that nothing goes out to, and *why*; *signed_out*: its sign-in was refused."""

    account: str
    why: str
    signed_out: bool


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
            hint=f"Mend it, then: sharekit queue resume {item.account}",
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
    yield from _unset(app, items)
    for name in dict.fromkeys(f"{i.message.channel}:{i.message.account}" for i in items):
        if name in stopped:
            yield f"{name} is paused ({stopped[name].why}); sharekit queue resume {name}"
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
