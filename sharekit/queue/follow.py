"""Following a source: what is new in it, what was edited, what is gone.

Pure: `decide` compares what a source shows with what it showed before. The app feeds it posts
and acts on the steps; `sharekit.queue.sources` remembers.

- The first look only remembers: an old blog is not poured out.
- A post is known by its id, or by its page when the id has changed.
- A post from before the first look that shows up later is old, not new.
- A draft is no post yet; finished, it is new. A post that became a draft again is gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from sharekit.model import Post, digest_of

__all__ = ["Known", "Seen", "Step", "canonical", "decide", "digest"]


DRAFT = "draft"
"""In place of the digest of a post that is not finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A post as the source last showed it."""

    post: str
    page: str | None
    digest: str
    published: datetime | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a source has shown so far. *since* is the first look; `None`: there was none yet."""

    since: datetime | None = None
    posts: Mapping[str, Seen] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do about one post.

    `new`: queue it by the channel's rules. `edited`: draw and word its planned deliveries
    anew, which drops approvals. `gone`: hold them. `old` and `same`: nothing. *post* has the
    id under which it is known; it is `None` for what is gone.
    """

    kind: Literal["new", "old", "edited", "same", "gone"]
    seen: Seen
    post: Post | None = None


# Parameters that say where a reader comes from, not what the page is.
_TRACKING = frozenset(("fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid"))


def canonical(url: str | None) -> str | None:
    """What of *url* names the page: no tracking, fragment, `www.`, scheme or final slash."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return url.strip()
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in _TRACKING and not name.lower().startswith("utm_")
    ]
    path = parts.path.rstrip("/")
    return f"{host}{port}{path}{'?' if query else ''}{urlencode(sorted(query))}" or None


def digest(post: Post) -> str:
    """The hash of everything that cards and words are made of; not of where it was read."""
    return digest_of(replace(post, id="", url=canonical(post.url), updated=None, source=""), 32)


def decide(posts: Sequence[Post], known: Known, *, complete: bool = False) -> list[Step]:
    """A step for each of *posts*, and one for each that is gone.

    *complete* says that the source shows all it has, as a folder does. A feed shows its
    newest: there, what lies before its oldest post may just have moved off the end.
    """
    before = dict(known.posts or {})
    pages = {seen.page: seen for seen in before.values() if seen.page}
    steps: list[Step] = []
    here: set[str] = set()
    shown: set[str] = set()
    for post in posts:
        page = canonical(post.url)
        seen = before.get(post.id) or (pages.get(page) if page else None)
        name = seen.post if seen else post.id
        if name in here or page in shown:
            continue  # the same post twice in one reading
        here.add(name)
        if page:
            shown.add(page)
        steps.append(_step(replace(post, id=name), seen, known.since))
    return steps + _gone(before, here, posts, complete=complete)


def _step(post: Post, seen: Seen | None, since: datetime | None) -> Step:
    now = Seen(
        post=post.id,
        page=canonical(post.url),
        digest=DRAFT if post.draft else digest(post),
        published=post.published,
    )
    if post.draft:
        # Remembered, so that it is new when it is finished, whatever date it has.
        taken_back = seen is not None and not seen.gone and seen.digest != DRAFT
        return Step(kind="gone" if taken_back else "old", seen=now)
    if seen is None:
        old = since is None or (post.published is not None and post.published < since)
        return Step(kind="old" if old else "new", seen=now, post=post)
    if seen.digest == DRAFT:
        return Step(kind="new", seen=now, post=post)
    if seen.digest != now.digest:
        return Step(kind="edited", seen=now, post=post)
    return Step(kind="same", seen=now, post=post)


def _gone(
    before: Mapping[str, Seen], here: set[str], posts: Sequence[Post], *, complete: bool
) -> list[Step]:
    dates = [post.published for post in posts if post.published]
    oldest = min(dates, default=None)
    gone = []
    for seen in before.values():
        if seen.post in here or seen.gone or not posts:
            continue  # a source that shows nothing at all is broken rather than empty
        newer = oldest is not None and seen.published is not None and seen.published > oldest
        if complete or newer:
            gone.append(Step(kind="gone", seen=replace(seen, gone=True)))
    return gone
