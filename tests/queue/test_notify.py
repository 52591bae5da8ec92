"""Telling people, over a real mail server and a real web server on this machine."""

from __future__ import annotations

import email
import socket
import ssl
from email.policy import default
from typing import ClassVar

import pytest

from sharekit.errors import Refused, RetryLater, Unauthorized
from sharekit.queue import notify
from sharekit.testing import FakeServer, Reply
from sharekit.web import Session

NOBODY = "mailto:desk@withy.example"


@pytest.fixture
def queue(light_queue):
    return light_queue


class Mailbox:
    """A mail server's handler: keeps what it is given."""

    refuses: ClassVar[bool] = False

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (aiosmtpd's name)
        if self.refuses:
            return "451 try again later"
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def mailbox(monkeypatch):
    from aiosmtpd.controller import Controller

    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("SHAREKIT_SMTP", f"smtp://127.0.0.1:{port}")
    yield box
    controller.stop()


@pytest.fixture
def web():
    with Session(allow=("127.0.0.1",)) as session:
        yield session


def test_one_mail_for_all_that_is_new(queue, put, run, channel, mailbox, web):
    channel.script = [Refused("the text is too long"), Refused("the text is too long")]
    first, second = put("p1"), put("p2", account="b")
    run(channel)
    assert notify.tell(queue, [NOBODY], web) == 2
    (mail,) = mailbox.mails
    assert mail["Subject"] == "sharekit: 2 posts need you"
    assert (mail["To"], mail["Auto-Submitted"]) == ("desk@withy.example", "auto-generated")
    assert mail["Date"]
    assert mail["Message-ID"].endswith("@withy.example>")
    text = mail.get_content()
    assert f"failed: {first.id}, {second.id}" in text
    assert text.count("the text is too long") == 1
    assert f"sharekit queue retry {first.id}" in text
    assert notify.tell(queue, [NOBODY], web) == 0
    assert len(mailbox.mails) == 1


def test_what_is_out_in_part_is_not_called_not_sent(queue, put, run, channel, mailbox, web):
    channel.script = [Refused("too long"), Refused("too long")]
    whole, part = put("p1"), put("p2", account="b")
    run(channel)
    with queue.database.write() as transaction:
        transaction.run(
            "UPDATE deliveries SET journal = :journal WHERE post = 'p2'", journal='{"1": "7"}'
        )
    notify.tell(queue, [NOBODY], web)
    text = mailbox.mails[0].get_content().replace("\r\n", "\n")
    assert f"failed: {whole.id}\n  too long\n  not sent, safe to send again\n" in text
    assert f"failed: {part.id}\n  too long\n  part of it is out; sending goes on where" in text


def test_a_paused_account_is_one_clear_alert(queue, put, run, channel, mailbox, web):
    channel.script = [Unauthorized("the token has expired", hint="Sign in again.")] * 3
    for name in ("p1", "p2", "p3"):
        put(name)
    run(channel)
    run(channel)
    assert notify.tell(queue, [NOBODY], web) == 1
    (mail,) = mailbox.mails
    assert mail["Subject"] == "sharekit: sample:main paused"
    assert "Its posts wait. Mend it, then: sharekit queue resume sample:main" in mail.get_content()
    queue.pause("sample:b", reason="holidays")  # a person did that, and knows
    assert notify.tell(queue, [NOBODY], web) == 0


def test_held_and_parked_posts(queue, put, run, channel, clock, mailbox, web):
    held = put()
    clock.forward(hours=5)
    run(channel)
    notify.tell(queue, [NOBODY], web)
    (mail,) = mailbox.mails
    assert mail["Subject"] == f"sharekit: {held.id} held"
    assert f"sharekit queue move {held.id} --at WHEN" in mail.get_content()


def test_what_goes_well_or_is_tried_again_tells_nobody(queue, put, run, channel, mailbox, web):
    channel.script = [RetryLater("busy", after=60)]
    put("p1")
    put("p2", account="b")
    run(channel)
    assert notify.tell(queue, [NOBODY], web) == 0
    assert mailbox.mails == []


def test_each_address_is_told_until_it_took_it(queue, put, run, channel, mailbox, web, caplog):
    channel.script = [Refused("no")]
    put()
    run(channel)
    mailbox.refuses = True
    with FakeServer([Reply(), Reply()]) as server:
        addresses = [NOBODY, f"{server.url}/hook"]
        assert notify.tell(queue, addresses, web) == 1
        assert "could not be told" in caplog.text
        mailbox.refuses = False
        assert notify.tell(queue, addresses, web) == 1
        assert notify.tell(queue, addresses, web) == 0
        (call,) = server.requests
    assert len(mailbox.mails) == 1
    assert call.json()["problems"] == [{"what": "failed", "where": "q-0001", "why": "no"}]
    assert "sharekit queue retry q-0001" in call.json()["text"]


def test_of_several_workers_one_tells(queue, put, run, channel, web, monkeypatch):
    channel.script = [Refused("no")]
    put()
    run(channel)
    calls = []

    def meanwhile(address, troubles, session):
        calls.append(address)
        assert notify.tell(queue, [NOBODY], web) == 0  # another worker, at the same moment
        return True

    monkeypatch.setattr(notify, "_send", meanwhile)
    assert notify.tell(queue, [NOBODY], web) == 1
    assert calls == [NOBODY]


def test_a_teller_that_died_does_not_silence_the_others(
    queue, put, run, channel, clock, web, mailbox
):
    channel.script = [Refused("no")]
    put()
    run(channel)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notify, "_send", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            notify.tell(queue, [NOBODY], web)
    assert notify.tell(queue, [NOBODY], web) == 0
    clock.forward(seconds=notify.TURN + 1)
    assert notify.tell(queue, [NOBODY], web) == 1


def test_a_newcomer_is_told_of_the_last_day_only(queue, put, run, channel, clock, web, mailbox):
    channel.script = [Refused("no"), Refused("nope")]
    put("p1")
    run(channel)
    clock.forward(hours=25)
    put("p2")
    run(channel)
    assert notify.tell(queue, [NOBODY], web) == 1
    assert "nope" in mailbox.mails[0].get_content()


def test_a_password_goes_over_no_open_line(
    queue, put, run, channel, web, mailbox, monkeypatch, caplog
):
    import os

    monkeypatch.setenv(
        "SHAREKIT_SMTP", os.environ["SHAREKIT_SMTP"].replace("smtp://", "smtp://me:secret@")
    )
    channel.script = [Refused("no")]
    put()
    run(channel)
    assert notify.tell(queue, [NOBODY], web) == 0
    assert "STARTTLS" in caplog.text
    assert mailbox.mails == []


def test_the_servers_certificate_is_checked(monkeypatch):
    import smtplib

    seen = []

    class Server:
        def __init__(self, host, port, *, timeout, context):
            seen.append((port, context.verify_mode, context.check_hostname))
            raise OSError

    monkeypatch.setattr(smtplib, "SMTP_SSL", Server)
    monkeypatch.setenv("SHAREKIT_SMTP", "smtps://me:secret@mail.example")
    with pytest.raises(OSError):  # noqa: PT011
        notify._mail("a@b.example", [])
    assert seen == [(465, ssl.CERT_REQUIRED, True)]
