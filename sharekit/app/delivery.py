"""Sending: the queue's turns with this config's publishers, and what came of them."""

from __future__ import annotations

import logging
import pkgutil
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

from sharekit.errors import Problem, RetryLater, SharekitError, Unauthorized, UserError
from sharekit.model import Delivery
from sharekit.queue import Cap, Pace
from sharekit.queue.rows import SENT_WORDS
from sharekit.text.slug import name_of_id

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.app.scheduling import Scheduled
    from sharekit.ports import Publisher
    from sharekit.queue.worker import Every

__all__ = [
    "besides",
    "exit_code",
    "pace_of",
    "problems",
    "publish_due",
    "tell",
    "until_told",
    "work",
]

log = logging.getLogger("sharekit.queue")

TELL = 30.0
"""Seconds between two messages to the same people: what fails together is told together."""
EVERGREEN = 3600.0
"""Seconds between two looks at whether a rotation has slots to fill."""
CODES = {"failed": "failed", "unknown": "outcome-unknown", "held": "held"}


def until_told() -> AbstractContextManager[threading.Event]:
    """An event for `publish_due` that SIGTERM, SIGINT or Ctrl-C set: the post on its way arrives.

    The second signal ends it at once; the outcome is then looked up the next time.
    """
    from sharekit.queue.worker import stop_on_signals

    return stop_on_signals(twice_ends=True)


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


def publish_due(
    app: App,
    *,
    only: Sequence[str] = (),
    limit: int | None = None,
    stop: threading.Event | None = None,
) -> list[Delivery]:
    """One pass over what is due, which begins nothing more once *stop* is set.

    Returns the deliveries that were touched.
    """
    from sharekit.queue.turns import run_due

    done = run_due(
        app.queue,
        _publisher(app),
        app.web,
        paces=pace_of(app),
        only=tuple(only),
        limit=limit,
        stop=stop,
    )
    tell(app)
    return list(done)


def problems(app: App, done: Sequence[Delivery]) -> list[Problem]:
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
                    hint=_next_step(item, app.queue.entry(item.id).sent),
                )
            )
    return found


def _next_step(item: Delivery, sent: str) -> str:
    if item.state == "unknown":
        return (
            f"Look at the account, then: sharekit queue resolve {item.id} --published URL "
            "(or --not-published)"
        )
    if item.state == "held":
        return f"sharekit queue retry {item.id} sends it now; queue move gives it another time."
    words = SENT_WORDS[sent]
    then = ". If it is not" if sent == "maybe" else ""
    return f"{words[0].upper()}{words[1:]}{then}: sharekit queue retry {item.id}"


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
