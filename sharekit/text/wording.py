"""What a post says on a channel, before it is made to fit.

In this order: the post's own text for the channel with its tokens replaced, else the account's
template, else the title. Then people get their handles, and the link its place.

Whoever writes a text for a channel or a template may mention people in it. What comes out of the
post's own fields calls nobody: an `@` in a title is a letter of the title.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sharekit.errors import Problem
from sharekit.model import Limits, Link, Post, Rules, Site
from sharekit.text import drupal, hashtags, links, mentions, tokens
from sharekit.text.slug import name_of_id
from sharekit.text.templates import TemplateError, render
from sharekit.text.words import Words, tidy

__all__ = ["Job", "Wording", "own_link", "wording"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a message is made from. *link* is the channel's link to the post, if it has one."""

    post: Post
    channel: str
    limits: Limits
    rules: Rules
    site: Site
    link: str | None
    now: datetime

    def problem(self, code: str, message: str, hint: str, *, error: bool = True) -> Problem:
        """A finding about this job's post."""
        return Problem(
            code=code,
            message=message,
            severity="error" if error else "warning",
            where=self.post.source or self.post.id,
            hint=hint,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """*words* with the link, *tags* still to be placed, and what was found wrong.

    *plain* are the words without hashtags in them, for when those have no room.
    """

    words: Words
    plain: Words
    tags: tuple[str, ...]
    problems: tuple[Problem, ...]


def wording(job: Job) -> Wording:
    """The words of *job*."""
    text, has_link, problems = _own_text(job)
    text = _with_handles(tidy(text), job)
    appends = job.rules.link == "append" and job.limits.links == "text"
    plain = _linked(text, job)
    if not has_link and appends and job.link is None:
        problems = [*problems, _url_missing(job)]
    adds = job.link if appends and not (has_link or own_link(job, plain)) else None
    tagged, tags = _with_hashtags(text, job)
    words = plain if tagged == text else _linked(tagged, job)
    if adds:
        words, plain = words.then(adds, url=adds), plain.then(adds, url=adds)
    return Wording(words=words, plain=plain, tags=tags, problems=tuple(problems))


# --- the text


def _own_text(job: Job) -> tuple[str, bool, list[Problem]]:
    """The post's text for the channel, whether it places the link itself, and problems."""
    social = job.post.social.get(job.channel) or job.post.social.get("*") or ""
    job = dataclasses.replace(job, post=_calling_nobody(job))
    if social.strip():
        return _from_tokens(social, job)
    if job.rules.template:
        return _from_template(job.rules.template, job)
    title = " ".join((job.post.title or "").split())
    return title, False, [] if title else [_title_missing(job)]


def _calling_nobody(job: Job) -> Post:
    """The job's post with no mention in its fields, where the network would find them."""
    if job.limits.mention_rule == "none":
        return job.post

    def quiet(value: Any) -> Any:
        if isinstance(value, str) and ("@" in value or "＠" in value):
            outside = links.spans(value, job.limits) + links.written_spans(value)
            return mentions.silenced(value, outside=outside, handles=job.rules.mentions)
        if isinstance(value, (list, tuple)):
            return type(value)(map(quiet, value))
        if isinstance(value, Mapping):
            return {name: quiet(one) for name, one in value.items()}
        return value

    names = ("title", "summary", "body", "authors", "tags", "extra")
    return dataclasses.replace(job.post, **{n: quiet(getattr(job.post, n)) for n in names})


def _from_tokens(text: str, job: Job) -> tuple[str, bool, list[Problem]]:
    values = tokens.values_for(job.post, job.site, job.link, job.now)
    dialect = str(job.post.extra.get("dialect") or "auto")
    done = tokens.resolve(text, values, dialect)
    urls = [token for token in done.tokens if _is(token, "url")]
    problems = []
    for token in done.unresolved:
        if token.status == "unknown" and drupal.is_prose(token.kind, token.name):
            continue
        if _is(token, "url") and job.link is None:
            problems.append(_url_missing(job))
        elif _is(token, "title") and not job.post.title:
            problems.append(_title_missing(job))
        else:
            problems += tokens.problems_of((token,), job.post.source or job.post.id)
    return done.text, bool(urls), list(dict.fromkeys(problems))


def _is(token: tokens.Token, name: str) -> bool:
    return token.kind == "node" and token.name.partition(":")[0] == name


def _from_template(template: str, job: Job) -> tuple[str, bool, list[Problem]]:
    try:
        text = render(template, post=job.post, site=job.site, link=job.link)
    except TemplateError as error:
        if error.missing in {"link", "post.url"}:
            return "", True, [_url_missing(job)]
        if error.missing == "post.title":
            return "", False, [_title_missing(job)]
        return "", False, list(error.problems)
    return text, False, []


def _title_missing(job: Job) -> Problem:
    return job.problem(
        "title-missing",
        _needs("title", job),
        "Name it in the source's `supplement` file, or give the post a text of its own.",
    )


def _url_missing(job: Job) -> Problem:
    extra, name = job.post.extra, name_of_id(job.post.id)
    if needed := extra.get("permalink_needs"):
        return job.problem(
            "url-missing",
            f"{job.channel} needs the URL of the post {name}, and its permalink is made from its"
            f" {needed}, which is missing or cannot be read",
            f"Give the post a {needed}, as in `date: 2026-03-08 11:45`, or a `url:` of its own.",
        )
    if path := extra.get("path"):
        return job.problem(
            "url-missing",
            f"{job.channel} needs the URL of the post {name}, of which only {path} is known",
            "Set `url:` under `site:` in the config: the site's address.",
        )
    return job.problem(
        "url-missing",
        _needs("URL", job),
        "Give it as `url:` in the post, by `permalink:` of the source or in its `supplement`"
        " file, or set `link: never` for the channel.",
    )


def _needs(what: str, job: Job) -> str:
    name = name_of_id(job.post.id)
    return f"{job.channel} needs the {what} of the post {name}, and its source gives none"


# --- people, tags, links


def _with_handles(text: str, job: Job) -> str:
    if not job.rules.mentions:
        return text
    outside = links.spans(text, job.limits)
    return mentions.with_handles(text, job.rules.mentions, outside=outside)


def _with_hashtags(text: str, job: Job) -> tuple[str, tuple[str, ...]]:
    """*text* with hashtags where its words say the same, and those that are left to place."""
    most = job.rules.hashtags if job.limits.tags else 0
    there = {tag.tag.casefold() for tag in hashtags.find(text, job.limits.tag_rule)}
    if job.limits.max_tags is not None:
        most = min(most, job.limits.max_tags - len(there))
    left: list[str] = []
    for tag in job.post.tags:
        made = hashtags.hashtag(tag)
        if made is None or made[1:].casefold() in there or most <= 0:
            continue
        there.add(made[1:].casefold())
        most -= 1
        placed = _placed(text, tag, made, job) if job.rules.hashtags_at == "text" else None
        if placed is None:
            left.append(made)
        else:
            text = placed
    return text, tuple(left)


def _placed(text: str, tag: str, made: str, job: Job) -> str | None:
    """*text* with the first naming of *tag* turned into the hashtag *made*."""
    taken = links.spans(text, job.limits)
    taken += [(span.start, span.end) for span in mentions.find(text)]
    pattern = rf"(?<![\w#@&/]){re.escape(' '.join(tag.split()))}(?!\w)"
    for match in re.finditer(pattern, text, re.IGNORECASE):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            # The text's own capitals, where the tag is one word.
            said = f"#{match[0]}" if match[0].casefold() == made[1:].casefold() else made
            return f"{text[: match.start()]}{said}{text[match.end() :]}"
    return None


def _linked(text: str, job: Job) -> Words:
    """*text* with its links; the post's own URL becomes the channel's link to it."""
    out: list[str] = []
    own: list[Link] = []
    at = size = 0
    for match in _own_addresses(job).finditer(text) if job.link else ():
        out += [text[at : match.start()], job.link or ""]
        start = size + match.start() - at
        size = start + len(job.link or "")
        own.append(Link(start=start, end=size, url=job.link or ""))
        at = match.end()
    text = "".join([*out, text[at:]])
    others = [
        link
        for link in links.find(text, job.limits)
        if not any(mine.start < link.end and link.start < mine.end for mine in own)
    ]
    found = tuple(sorted([*own, *others], key=lambda link: link.start))
    return Words(text=text, links=found)


def own_link(job: Job, words: Words) -> str | None:
    """The address of the first link in *words* to the post's page, however it is written."""
    if job.link is None:
        return None
    pages = {_page(job.link), _page(job.post.url or job.link)}
    return next((link.url for link in words.links if _page(link.url) in pages), None)


def _page(url: str) -> str:
    return re.sub(r"^https?://", "", url).removesuffix("/")


def _own_addresses(job: Job) -> re.Pattern[str]:
    """The post's URL and the link, where they are not the beginning of a longer address."""
    known = sorted({job.link or "", job.post.url or job.link or ""}, key=len, reverse=True)
    same = "|".join(re.escape(url) for url in known if url)
    return re.compile(rf"(?<!\w)(?:{same})(?![\w/#&=%~]|[?.,:;@!'+$-]+[\w/#&=%~])")
