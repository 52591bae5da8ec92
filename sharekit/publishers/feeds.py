"""Feeds: RSS 2.0, Atom and JSON Feed of what was shared, with the cards as media.

    feeds/feed.json   the truth: what this publisher reads back       feeds/media/   the cards
    feeds/rss.xml, feeds/atom.xml   made from it each time

An entry's id is made from the message's key and never changes; the same message is one entry.
Sources: https://www.rssboard.org/rss-specification, RFC 4287, https://www.jsonfeed.org/version/1.1/,
https://www.rssboard.org/media-rss, https://www.w3.org/TR/websub/#publishing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, field_validator

from sharekit import files
from sharekit.errors import Problem, PublishError, Refused, RetryLater
from sharekit.model import Limits, Message, Receipt, Who
from sharekit.ports import PublisherSettings
from sharekit.publishers import _feed_items as feed_items
from sharekit.publishers._account import picture
from sharekit.web import Session

__all__ = ["Feeds"]


class Feeds(PublisherSettings):
    """A folder of feeds that a web server hands out."""

    default_limits: ClassVar[Limits] = Limits(
        image_formats=("image/jpeg", "image/png", "image/webp"), link_card="embed"
    )
    repeatable_for: ClassVar[timedelta | None] = timedelta.max
    uses_network: ClassVar[bool] = False

    folder: Path = Path("feeds")
    """Where the feeds are written."""
    url: str
    """Where readers find that folder, such as https://otters.example/feeds."""
    title: str = "Shared"
    """The feeds' title."""
    home: str | None = None
    """The page that the feeds belong to; else the folder itself."""
    language: str | None = None
    """The feeds' language, such as en."""
    keep: int = Field(100, ge=1)
    """How many entries the feeds hold; older ones leave them."""
    hub: str | None = None
    """A WebSub hub that is told of every change."""

    @field_validator("url")
    @classmethod
    def _absolute(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")):
            msg = "feeds hold absolute addresses: give the one where readers find the folder"
            raise ValueError(msg)
        return url.rstrip("/")

    def publish(self, message: Message, web: Session) -> Receipt:
        """Add an entry and write the three feeds; a repeat changes nothing."""
        try:
            with files.lock(self.folder / ".lock"):
                feed = self._read()
                if not _holds(feed, message):
                    new = feed_items.item(message, self._media(message))
                    feed["items"] = [new, *feed["items"]][: self.keep]
                self._write(feed)
        except OSError as error:
            raise RetryLater(
                f"the feeds in {self.folder} cannot be written: {error.strerror or error}",
                hint="Make room or give this user the right to write there.",
            ) from error
        self._tell(web)
        return self._receipt(message)

    def find(self, message: Message, web: Session) -> Receipt | None:
        """The entry of *message*, if the feed still holds it."""
        return self._receipt(message) if _holds(self._read(), message) else None

    def whoami(self, web: Session) -> Who:
        """The folder and where it is read."""
        count = len(self._read()["items"])
        notes = (f"There are {count} entries.",)
        return Who(id=str(self.folder), name=self.title, url=f"{self.url}/rss.xml", notes=notes)

    def _receipt(self, message: Message) -> Receipt:
        return Receipt(id=feed_items.identity(message), url=message.url or f"{self.url}/feed.json")

    def _read(self) -> dict[str, Any]:
        path = self.folder / "feed.json"
        try:
            feed: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            items = feed["items"]
        except FileNotFoundError:
            items = []
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(
                f"{path} is not the feed that was written there: {type(error).__name__}",
                hint="Restore it, or move it away to begin anew.",
            ) from error
        frame = feed_items.frame(
            title=self.title, home=self.home, url=self.url, language=self.language, hub=self.hub
        )
        return {**frame, "items": items}

    def _media(self, message: Message) -> dict[str, Any] | None:
        """Keep the card's file beside the feeds; returns how an entry names it."""
        if message.card is None or message.attach == "none":
            return None
        content = picture(message.card)
        name = feed_items.file_name(message.card)
        files.write(self.folder / "media" / name, content)
        return feed_items.attachment(message.card, f"{self.url}/media/{name}", len(content))

    def _write(self, feed: Mapping[str, Any]) -> None:
        from sharekit.publishers import _feed_formats

        files.write(self.folder / "rss.xml", _feed_formats.rss(feed, f"{self.url}/rss.xml"))
        files.write(self.folder / "atom.xml", _feed_formats.atom(feed, f"{self.url}/atom.xml"))
        # Last, because it is the truth: after a crash before it, the entry is written again.
        text = json.dumps(feed, ensure_ascii=False, indent=2)
        files.write(self.folder / "feed.json", text + "\n")

    def _tell(self, web: Session) -> None:
        """Tell the hub. The entry stands whether or not the hub hears of it."""
        for name in ("rss.xml", "atom.xml", "feed.json") if self.hub else ():
            try:
                data = {"hub.mode": "publish", "hub.url": f"{self.url}/{name}"}
                web.call("POST", self.hub or "", data=data, repeatable=True)
            except PublishError as error:
                msg = f"the hub {self.hub} was not told: {error.message}"
                web.report(Problem(code="hub", message=msg, severity="warning"))
                return


def _holds(feed: Mapping[str, Any], message: Message) -> bool:
    return any(item["id"] == feed_items.identity(message) for item in feed["items"])
