"""The contract of publishers, as tests: subclass it, give it a network and a publisher."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from sharekit.errors import PublishError, Refused, RetryLater, Unauthorized, Unsure
from sharekit.model import Limits, Message, Receipt
from sharekit.ports import Journal, Publisher, PublisherSettings, Reconciler, Resumer
from sharekit.testing.samples import NASTY_TEXTS, sample_card, sample_message
from sharekit.testing.server import FakeServer, Fault, Reply, Request
from sharekit.web import Session

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

__all__ = ["Network", "PublisherContract", "deliver"]

AMBIGUOUS: tuple[Fault, ...] = (
    "cut-before",
    "cut-after",
    "half",
    "stall",
    "503-before",
    "503-after",
)
WAITS: tuple[Fault, ...] = ("429-seconds", "429-date", "429-reset")


class Network(FakeServer):
    """A stand-in for a channel's network, written from its documentation.

    It keeps state and is as strict as the network: it refuses what the network refuses, with
    the same words, and knows only the secrets it was given.
    """

    def texts(self) -> list[str]:
        """The texts of the posts that stand, as a person would read them, oldest first."""
        raise NotImplementedError

    def creates(self, request: Request) -> bool:
        """Whether *request* is the one that makes the post."""
        raise NotImplementedError

    def titles(self) -> list[str]:
        """The titles of the link cards that stand, as a person would read them, oldest first.

        Empty where the channel is given no title.
        """
        return []


def deliver(
    publisher: Publisher,
    message: Message,
    web: Session,
    *,
    journal: Journal | None = None,
    tries: int = 4,
) -> Receipt:
    """Do what the queue does: try again where that is harmless, look where it may not be.

    Raises the last `PublishError`.
    """
    journal = {} if journal is None else journal
    for left in reversed(range(tries)):
        try:
            if isinstance(publisher, Resumer):
                return publisher.resume(message, web, journal)
            return publisher.publish(message, web)
        except RetryLater:
            if not left:
                raise
        except Unsure as error:
            if not left:
                raise
            found = _looked_up(publisher, message, web, error)
            if found is not None:
                return found
    raise AssertionError


def _looked_up(
    publisher: Publisher, message: Message, web: Session, error: Unsure
) -> Receipt | None:
    """The receipt of a message that may stand; `None` when it may be sent again."""
    if isinstance(publisher, Resumer) or getattr(publisher, "repeatable_for", None):
        return None  # it looks by itself, or a repeat is harmless
    if isinstance(publisher, Reconciler):
        return publisher.find(message, web)
    raise error


class PublisherContract:
    """What holds for every publisher. A subclass gives the fixtures `network` and `publisher`.

        class TestMyChannel(PublisherContract):
            @pytest.fixture
            def network(self):
                with MyStandIn() as server:
                    yield server

            @pytest.fixture
            def publisher(self, network):
                return MyChannel(base_url=network.url, token="a-made-up-token")

    *channel* is the publisher's name.
    """

    channel = "sample"

    def message(self, text: str, **changes: Any) -> Message:
        """A message for this channel, made now."""
        values = {"text": text, "channel": self.channel, "created": datetime.now(UTC)}
        return sample_message(**{**values, **changes})

    def test_limits_are_stated(self, publisher: PublisherSettings) -> None:
        """An account says what it takes, with no network."""
        assert isinstance(publisher.limits, Limits)
        assert isinstance(type(publisher).default_limits, Limits)

    def test_settings_survive_a_round_trip(self, publisher: PublisherSettings) -> None:
        """A section of config.yaml is data; nothing else makes a publisher."""
        data = publisher.model_dump()
        assert type(publisher).model_validate(data) == publisher

    def test_text_arrives_literally(
        self, publisher: Publisher, network: Network, web: Session
    ) -> None:
        """Markup, mentions, tokens and templates in a text are nothing but text."""
        for text in NASTY_TEXTS:
            publisher.publish(self.message(text), web)
        assert network.texts() == list(NASTY_TEXTS)

    def test_titles_arrive_literally(
        self, publisher: PublisherSettings, network: Network, web: Session
    ) -> None:
        """So are the title and the summary of a link's card."""
        titles = [" ".join(text.split())[:200] for text in NASTY_TEXTS]
        if "link" not in publisher.limits.attach:
            return
        for number, title in enumerate(titles):
            message = self.message(f"Number {number}", title=title, summary=title, attach="link")
            publisher.publish(message, web)  # type: ignore[attr-defined]
        assert len(network.texts()) == len(titles)
        assert network.titles() in ([], titles)

    def test_limits_are_respected(
        self, publisher: PublisherSettings, network: Network, web: Session
    ) -> None:
        """A text at the limit arrives whole; one beyond it is refused before anything is sent."""
        most = publisher.limits.length
        if most is None:
            return
        full = "x" * most
        publisher.publish(self.message(full), web)  # type: ignore[attr-defined]
        assert network.texts() == [full]
        asked = sum(map(network.creates, network.requests))
        for text in (f"{full}x", f"{full[:-1]}日本語 日本語"):
            error = self._fails(publisher, web, text)  # type: ignore[arg-type]
            assert isinstance(error, Refused), error
            assert str(most) in error.message
        assert sum(map(network.creates, network.requests)) == asked
        assert network.texts() == [full]

    def test_a_card_goes_along(
        self, publisher: PublisherSettings, network: Network, web: Session, tmp_path: Path
    ) -> None:
        """Every way to attach a card that the channel names works."""
        card = sample_card(tmp_path)
        for attach in publisher.limits.attach:
            text = f"With the card as {attach}"
            publisher.publish(self.message(text, card=card, attach=attach), web)  # type: ignore[attr-defined]
            assert network.texts()[-1] == text

    def test_never_twice(
        self, publisher: PublisherSettings, network: Network, web: Session
    ) -> None:
        """Whatever happens to the request or its answer, no text stands twice."""
        if not publisher.uses_network:
            message = self.message("Twice the same")
            assert publisher.publish(message, web) == publisher.publish(message, web)  # type: ignore[attr-defined]
            assert network.texts() == ["Twice the same"]
            return
        for fault in AMBIGUOUS:
            text = f"Whatever happens: {fault}"
            network.fail(fault, when=network.creates)
            hasty = publisher.model_copy(update={"timeout": 0.4 if fault == "stall" else 5})
            try:
                deliver(hasty, self.message(text), web)  # type: ignore[arg-type]
            except Unsure:
                assert network.texts().count(text) <= 1
            else:
                assert network.texts().count(text) == 1
            network.calm()

    def test_a_picture_that_fails_posts_nothing_twice(
        self, publisher: PublisherSettings, network: Network, web: Session, tmp_path: Path
    ) -> None:
        """Whatever happens to the request before the post (an upload, say), it stands once."""
        if not publisher.uses_network:
            return
        card = sample_card(tmp_path)
        attach = publisher.limits.attach[0]
        for fault in ("cut-before", "cut-after", "half", "503-after"):
            text = f"Whatever happens on the way: {fault}"
            network.fail(fault)
            try:
                deliver(publisher, self.message(text, card=card, attach=attach), web)  # type: ignore[arg-type]
            except Unsure:
                assert network.texts().count(text) <= 1
            else:
                assert network.texts().count(text) == 1
            network.calm()

    def test_a_thread_goes_on_where_it_stopped(
        self, publisher: PublisherSettings, network: Network, web: Session
    ) -> None:
        """A lost answer in the middle of a thread leaves each part once, in order."""
        known = isinstance(publisher, Resumer) or publisher.repeatable_for == timedelta.max
        if not (publisher.limits.threads and known):
            return
        for fault in ("cut-after", "503-after", "cut-before"):
            parts = [f"Part {number} of {fault}" for number in (1, 2, 3)]
            seen: list[Request] = []

            def second(request: Request, seen: list[Request] = seen) -> bool:
                if network.creates(request):
                    seen.append(request)
                return len(seen) == 2 and network.creates(request)

            network.fail(fault, when=second)
            message = self.message(parts[0], parts=tuple(parts[1:]))
            deliver(publisher, message, web)  # type: ignore[arg-type]
            assert len(seen) >= 2
            assert network.texts()[-3:] == parts
            assert all(network.texts().count(part) == 1 for part in parts)
            network.calm()

    def test_a_sure_failure_posts_nothing(
        self, publisher: Publisher, network: Network, web: Session
    ) -> None:
        """An error that says "not posted" is right."""
        if not getattr(publisher, "uses_network", True):
            return
        for fault in AMBIGUOUS:
            network.fail(fault, when=network.creates)
            text = f"Sure or not: {fault}"
            hasty = publisher.model_copy(update={"timeout": 0.4 if fault == "stall" else 5})  # type: ignore[attr-defined]
            try:
                hasty.publish(self.message(text), web)
            except Unsure:
                pass
            except PublishError:
                repeatable = getattr(publisher, "repeatable_for", None)
                assert repeatable or text not in network.texts()
            network.calm()

    def test_waits_as_long_as_it_is_told(
        self, publisher: Publisher, network: Network, web: Session
    ) -> None:
        """429 says when to come back, in seconds, as a date or as a reset time."""
        if not getattr(publisher, "uses_network", True):
            return
        for fault in WAITS:
            network.fail(fault, when=network.creates)
            error = self._fails(publisher, web)
            assert isinstance(error, RetryLater), error
            assert error.after is not None
            assert 5 < error.after < 8
        assert network.texts() == []

    def test_secrets_may_be_kept_elsewhere(self, publisher: PublisherSettings) -> None:
        """A section without its secrets is a section: they are in the keyring, say."""
        secrets = set(self._secrets(publisher))
        type(publisher).model_validate(publisher.model_dump(exclude=secrets))

    def test_wrong_secrets(self, publisher: PublisherSettings, web: Session) -> None:
        """A network that refuses a secret pauses the account."""
        for name in self._secrets(publisher):
            wrong = publisher.model_copy(update={name: SecretStr(self._wrong(publisher, name))})
            error = self._fails(wrong, web)  # type: ignore[arg-type]
            assert isinstance(error, Unauthorized), (name, error)

    def test_missing_secrets(
        self, publisher: PublisherSettings, network: Network, web: Session
    ) -> None:
        """Where a secret is missing, nothing is sent, and the error says where to put it."""
        secrets = self._secrets(publisher)
        if not secrets:
            return
        asked = len(network.requests)
        without = publisher.model_copy(update=dict.fromkeys(secrets))
        error = self._fails(without, web)  # type: ignore[arg-type]
        assert isinstance(error, Unauthorized), error
        assert "SHAREKIT_" in str(error)
        assert len(network.requests) == asked

    def test_secrets_never_show(
        self,
        publisher: PublisherSettings,
        network: Network,
        web: Session,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """Not in a log at DEBUG, not in an error, even where the network repeats them."""
        secrets = self._secrets(publisher)
        said = " ".join(f"token={secret}" for secret in secrets.values())
        with caplog.at_level(logging.DEBUG):
            for name in list(logging.root.manager.loggerDict):
                logging.getLogger(name).setLevel(logging.DEBUG)
            publisher.publish(self.message("All is well"), web)  # type: ignore[attr-defined]
            shown = [repr(publisher), str(publisher)]
            for status in (400, 401, 403, 500) if publisher.uses_network else ():
                network.fail(Reply(status=status, json={"error": said, "detail": said}), times=9)
                error = self._fails(publisher, web)  # type: ignore[arg-type]
                network.calm()
                shown += ["".join(traceback.format_exception(error)), repr(error.problems)]
        shown.append(caplog.text)
        for name, secret in secrets.items():
            assert not any(secret in text for text in shown), name

    def test_find(self, publisher: Publisher, web: Session) -> None:
        """What stands is found, and what does not is not."""
        if not isinstance(publisher, Reconciler):
            return
        publisher.publish(self.message("Another one"), web)
        wanted = self.message(NASTY_TEXTS[1])
        assert publisher.find(wanted, web) is None
        receipt = publisher.publish(wanted, web)
        assert publisher.find(wanted, web) == receipt

    def _fails(self, publisher: Publisher, web: Session, text: str | None = None) -> PublishError:
        try:
            publisher.publish(self.message(text or f"Never posted {id(object())}"), web)
        except PublishError as error:
            return error
        msg = "no error was raised"
        raise AssertionError(msg)

    @staticmethod
    def _secrets(publisher: PublisherSettings) -> dict[str, str]:
        values = {name: getattr(publisher, name) for name in publisher.secret_names()}
        return {name: value.get_secret_value() for name, value in values.items() if value}

    @staticmethod
    def _wrong(publisher: PublisherSettings, name: str) -> str:
        """Another secret of the same shape: letters and digits moved on, after the last `/`."""
        head, slash, secret = getattr(publisher, name).get_secret_value().rpartition("/")
        old = "abcdefghijklmnopqrstuvwxyz0123456789"
        moved = str.maketrans(old, "bcdefghijklmnopqrstuvwxyza1234567890")
        return f"{head}{slash}{secret.translate(moved)}"
