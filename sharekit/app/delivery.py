"""Sending: the queue's turns with this config's publishers, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sharekit.errors import Problem, RetryLater, Unauthorized, UserError
from sharekit.model import Delivery
from sharekit.queue import Pace

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.ports import Publisher
    from sharekit.queue.rows import Entry

__all__ = ["due", "exit_code", "pace_of", "problems", "publish_due", "pulse", "remarks", "work"]

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
    _tell(app, done)
    return list(done)


def due(app: App, *, only: Sequence[str] = (), limit: int | None = None) -> list[Entry]:
    """What a pass would take now, without sending it."""
    now = datetime.now(UTC)
    found = [e for e in app.queue.entries(["scheduled"]) if e.due and e.due <= now]
    return [e for e in found if not only or e.id in only][:limit]


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
                    where=message.post_id,
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
    """0 all went out · 1 some failed · 3 all that is left is worth another try · 4 a sign-in."""
    states = {item.state for item in done}
    if states & {"failed", "unknown", "held"}:
        return 1
    waiting = [item for item in done if item.state == "scheduled" and item.error]
    if waiting and len(waiting) == len(done):
        signed_out = all(item.cause == Unauthorized.code for item in waiting)
        return Unauthorized.exit_code if signed_out else RetryLater.exit_code
    return 0


def work(app: App, *, tell: Callable[[str], None], follow_every: float | None = None) -> bool:
    """Send what is due until SIGTERM, SIGINT or Ctrl-C; then finish what is on its way.

    *follow_every* is how often the sources are looked at, in seconds. Returns whether
    everything that was on its way has arrived.
    """
    from sharekit.queue.worker import Every, stop_on_signals
    from sharekit.queue.worker import work as keep_working

    besides = []
    if follow_every:
        from sharekit.app import following

        besides.append(Every(seconds=follow_every, do=lambda: following.follow(app), name="follow"))
    tell(f"Working on {app.config.path or app.config.folder}. Ctrl-C stops.")
    with stop_on_signals() as stop:
        quiet = keep_working(
            app.queue, _publisher(app), app.web, stop, paces=pace_of(app), besides=besides
        )
    tell("Stopped." if quiet else "Stopped; something is still on its way and will be looked up.")
    return quiet


def _tell(app: App, done: Sequence[Delivery]) -> None:
    """Notify whoever the config names of what did not go out."""
    if app.config.notify and (bad := [d for d in done if d.state in CODES]):
        from sharekit.queue import notify

        notify.notify(app.config.notify, bad, app.web)


def remarks(app: App) -> Iterator[str]:
    """What `queue list` says below the list: paused accounts, and nobody working."""
    for account in app.queue.accounts():
        if account.paused:
            name = f"{account.channel}:{account.account}"
            yield f"{name} is paused ({account.reason}); sharekit queue resume {name}"
    state, says, hint = pulse(app)
    if state != "ok":
        yield f"{says}. {hint}"


def pulse(app: App) -> tuple[Literal["ok", "warning", "error"], str, str | None]:
    """Whether anybody sends what is due: state, words, next step."""
    beat = app.queue.heartbeat()
    if beat.workers:
        return "ok", f"a worker is alive, {beat.overdue} overdue", None
    if beat.overdue:
        since = f"since {beat.published:%Y-%m-%d %H:%M}Z" if beat.published else "yet"
        return (
            "warning",
            f"{beat.overdue} overdue, and nothing has been published {since}",
            "Run: sharekit publish --due, or sharekit worker.",
        )
    return "ok", "nothing is overdue", None
