"""X's API as documented, strict and stateful.

https://docs.x.com/x-api/posts/create-post, .../media/upload-media, .../media/create-media-metadata,
.../posts/user-posts-timeline-by-user-id, .../fundamentals/authentication/oauth-2-0; OpenAPI 2.167 for names, lengths and
`additionalProperties: false`; RFC 5849 for the signatures.
"""

from __future__ import annotations

import base64
import html
import re
import unicodedata
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import regex
from oauth_page import Denied, Page
from oauthlib.common import Request as Signed
from oauthlib.oauth1.rfc5849 import signature
from standin import Refusal, StandIn, image_kind, route

from sharekit.testing import Reply, Request

KEYS = {
    "consumer_key": "ck0AnAppOnXForTests0001",
    "consumer_secret": "cs0TheSecretOfTheAppOnXForTests00000000000000001",
    "access_token": "2244994945-at0TheAccountsTokenForTests0001",
    "access_token_secret": "as0TheSecretOfTheAccountsTokenForTests001",
}
CLIENT, CLIENT_SECRET = "ci0TheClientIdOfTheAppOnX", "cs0TheSecretOfTheClientIdOfTheApp001"
CALLBACK = "http://127.0.0.1:8765/"
BEARER = "bt0AnOAuth2UserTokenForTests000000000000001"
USER = "2244994945"
_WEIGHT_ONE = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_CREATE = {
    "card_uri", "community_id", "direct_message_deep_link", "edit_options",
    "for_super_followers_only", "geo", "made_with_ai", "media", "nullcast", "paid_partnership",
    "poll", "quote_tweet_id", "reply", "reply_settings", "share_with_followers", "text",
}  # fmt: skip


class XServer(StandIn):
    """One app and one account. `posts` holds what stands, `media` what was uploaded."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: list[dict[str, Any]] = []
        self.media: dict[str, dict[str, Any]] = {}
        self.reads = True
        self.credits = True
        self.confidential = False
        self.page = Page(
            client_id=CLIENT,
            callbacks={CALLBACK},
            scopes={"tweet.read", "tweet.write", "users.read", "media.write", "offline.access"},
            pkce=True,
            good={BEARER},
        )
        self._nonces: set[str] = set()
        self._next = 1_990_000_000_000_000_000

    def texts(self) -> list[str]:
        return [post["text"] for post in self.posts]

    def creates(self, request: Request) -> bool:
        return request.method == "POST" and request.path == "/2/tweets"

    @route("GET", "/i/oauth2/authorize")
    def authorize(self, request: Request) -> Reply:
        return self.page.authorize(request)

    @route("POST", "/2/oauth2/token")
    def token(self, request: Request) -> Reply:
        form = dict(request.form())
        given = request.headers.get("authorization", "")
        proof = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        known = given == f"Basic {proof}" if self.confidential else form.get("client_id") == CLIENT
        if not known:
            said = {"error": "unauthorized_client", "error_description": "Missing valid header"}
            raise Refusal(Reply(status=401, json=said))
        try:
            self.page.take(form)
        except Denied as denied:
            said = {"error": str(denied), "error_description": "Value passed was invalid."}
            raise Refusal(Reply(status=400, json=said)) from None
        answer = {
            "token_type": "bearer",
            "expires_in": 7200,
            "access_token": self.page.issue(),
            "refresh_token": self.page.rotate(form),
            "scope": "tweet.read tweet.write users.read media.write offline.access",
        }
        return Reply(json=answer)

    @route("GET", "/2/users/me")
    def me(self, request: Request) -> Reply:
        self._authorize(request)
        return Reply(json={"data": {"id": USER, "name": "Otters", "username": "otters"}})

    @route("POST", "/2/media/upload")
    def upload(self, request: Request) -> Reply:
        self._authorize(request)
        body = self._body(request, {"media", "media_category", "additional_owners", "shared"})
        if body.get("media_category") not in {"tweet_image", "tweet_gif", "dm_image"}:
            raise _invalid("media_category", "is not one of the allowed values")
        content = base64.b64decode(body["media"], validate=True)
        if image_kind(content) is None:
            raise _invalid("media", "media type unrecognized.")
        if len(content) > 5_000_000:
            raise _invalid("media", "File size exceeds 5000000 bytes.")
        number = self._number()
        self.media[number] = {"content": content, "alt": None}
        data = {"id": number, "media_key": f"3_{number}", "expires_after_secs": 86400}
        return Reply(json={"data": data | {"size": len(content)}})

    @route("POST", "/2/media/metadata")
    def metadata(self, request: Request) -> Reply:
        self._authorize(request)
        body = self._body(request, {"id", "metadata"})
        words = body["metadata"]["alt_text"]["text"]
        if body["id"] not in self.media:
            raise _invalid("id", "media not found")
        if len(words) > 1000:
            raise _invalid("metadata.alt_text.text", "maximum length is 1000")
        self.media[body["id"]]["alt"] = words
        return Reply(json={"data": {"id": body["id"]}})

    @route("POST", "/2/tweets")
    def create(self, request: Request) -> Reply:
        self._authorize(request)
        if not self.credits:
            title = "CreditsDepleted"
            detail = "Your enrolled account does not have any credits to fulfill this request."
            raise Refusal(Reply(status=402, json={"title": title, "detail": detail}))
        body = self._body(request, _CREATE)
        text, media = body.get("text", ""), body.get("media", {}).get("media_ids", [])
        if not text and not media:
            raise _invalid("text", "is required when there is no media")
        if weigh(text) > 280:
            raise _forbidden("Your Tweet text is too long. Please check and try again.")
        if not set(media) <= set(self.media):
            raise _invalid("media.media_ids", "Your media IDs are invalid.")
        above = body.get("reply", {}).get("in_reply_to_tweet_id")
        if above is not None and above not in {post["id"] for post in self.posts}:
            raise _invalid("reply", "the Tweet you are replying to is gone")
        if text in self.texts():
            raise _forbidden("You are not allowed to create a Tweet with duplicate content.")
        post = {"id": self._number(), "text": text, "media": media, "above": above}
        self.posts.append(post | {"at": datetime.now(UTC)})
        shown = {"id": post["id"], "text": text, "edit_history_tweet_ids": [post["id"]]}
        return Reply(status=201, json={"data": shown})

    @route("GET", r"/2/users/(\d+)/tweets")
    def timeline(self, request: Request, user: str) -> Reply:
        self._authorize(request)
        if not self.reads:
            raise _forbidden("Your account does not have access to this endpoint.")
        if user != USER:
            raise _invalid("id", "no such user")
        since = datetime.fromisoformat(request.query.get("start_time", "2010-11-06T00:00:00Z"))
        size = int(request.query.get("max_results", "10"))
        if not 5 <= size <= 100:
            raise _invalid("max_results", "is not between 5 and 100")
        found = [post for post in reversed(self.posts) if post["at"] >= since]
        start = int(request.query.get("pagination_token", "0"))
        data = [self._shown(post) for post in found[start : start + size]]
        meta: dict[str, Any] = {"result_count": len(data)}
        if start + size < len(found):
            meta["next_token"] = str(start + size)
        return Reply(json={"meta": meta} | ({"data": data} if data else {}))

    def _shown(self, post: dict[str, Any]) -> dict[str, Any]:
        """As timelines show it: HTML escaped, each link wrapped, the picture's link appended."""
        urls: list[dict[str, str]] = []

        def wrap(found: re.Match[str]) -> str:
            short = f"https://t.co/{post['id'][-6:]}{len(urls)}"
            urls.append({"url": short, "expanded_url": found[0]})
            return short

        text = re.sub(r"https?://[\w./-]+", wrap, html.escape(post["text"], quote=False))
        if post["media"]:
            short = f"https://t.co/{post['id'][-6:]}{len(urls)}"
            page = f"https://x.com/otters/status/{post['id']}/photo/1"
            urls.append({"url": short, "expanded_url": page})
            text += f" {short}"
        return {"id": post["id"], "text": text, "entities": {"urls": urls} if urls else {}}

    def _number(self) -> str:
        self._next += 1
        return str(self._next)

    def _body(self, request: Request, known: set[str]) -> dict[str, Any]:
        body: dict[str, Any] = request.json()
        if unknown := set(body) - known:
            raise _invalid(", ".join(sorted(unknown)), "is not a known field")
        return body

    def _authorize(self, request: Request) -> None:
        given = request.headers.get("authorization", "")
        if given.removeprefix("Bearer ") in self.page.good:
            return
        header = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', given)}
        nonce = header.get("oauth_nonce", "")
        fresh = bool(nonce) and nonce not in self._nonces
        self._nonces.add(nonce)
        keys = header.get("oauth_consumer_key"), header.get("oauth_token")
        known = keys == (KEYS["consumer_key"], KEYS["access_token"])
        if not (known and fresh and self._signed(request, given, header)):
            raise _unauthorized()

    def _signed(self, request: Request, given: str, header: dict[str, str]) -> bool:
        """Whether the signature is right, for the very address that was asked."""
        url = f"{self.url}{request.target}"
        signed = Signed(url, http_method=request.method, headers={"Authorization": given})
        query = urlsplit(url).query
        signed.params = signature.collect_parameters(query, headers={"Authorization": given})
        signed.signature = header["oauth_signature"]
        secrets = KEYS["consumer_secret"], KEYS["access_token_secret"]
        return bool(signature.verify_hmac_sha1(signed, *secrets))


def weigh(text: str) -> int:
    """The length of *text* by twitter-text v3, for texts without exotic links."""
    text = unicodedata.normalize("NFC", text)
    text, links = re.subn(r"https?://[\w./?=&#%~:+-]+", "", text)
    picture = r"\p{Extended_Pictographic}\ufe0f?"
    text, emoji = regex.subn(rf"{picture}(\u200d{picture})*|\p{{RI}}{{2}}", "", text)
    light = sum(any(a <= ord(c) <= b for a, b in _WEIGHT_ONE) for c in text)
    return links * 23 + emoji * 2 + light + (len(text) - light) * 2


def _problem(status: int, title: str, detail: str, **more: Any) -> Refusal:
    kind = "https://api.x.com/2/problems/invalid-request" if status == 400 else "about:blank"
    body = {"title": title, "detail": detail, "type": kind, "status": status, **more}
    return Refusal(Reply(status=status, json=body))


def _invalid(name: str, what: str) -> Refusal:
    errors = [{"message": f"{name}: {what}", "parameters": {name: []}}]
    detail = "One or more parameters to your request was invalid."
    return _problem(400, "Invalid Request", detail, errors=errors)


def _forbidden(detail: str) -> Refusal:
    return _problem(403, "Forbidden", detail)


def _unauthorized() -> Refusal:
    return _problem(401, "Unauthorized", "Unauthorized")
