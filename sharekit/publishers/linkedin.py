"""LinkedIn: an upload through /rest/images, then POST /rest/posts.

The words are in LinkedIn's "little" format, in which one unescaped character would silently cut
them off; the card of a link is built here, as LinkedIn reads no page itself. Sources:
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api,
.../images-api, .../little-text-format.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from sharekit.errors import PublishError, Unsure
from sharekit.model import Limits, Message, Receipt, Who
from sharekit.publishers._account import nothing_posted
from sharekit.publishers._answers import pick
from sharekit.publishers._linkedin_api import Api
from sharekit.publishers._linkedin_sign_in import LinkedInAccount
from sharekit.text import markup
from sharekit.web import Session

__all__ = ["LinkedIn"]


class LinkedIn(LinkedInAccount):
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

    visibility: Literal["PUBLIC", "CONNECTIONS", "LOGGED_IN"] = "PUBLIC"
    """Who sees the posts."""
    version: str = Field("202610", pattern=r"^20\d{4}$")
    """The version of the API (YYYYMM). LinkedIn drops each about a year after it came."""
    base_url: str = "https://api.linkedin.com"
    """Where LinkedIn's API is."""

    def publish(self, message: Message, web: Session) -> Receipt:
        """Upload the card, if it goes along, and post."""
        self.check(message)
        return self.signed_in(web, lambda account: account._post(message, web))

    def _post(self, message: Message, web: Session) -> Receipt:
        with nothing_posted():
            api = self._api(web, message)
            author = self.author or api.person()
            content = _content(message, author, api)
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
        return _receipt(api.post(post))

    def find(self, message: Message, web: Session) -> Receipt | None:
        """Look through the author's posts since the message was made."""
        return self.signed_in(web, lambda account: account._find(message, web))

    def _find(self, message: Message, web: Session) -> Receipt | None:
        words = markup.little(message.text, message.tags)
        try:
            api = self._api(web, message)
            for post in api.posts(self.author or api.person(), since=message.created):
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
        return self.signed_in(web, lambda account: account._who(web))

    def _who(self, web: Session) -> Who:
        me = self._api(web).me()
        notes = [f"It posts as {self.author or 'this person'}."]
        notes += ["Its token is renewed by itself."] if self.renews else []
        return Who(
            id=pick(me, "sub"),
            name=pick(me, "name"),
            limits=self.limits,
            expires=None if self.renews else self.token_ends(web),
            notes=tuple(notes),
        )

    def _api(self, web: Session, message: Message | None = None) -> Api:
        token = self.secret("token", web, message)
        return Api(web, self.base_url, self.version, token, timeout=self.timeout)


def _content(message: Message, author: str, api: Api) -> Mapping[str, Any]:
    card = message.card
    if message.attach == "image" and card:
        media = {"id": api.upload(card, author), "altText": card.alt}
        return {"content": {"media": {k: v for k, v in media.items() if v}}}
    if message.attach == "link" and message.url:
        article = {
            "source": message.url,
            "title": message.title or message.url,
            "description": message.summary,
            "thumbnail": api.upload(card, author) if card else None,
            "thumbnailAltText": card.alt if card else None,
        }
        return {"content": {"article": {k: v for k, v in article.items() if v}}}
    return {}


def _receipt(post: str) -> Receipt:
    return Receipt(id=post, url=f"https://www.linkedin.com/feed/update/{post}/")
