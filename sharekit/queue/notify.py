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
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from sharekit.errors import SharekitError
from sharekit.model import digest_of
from sharekit.queue import single
from sharekit.queue.database import Row, Transaction
from sharekit.queue.deliveries import Queue
from sharekit.queue.rows import SENT_WORDS, entry_of, get, id_of
from sharekit.queue.workers import ONCE
from sharekit.web import Session

if TYPE_CHECKING:
    from email.message import EmailMessage
    from smtplib import SMTP

__all__ = ["Trouble", "tell"]

log = logging.getLogger("sharekit.queue")

WORTH = ("failed", "held", "parked", "paused")
"""Events that a person is told of."""
TURN = 120.0
"""Seconds that telling one address may take before somebody else tries."""
MOST = 20
"""Deliveries that are named of one kind; the others are counted."""
_STEPS = {
    "failed": "Mend the cause, then: sharekit queue retry {name}",
    "held": "sharekit queue move {name} --at WHEN, or sharekit queue retry {name}",
    "unknown": "Look at the account, then: sharekit queue resolve {name} --published URL"
    " (or --not-published)",
    "paused": "Its posts wait. Mend it, then: sharekit queue resume {name}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing to be told: *what* is a state or `paused`, *where* a delivery or an account.

    *sent* says of a delivery that failed or was held whether it is out (`Entry.sent`).
    """

    what: str
    where: str
    why: str
    sent: str | None = None


def tell(queue: Queue, addresses: Sequence[str], web: Session) -> int:
    """Tell each of *addresses* of everything new that went wrong; how much was told.

    What an address did not take is told again at the next call. Of several workers one tells.
    """
    return sum(_tell(queue, address, web) for address in dict.fromkeys(addresses))


def _tell(queue: Queue, address: str, web: Session) -> int:
    mark = f"told:{digest_of(address, 16)}"
    with queue.database.write() as transaction:
        if not single.start(transaction, mark, TURN):
            return 0
        last = _last_told(transaction, mark)
        events = _news(transaction, last)
        troubles = [_trouble(transaction, event) for event in events]
    told = bool(troubles) and _send(address, troubles, web)
    with queue.database.write() as transaction:
        _note(transaction, mark, str(events[-1]["n"] if told else last))
        single.finish(transaction, mark)
    return len(events) if told else 0


def _last_told(transaction: Transaction, mark: str) -> int:
    """The event up to which all is told. Somebody new is told of the last day's."""
    told = transaction.value("SELECT value FROM about WHERE name = :name", name=mark)
    if told is not None:
        return int(told)
    return int(
        transaction.value(
            "SELECT coalesce(max(n), 0) AS value FROM events WHERE at < :since",
            since=transaction.now - 86_400,
        )
    )


def _news(transaction: Transaction, last: int) -> Sequence[Row]:
    """What a person must know, and did not do himself."""
    marks = [f":{word}" for word in WORTH]
    return transaction.all(
        f"SELECT * FROM events WHERE n > :last AND what IN ({', '.join(marks)})"  # noqa: S608
        " AND (what <> 'paused' OR who LIKE 'worker %' OR who = :once) ORDER BY n",
        last=last,
        once=ONCE,
        **dict(zip(WORTH, WORTH, strict=True)),
    )


def _note(transaction: Transaction, mark: str, value: str) -> None:
    transaction.run(
        "INSERT INTO about (name, value) VALUES (:name, :value) ON CONFLICT (name)"
        " DO UPDATE SET value = excluded.value",
        name=mark,
        value=value,
    )


def _trouble(transaction: Transaction, event: Row) -> Trouble:
    if event["what"] == "paused":
        where, _, why = event["note"].partition(": ")
        return Trouble(what="paused", where=where, why=why)
    row, sent = get(transaction, event["delivery"]), None
    # What was done since says nothing of how it stood when it failed.
    if event["state"] != "unknown" and row["rev"] == event["rev"]:
        sent = entry_of(row).sent
    return Trouble(
        what=event["state"], where=id_of(event["delivery"]), why=event["note"] or "", sent=sent
    )


def _send(address: str, troubles: Sequence[Trouble], web: Session) -> bool:
    """Whether *address* took it."""
    try:
        if address.startswith("mailto:"):
            _mail(unquote(address.removeprefix("mailto:").partition("?")[0]), troubles)
        else:
            _call(address, troubles, web)
    except (SharekitError, OSError) as error:  # smtplib's errors are OSErrors
        name = urlsplit(address).hostname or "mail"
        log.warning("%s could not be told of %d problems: %s", name, len(troubles), error)
        return False
    return True


def _words(troubles: Sequence[Trouble]) -> tuple[str, str]:
    """A subject and a text: grouped by what and why, the next step with each."""

    def kind(trouble: Trouble) -> tuple[str, str, str]:
        return trouble.what, trouble.why, trouble.sent or ""

    lines: list[str] = []
    for (what, why, sent), group in groupby(sorted(troubles, key=kind), key=kind):
        names = list(dict.fromkeys(trouble.where for trouble in group))
        more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
        step = _STEPS[what].format(name=names[0])
        lines += [f"{what}: {', '.join(names[:MOST])}{more}", f"  {why}"]
        lines += [*([f"  {SENT_WORDS[sent]}"] if sent else []), f"  {step}", ""]
    return _subject(troubles), "\n".join(lines)


def _subject(troubles: Sequence[Trouble]) -> str:
    paused = list(dict.fromkeys(t.where for t in troubles if t.what == "paused"))
    posts = list(dict.fromkeys(t.where for t in troubles if t.what != "paused"))
    says = []
    if paused:
        says.append(f"{', '.join(paused)} paused")
    if posts:
        alone = f"{posts[0]} {troubles[-1].what}" if len(posts) == len(troubles) == 1 else ""
        says.append(
            alone or f"{len(posts)} {'post needs' if len(posts) == 1 else 'posts need'} you"
        )
    return f"sharekit: {'; '.join(says)}"


def _call(url: str, troubles: Sequence[Trouble], web: Session) -> None:
    subject, text = _words(troubles)
    items = [{"what": t.what, "where": t.where, "why": t.why} for t in troubles]
    # `text` is what Slack, Mattermost and Teams show; a repeat does no harm here.
    web.call("POST", url, json={"text": f"{subject}\n{text}", "problems": items}, repeatable=True)


def _mail(address: str, troubles: Sequence[Trouble]) -> None:
    import smtplib
    import ssl

    server = urlsplit(os.environ.get("SHAREKIT_SMTP", "smtp://localhost:25"))
    host = server.hostname or "localhost"
    mail = _letter(address, *_words(troubles))
    if server.scheme == "smtps":
        context = ssl.create_default_context()
        with smtplib.SMTP_SSL(host, server.port or 465, timeout=30, context=context) as smtp:
            _hand_over(smtp, mail, server)
        return
    with smtplib.SMTP(host, server.port or 587, timeout=30) as smtp:
        if server.username:  # a password goes over no open line
            smtp.starttls(context=ssl.create_default_context())
        _hand_over(smtp, mail, server)


def _letter(address: str, subject: str, text: str) -> EmailMessage:
    from email.message import EmailMessage
    from email.utils import format_datetime, make_msgid

    mail = EmailMessage()
    mail["Subject"] = " ".join(subject.split())
    mail["From"] = mail["To"] = address
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=address.rpartition("@")[2] or "localhost")
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes, please
    mail.set_content(text)
    return mail


def _hand_over(smtp: SMTP, mail: EmailMessage, server: SplitResult) -> None:
    if server.username:
        smtp.login(unquote(server.username), unquote(server.password or ""))
    smtp.send_message(mail)
