"""Outbox: each message becomes a folder on this computer, and one page shows them all.

    outbox/index.html                                     every message as a picture
    outbox/2026-11-24-otters-return-outbox-main-1f0c9a3b/
        message.json   the message, whole                 text.txt   its words
        card.png       its card

It needs no account, and stands in for any channel: `like: mastodon` takes that channel's
limits, so that the words and cards come out as Mastodon would get them.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

from pydantic import field_validator

from sharekit import files, plugins
from sharekit.errors import PluginError, Refused, RetryLater
from sharekit.model import Limits, Message, Receipt, Who, as_data
from sharekit.ports import PublisherSettings
from sharekit.publishers import _gallery
from sharekit.text import count
from sharekit.text.slug import slugify
from sharekit.web import Session

__all__ = ["Outbox"]


class Outbox(PublisherSettings):
    """A folder of messages, each with its card, and a page that shows them."""

    default_limits: ClassVar[Limits] = Limits(
        image_formats=("image/jpeg", "image/png", "image/webp"), attach=("image", "none")
    )

    repeatable_for: ClassVar[timedelta | None] = timedelta.max
    uses_network: ClassVar[bool] = False

    folder: Path = Path(".sharekit/outbox")
    """Where the messages go; each gets a folder of its own in it."""
    like: str | None = None
    """The channel whose limits are taken: what would Mastodon get?"""

    @field_validator("like")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                plugins.load(plugins.PUBLISHERS, name)
            except PluginError as error:
                raise ValueError(str(error)) from error
        return name

    @property
    def limits(self) -> Limits:
        """Those of the channel it is like; else a picture and any number of words."""
        if self.like is None:
            return self.default_limits
        limits: Limits = plugins.load(plugins.PUBLISHERS, self.like).default_limits
        return limits

    def publish(self, message: Message, web: Session) -> Receipt:
        """Write the message's folder and draw the page anew; a repeat changes nothing."""
        try:
            with files.lock(self.folder / ".lock"):
                home = self._home(message)
                if not home.exists():
                    self._fill(home, message)
                _gallery.write(self.folder)
        except OSError as error:
            raise RetryLater(
                f"the outbox {self.folder} cannot be written: {error.strerror or error}",
                hint="Make room or give this user the right to write there.",
            ) from error
        return self._receipt(home)

    def find(self, message: Message, web: Session) -> Receipt | None:
        """The folder of *message*, if there is one: a folder is there whole or not at all."""
        home = self._home(message)
        return self._receipt(home) if home.exists() else None

    def whoami(self, web: Session) -> Who:
        """The folder."""
        where = self.folder.resolve()
        return Who(id=str(where), name=str(self.folder), url=where.as_uri(), limits=self.limits)

    def _home(self, message: Message) -> Path:
        """One folder per key, by a name that says what is in it and is safe on any disk."""
        digest = sha256(message.key.encode()).hexdigest()[:8]
        words = slugify(message.title or message.text or message.post_id)[:60].strip("-")
        parts = [message.created.date().isoformat(), words]
        parts += [slugify(message.channel), slugify(message.account), digest]
        return self.folder / "-".join(part for part in parts if part)

    def _receipt(self, home: Path) -> Receipt:
        page = (self.folder / "index.html").resolve().as_uri()
        return Receipt(id=home.name, url=f"{page}#{home.name}")

    def _fill(self, home: Path, message: Message) -> None:
        # Whoever was stopped half-way left a folder under this name; we hold the lock.
        new = self.folder / ".new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        counted = count.count_message(message, self.limits)
        data: dict[str, Any] = as_data(message) | {"like": self.like, "count": as_data(counted)}
        if card := message.card:
            name = f"card{card.path.suffix.lower()}"
            try:
                files.write(new / name, card.path.read_bytes())
            except FileNotFoundError as error:
                raise Refused(
                    f"the card {card.path} is gone", hint="Draw it again: sharekit render."
                ) from error
            data["card"]["path"] = name
        files.write(new / "text.txt", "\n\n".join((message.text, *message.parts)) + "\n")
        files.write(new / "message.json", json.dumps(data, ensure_ascii=False, indent=2) + "\n")
        os.replace(new, home)  # noqa: PTH105  (a folder that exists by now is an error, rightly)
