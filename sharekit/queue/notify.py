"""Telling people what went wrong: a mail, or a call of a webhook, one for all that is new.

What was told of is remembered with the events, so a worker that starts anew does not repeat
it, and one that could not reach anybody tries again.

Mail goes through the server that `SHAREKIT_SMTP` names (`smtp://user:password@host:587`,
`smtps://...`), else through the one on this computer.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from sharekit.errors import SharekitError
from sharekit.model import Delivery
from sharekit.queue.deliveries import Queue
from sharekit.queue.rows import id_of
from sharekit.web import Session

if TYPE_CHECKING:
    from email.message import EmailMessage

__all__ = ["Trouble", "notify", "tell"]

log = logging.getLogger("sharekit.queue")

WORTH = ("failed", "held", "parked", "paused")
"""Events that a person is told of."""
MOST = 20
"""Deliveries that are named of one kind; the others are counted."""
_STEPS = {
    "failed": "sharekit queue show ID says why; retry ID sends it again.",
    "held": "sharekit queue move ID gives it a new time; retry ID sends it now.",
    "unknown": "Look at the account, then: sharekit queue resolve ID.",
    "paused": "Mend it, then: sharekit queue resume ACCOUNT.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing to be told: *what* is a state or `paused`, *where* a delivery or an account."""

    what: str
    where: str
    why: str


def tell(queue: Queue, addresses: Sequence[str], web: Session) -> int:
    """Tell *addresses* of everything new that went wrong; how much that was.

    What no address took is told again at the next call.
    """
    marks = [f":{word}" for word in WORTH]
    with queue.database.read() as transaction:
        last = int(
            transaction.value("SELECT value FROM about WHERE name = 'told'")
            or transaction.value(
                "SELECT coalesce(max(n), 0) AS value FROM events WHERE at < :since",
                since=transaction.now - 86_400,
            )
        )
        events = transaction.all(
            f"SELECT * FROM events WHERE n > :last AND what IN ({', '.join(marks)}) ORDER BY n",  # noqa: S608
            last=last,
            **dict(zip(WORTH, WORTH, strict=True)),
        )
    if not events:
        return 0
    if _send(addresses, [_trouble(event) for event in events], web):
        with queue.database.write() as transaction:
            transaction.run(
                "INSERT INTO about (name, value) VALUES ('told', :n) ON CONFLICT (name)"
                " DO UPDATE SET value = excluded.value",
                n=str(events[-1]["n"]),
            )
    return len(events)


def _trouble(event: object) -> Trouble:
    row = dict(event)  # type: ignore[call-overload]
    if row["what"] == "paused":
        where, _, why = row["note"].partition(": ")
        return Trouble(what="paused", where=where, why=why)
    return Trouble(what=row["state"], where=id_of(row["delivery"]), why=row["note"] or "")


def notify(addresses: Sequence[str], deliveries: Sequence[Delivery], web: Session) -> bool:
    """Tell *addresses* of *deliveries* that went wrong. Whether anybody was reached."""
    return _send(
        addresses,
        [Trouble(what=d.state, where=d.id, why=d.error or d.state) for d in deliveries],
        web,
    )


def _send(addresses: Sequence[str], troubles: Sequence[Trouble], web: Session) -> bool:
    reached = False
    for address in addresses:
        try:
            if address.startswith("mailto:"):
                _mail(unquote(address.removeprefix("mailto:").partition("?")[0]), troubles)
            else:
                _call(address, troubles, web)
            reached = True
        except (SharekitError, OSError) as error:  # smtplib's errors are OSErrors
            log.warning("%s could not be told: %s", urlsplit(address).hostname or "mail", error)
    return reached


def _words(troubles: Sequence[Trouble]) -> tuple[str, str]:
    """A subject and a text: grouped by what and why, the next step with each."""
    ordered = sorted(troubles, key=lambda t: (t.what, t.why))
    lines: list[str] = []
    for (what, why), group in groupby(ordered, key=lambda t: (t.what, t.why)):
        names = [trouble.where for trouble in group]
        more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
        lines += [f"{what}: {', '.join(names[:MOST])}{more}", f"  {why}", f"  {_STEPS[what]}", ""]
    subject = f"sharekit: {len(troubles)} of your posts need you"
    if len(troubles) == 1:
        subject = f"sharekit: {troubles[0].where} {troubles[0].what}"
    return subject, "\n".join(lines)


def _call(url: str, troubles: Sequence[Trouble], web: Session) -> None:
    subject, text = _words(troubles)
    items = [{"what": t.what, "where": t.where, "why": t.why} for t in troubles]
    # `text` is what Slack, Mattermost and Teams show; a repeat does no harm here.
    web.call("POST", url, json={"text": f"{subject}\n{text}", "problems": items}, repeatable=True)


def _mail(address: str, troubles: Sequence[Trouble]) -> None:
    import smtplib
    from email.message import EmailMessage

    subject, text = _words(troubles)
    mail = EmailMessage()
    mail["Subject"] = " ".join(subject.split())
    mail["From"] = mail["To"] = address
    mail.set_content(text)
    server = urlsplit(os.environ.get("SHAREKIT_SMTP", "smtp://localhost:25"))
    host, port = server.hostname or "localhost", server.port
    if server.scheme == "smtps":
        with smtplib.SMTP_SSL(host, port or 465, timeout=30) as smtp:
            _hand_over(smtp, mail, server.username, server.password)
    else:
        with smtplib.SMTP(host, port or 587, timeout=30) as smtp:
            if server.username:
                smtp.starttls()
            _hand_over(smtp, mail, server.username, server.password)


def _hand_over(smtp: object, mail: EmailMessage, user: str | None, password: str | None) -> None:
    import smtplib

    assert isinstance(smtp, smtplib.SMTP)
    if user:
        smtp.login(unquote(user), unquote(password or ""))
    smtp.send_message(mail)
