"""LinkedIn: an upload through /rest/images, then POST /rest/posts.

The words are in LinkedIn's "little" format, in which one unescaped character would silently cut
them off; the card of a link is built here, as LinkedIn reads no page itself. Sources:
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api,
.../images-api, .../little-text-format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from pydantic import Field, SecretStr

from sharekit.errors import PublishError, Refused, Unsure
from sharekit.model import Card, Limits, Message, Receipt, Who
from sharekit.publishers._account import Duplicate, NetworkAccount, nothing_posted, picture
from sharekit.publishers._answers import pick
from sharekit.text import markup
from sharekit.web import Answer, Session

__all__ = ["LinkedIn"]

_PAGES, _PAGE = 5, 100


class LinkedIn(NetworkAccount):
    """One person or one organisation on LinkedIn."""

    default_limits: ClassVar[Limits] = Limits(
        length=3_000,
        unit="chars",
        title_length=400,
        summary_length=4_086,
        image_bytes=10_000_000,
        image_pixels=36_152_320,
        card_bytes=5_000_000,
        alt_length=4_086,
        link_card="embed",
    )

    token: SecretStr
    """An access token with w_member_social (a person) or w_organization_social."""
    author: str | None = Field(None, pattern=r"^urn:li:(person|organization):[\w-]+$")
    """Who posts: urn:li:organization:123; else the person whose token it is."""
    visibility: Literal["PUBLIC", "CONNECTIONS", "LOGGED_IN"] = "PUBLIC"
    """Who sees the posts."""
    version: str = Field("202610", pattern=r"^20\d{4}$")
    """The version of the API (YYYYMM). LinkedIn drops each about a year after it came."""
    base_url: str = "https://api.linkedin.com"
    """Where LinkedIn's API is."""

    def publish(self, message: Message, web: Session) -> Receipt:
        """Upload the card, if it goes along, and post."""
        self.check(message)
        with nothing_posted():
            author = self._author(web, message)
            content = self._content(message, author, web)
        post = {
            "author": author,
            "commentary": markup.little(message.text, message.tags),
            "visibility": self.visibility,
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
            **content,
        }
        answer = self._ask("POST", "/rest/posts", web, message, json=post, accept=(422,))
        if answer.status == 422:
            raise _refusal(answer, web)
        return _receipt(pick(answer.headers, "x-restli-id"))

    def find(self, message: Message, web: Session) -> Receipt | None:
        """Look through the author's posts since the message was made."""
        words = markup.little(message.text, message.tags)
        try:
            for post in self._posts(message, web):
                if post.get("commentary", "") == words:
                    return _receipt(pick(post, "id"))
        except PublishError as error:
            raise Unsure(
                f"whether the post is there cannot be seen: {error.message}",
                hint="LinkedIn lets few apps read. Look at the page yourself.",
            ) from error
        return None

    def whoami(self, web: Session) -> Who:
        """The person whose token it is."""
        me = self._me(web)
        name = f"{me.get('name', '')}"
        note = f"It posts as {self.author or 'this person'}."
        return Who(id=pick(me, "sub"), name=name, limits=self.limits, notes=(note,))

    def _content(self, message: Message, author: str, web: Session) -> Mapping[str, Any]:
        card = message.card
        if message.attach == "image" and card:
            media = {"id": self._upload(card, author, web, message), "altText": card.alt}
            return {"content": {"media": {k: v for k, v in media.items() if v}}}
        if message.attach == "link" and message.url:
            article = {
                "source": message.url,
                "title": message.title or message.url,
                "description": message.summary,
                "thumbnail": self._upload(card, author, web, message) if card else None,
                "thumbnailAltText": card.alt if card else None,
            }
            return {"content": {"article": {k: v for k, v in article.items() if v}}}
        return {}

    def _upload(self, card: Card, author: str, web: Session, message: Message) -> str:
        begin = {"initializeUploadRequest": {"owner": author}}
        path = "/rest/images?action=initializeUpload"
        place = self._ask("POST", path, web, message, json=begin, repeatable=True).json()
        web.call(
            "PUT",
            pick(place, "value", "uploadUrl"),
            token=self.secret("token", web, message),
            headers={"Content-Type": card.mime},
            content=picture(card),
            repeatable=True,
            timeout=self.timeout,
        )
        return pick(place, "value", "image")

    def _author(self, web: Session, message: Message) -> str:
        return self.author or f"urn:li:person:{pick(self._me(web, message), 'sub')}"

    def _me(self, web: Session, message: Message | None = None) -> Any:
        return self._ask("GET", "/v2/userinfo", web, message, repeatable=True).json()

    def _posts(self, message: Message, web: Session) -> Iterator[Mapping[str, Any]]:
        author = quote(self._author(web, message), safe="")
        since = (message.created - timedelta(minutes=2)).timestamp() * 1000
        for page in range(_PAGES):
            where = f"?q=author&author={author}&count={_PAGE}&start={page * _PAGE}&sortBy=CREATED"
            posts = self._ask("GET", f"/rest/posts{where}", web, message, repeatable=True).json()
            for post in posts["elements"]:
                if post["createdAt"] < since:
                    return
                yield post
            if len(posts["elements"]) < _PAGE:
                return
        raise Unsure(f"the author has more than {_PAGES * _PAGE} posts since this one was written")

    def _ask(
        self, method: str, path: str, web: Session, message: Message | None, **request: Any
    ) -> Answer:
        headers = {"LinkedIn-Version": self.version, "X-Restli-Protocol-Version": "2.0.0"}
        if "q=author" in path:
            headers["X-RestLi-Method"] = "FINDER"
        token = self.secret("token", web, message)
        url = self.base_url.rstrip("/") + path
        try:
            return web.call(
                method, url, token=token, headers=headers, timeout=self.timeout, **request
            )
        except Refused as error:
            if "version" not in error.message.lower():
                raise
            raise Refused(error.message, hint="Set `version` to a newer month.") from error


def _refusal(answer: Answer, web: Session) -> PublishError:
    """What a 422 means. The post that it calls a duplicate may not exist: a hint, no proof."""
    data = answer.json()
    said = web.mask(str(data.get("message", "")) if isinstance(data, dict) else "")
    if "duplicate" in said.lower():
        return Duplicate(f"LinkedIn says: {said}", hint="Look whether that post is this one.")
    return Refused(f"LinkedIn says: {said}")


def _receipt(post: str) -> Receipt:
    return Receipt(id=post, url=f"https://www.linkedin.com/feed/update/{post}/")
