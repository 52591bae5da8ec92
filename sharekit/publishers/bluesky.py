"""Bluesky: com.atproto.repo.uploadBlob for the card, then com.atproto.repo.putRecord.

Five plain calls of XRPC, so no client library is loaded (its import alone costs more than all
of them). The record's key is derived from the message: the same message always has the same
address, and the server keeps one record there, so a repeat is harmless for ever. Sources:
https://docs.bsky.app/docs/api/com-atproto-repo-put-record, the lexicons of
https://github.com/bluesky-social/atproto, https://docs.bsky.app/docs/advanced-guides/rate-limits.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Literal

from pydantic import SecretStr

from sharekit.errors import PublishError, Refused, RetryLater, Unsure
from sharekit.model import Limits, Message, Receipt, Who
from sharekit.publishers import _bluesky_embed
from sharekit.publishers import _bluesky_records as records
from sharekit.publishers._account import NetworkAccount
from sharekit.publishers._answers import pick
from sharekit.publishers._bluesky_xrpc import Xrpc
from sharekit.publishers._thread import find_thread, texts
from sharekit.web import Session

__all__ = ["Bluesky"]

POST = "app.bsky.feed.post"


class Bluesky(NetworkAccount):
    """One account on Bluesky, or on any server of the AT Protocol."""

    default_limits: ClassVar[Limits] = Limits(
        length=300,
        unit="graphemes",
        max_bytes=3_000,
        images=4,
        image_bytes=2_000_000,
        image_formats=("image/jpeg", "image/png", "image/webp"),
        card_bytes=1_000_000,
        link_card="embed",
        link_text="short",
        tag_rule="atproto",
        threads=True,
        mention_rule="domain",
    )
    repeatable_for: ClassVar[timedelta | None] = timedelta.max

    handle: str
    """The account's handle, such as otters.bsky.social, without `@`."""
    app_password: SecretStr | None = None
    """An app password: bsky.app, Settings, Privacy and security, App passwords."""
    server: str = "https://bsky.social"
    """The account's server."""
    labels: tuple[
        Literal["sexual", "nudity", "porn", "graphic-media", "!no-unauthenticated"], ...
    ] = ()
    """Bluesky's content warnings: labels that the posts and their pictures are hidden behind."""

    def publish(self, message: Message, web: Session) -> Receipt:
        """Write the record of each part; a part that stands already is left as it is."""
        self.check(message)
        xrpc = self._xrpc(web, message)
        embed = _bluesky_embed.embed(xrpc, message, self.limits)
        root: dict[str, str] | None = None
        above: dict[str, str] | None = None
        for number, _ in enumerate(texts(message)):
            reply = {"root": root, "parent": above} if root else None
            spans = records.spans(message, number, self.limits)
            record = records.post(
                message,
                number,
                facets=records.facets(spans, xrpc.did_of),
                embed=embed if number == 0 else None,
                reply=reply,
                labels=self.labels,
            )
            above = self._put(xrpc, records.key(message, number), record)
            root = root or above
        return self._receipt(message)

    def find(self, message: Message, web: Session) -> Receipt | None:
        """Read the records at the message's own addresses."""
        xrpc = self._xrpc(web, message)
        found = find_thread(
            message, lambda number, _: self._address(xrpc, records.key(message, number))
        )
        return self._receipt(message) if found else None

    def whoami(self, web: Session) -> Who:
        """The account, by its own server."""
        xrpc = self._xrpc(web)
        handle = xrpc.session.handle
        return Who(
            id=xrpc.session.did,
            name=f"@{handle}",
            url=f"https://bsky.app/profile/{handle}",
            limits=self.limits,
        )

    def _xrpc(self, web: Session, message: Message | None = None) -> Xrpc:
        password = self.secret("app_password", web, message)
        return Xrpc(
            web, self.server, self.handle, password, timeout=self.timeout, vault=self._vault
        )

    def _receipt(self, message: Message) -> Receipt:
        first = records.key(message, 0)
        return Receipt(id=first, url=f"https://bsky.app/profile/{self.handle}/post/{first}")

    def _put(self, xrpc: Xrpc, key: str, record: dict[str, Any]) -> dict[str, str]:
        """Write *record* where nothing is yet; returns its reference (uri and cid)."""
        body = {"repo": xrpc.session.did, "collection": POST, "rkey": key, "record": record}
        try:
            # `swapRecord: null` means: only if there is none. So nothing is ever overwritten.
            answer = xrpc.post("com.atproto.repo.putRecord", {**body, "swapRecord": None})
        except Refused as error:
            if "InvalidSwap" not in error.message:
                raise
            answer = self._read(xrpc, key)
        except Unsure as error:
            try:
                answer = self._read(xrpc, key)
            except PublishError:
                answer = None
            if answer is None:  # a repeat does no harm
                raise RetryLater(error.message, maybe=True) from error
        return {"uri": pick(answer, "uri"), "cid": pick(answer, "cid")}

    def _address(self, xrpc: Xrpc, key: str) -> str | None:
        found = self._read(xrpc, key)
        return None if found is None else pick(found, "uri")

    @staticmethod
    def _read(xrpc: Xrpc, key: str) -> Any:
        where = {"repo": xrpc.session.did, "collection": POST, "rkey": key}
        return xrpc.get("com.atproto.repo.getRecord", where, missing="RecordNotFound")
