"""A queue in which everything has happened: sent, refused, signed out, busy, unknown, planned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sharekit.app import App, planning
from sharekit.errors import PublishError, Refused, RetryLater, Unauthorized, Unsure
from sharekit.model import Message, Receipt
from sharekit.queue.turns import run_due


class Fated:
    """A publisher to whom happens what was foretold."""

    def __init__(self, fate: PublishError | None) -> None:
        self.fate = fate

    def publish(self, message: Message, web: object) -> Receipt:
        if self.fate is not None:
            raise self.fate
        return Receipt(id=message.key, url=f"https://social.example/{message.key}")


FATES: dict[str, PublishError] = {
    "outbox:x": Unauthorized("the sign-in has ended", hint="Sign in again."),
    "outbox:bluesky": Refused("the text is too long: 312 of 300"),
    "outbox:mastodon": RetryLater("the server is busy (503)"),
    "outbox:threads": Unsure("the line dropped before the answer came"),
}


def fill(app: App) -> None:
    """Put one delivery of every kind into the queue of *app*."""
    posts = {post.id: post for post in app.posts().posts}
    names = list(app.config.accounts)
    planning.plan(app, posts["flood-meadow"], names, "now", approve=True)
    send(app)
    morning = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")
    planning.plan(app, posts["kawabune-ja"], names[1:4], f"{morning} 09:00", approve=True)
    planning.plan(
        app, posts["old-bends-ar"], ["outbox:mastodon"], f"{morning} 09:05", approve=False
    )


def send(app: App, fates: dict[str, PublishError] | None = None) -> None:
    """One pass over what is due."""
    known = FATES if fates is None else fates
    run_due(app.queue, lambda c, a: Fated(known.get(f"{c}:{a}")), app.web)  # type: ignore[arg-type,return-value]
