"""LinkedIn's Posts and Images APIs as documented, strict and stateful.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/
{posts-api,images-api,little-text-format};
.../shared/authentication/{authorization-code-flow,programmatic-refresh-tokens,token-introspection}
"""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import quote

from oauth_page import Denied, Page
from standin import Refusal, StandIn, image_kind, route

from sharekit.testing import Reply, Request

TOKEN = "lt0TheAccessTokenOfTheMemberForTests000000000001"
CLIENT, CLIENT_SECRET = "li0TheClientId", "ls0TheSecretOfTheAppForTests0001"
CALLBACK = "http://127.0.0.1:8765/"
DAY = 86_400
PERSON = "urn:li:person:Zq8-w_0tt3r"
_POST = {
    "author", "commentary", "visibility", "distribution", "content", "lifecycleState",
    "isReshareDisabledByAuthor", "container", "contentLandingPage",
}  # fmt: skip


class LinkedInServer(StandIn):
    """One member. `posts` holds what stands, `images` what was uploaded."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: list[dict[str, Any]] = []
        self.images: dict[str, bytes | None] = {}
        self.reads = True
        self.duplicates = True
        self.partner = False  # whether the app is given refresh tokens
        self.page = Page(
            client_id=CLIENT,
            secret=CLIENT_SECRET,
            callbacks={CALLBACK},
            scopes={"openid", "profile", "w_member_social"},
            good={TOKEN},
        )

    def texts(self) -> list[str]:
        return [shown(post["commentary"]) for post in self.posts]

    def titles(self) -> list[str]:
        articles = [post.get("content", {}).get("article") for post in self.posts]
        return [article["title"] for article in articles if article]

    def creates(self, request: Request) -> bool:
        return request.method == "POST" and request.path == "/rest/posts"

    @route("GET", "/oauth/v2/authorization")
    def authorize(self, request: Request) -> Reply:
        return self.page.authorize(request)

    @route("POST", "/oauth/v2/accessToken")
    def token(self, request: Request) -> Reply:
        form = dict(request.form())
        try:
            self.page.take(form)
        except Denied as denied:
            raise Refusal(Reply(status=400, json={"error": str(denied)})) from None
        answer = {"access_token": self.page.issue(), "expires_in": 60 * DAY, "scope": "openid"}
        if self.partner:
            # It stays the same, and ends a year after it was first given.
            self.page.refresh = {"AQrefresh0TheRefreshTokenForTests001"}
            more = {"refresh_token": next(iter(self.page.refresh))}
            answer |= {**more, "refresh_token_expires_in": 365 * DAY}
        return Reply(json=answer)

    @route("POST", "/oauth/v2/introspectToken")
    def introspect(self, request: Request) -> Reply:
        form = dict(request.form())
        assert set(form) == {"client_id", "client_secret", "token"}
        if (form["client_id"], form["client_secret"]) != (CLIENT, CLIENT_SECRET):
            raise _no(401, "Client authentication failed", code="invalid_client")
        if form["token"] not in self.page.good:
            return Reply(json={"active": False})
        moment = int(time.time())
        return Reply(
            json={
                "active": True,
                "status": "active",
                "created_at": moment,
                "expires_at": moment + 20 * DAY,
            }
        )

    @route("GET", "/v2/userinfo")
    def me(self, request: Request) -> Reply:
        self._authorize(request)
        return Reply(json={"sub": PERSON.rpartition(":")[2], "name": "Otto Otter"})

    @route("POST", "/rest/images")
    def initialize(self, request: Request) -> Reply:
        self._rest(request)
        assert request.query == {"action": "initializeUpload"}
        assert request.json() == {"initializeUploadRequest": {"owner": PERSON}}
        urn = f"urn:li:image:C5622AQ{len(self.images)}"
        self.images[urn] = None
        url = f"{self.url}/dms-uploads/{quote(urn, safe='')}"
        return Reply(json={"value": {"uploadUrl": url, "image": urn, "uploadUrlExpiresAt": 1}})

    @route("PUT", "/dms-uploads/(.+)")
    def upload(self, request: Request, urn: str) -> Reply:
        self._authorize(request)
        assert image_kind(request.body)
        self.images[urn] = request.body
        return Reply(status=201)

    @route("POST", "/rest/posts")
    def create(self, request: Request) -> Reply:
        self._rest(request)
        post = request.json()
        if unknown := set(post) - _POST:
            raise _no(422, f"Unpermitted fields present in REQUEST_BODY: {unknown}")
        assert post["author"] == PERSON
        assert post["lifecycleState"] == "PUBLISHED"
        assert post["visibility"] in {"PUBLIC", "CONNECTIONS", "LOGGED_IN"}
        words = shown(post["commentary"])
        if len(words) > 3000:
            raise _no(422, "commentary exceeds the maximum length of 3000")
        content = post.get("content", {})
        assert set(content) <= {"media", "article"}
        urns = [content["media"]["id"]] if "media" in content else []
        if article := content.get("article"):
            assert set(article) <= {
                "source", "title", "description", "thumbnail", "thumbnailAltText",
            }  # fmt: skip
            assert article["source"].startswith("https://")
            assert article["title"]
            urns += [article["thumbnail"]] if "thumbnail" in article else []
        if not all(self.images.get(urn) for urn in urns):
            raise _no(422, "the image is not available")
        for old in self.posts:
            if self.duplicates and old["commentary"] == post["commentary"]:
                said = f"Content is a duplicate of {old['id']}"
                raise _no(422, said, code="DUPLICATE_POST")
        number = f"urn:li:share:{7_000_000_000_000_000_000 + len(self.posts)}"
        self.posts.append(post | {"id": number, "createdAt": int(time.time() * 1000)})
        return Reply(status=201, headers={"x-restli-id": number})

    @route("GET", "/rest/posts")
    def author(self, request: Request) -> Reply:
        self._rest(request)
        if not self.reads:
            raise _no(403, "Not enough permissions to access: partnerApiPostsExternal.FINDER")
        assert request.headers["X-RestLi-Method"] == "FINDER"
        assert request.query["q"] == "author"
        assert request.query["author"] == PERSON
        size, start = int(request.query["count"]), int(request.query["start"])
        assert size <= 100
        found = [
            {name: post[name] for name in ("id", "author", "commentary", "createdAt")}
            for post in reversed(self.posts)
        ]
        return Reply(json={"elements": found[start : start + size]})

    def _rest(self, request: Request) -> None:
        self._authorize(request)
        assert request.headers["X-Restli-Protocol-Version"] == "2.0.0"
        version = request.headers["LinkedIn-Version"]
        if version < "202512":
            said = f"Requested version {version} is not active"
            raise _no(426, said, code="NONEXISTENT_VERSION")

    def _authorize(self, request: Request) -> None:
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.page.good:
            raise _no(401, "Invalid access token", code="INVALID_ACCESS_TOKEN")


def shown(little: str) -> str:
    r"""What a reader sees of a text in the little format.

    As with LinkedIn, a reserved character without its backslash ends the text.
    """
    text = re.sub(r"\{hashtag\|\\#\|([^}]*)\}", r"\\#\1", little)
    found = re.match(r"(?:\\.|[^\\|{}@\[\]()<>#*_~])*", text, re.DOTALL)
    assert found
    return re.sub(r"\\(.)", r"\1", found[0], flags=re.DOTALL)


def _no(status: int, said: str, code: str = "ERROR") -> Refusal:
    return Refusal(Reply(status=status, json={"status": status, "code": code, "message": said}))
