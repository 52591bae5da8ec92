"""The message of a post for one account: what is shown, what is stored and what is sent."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, TypeVar

from sharekit.errors import Problem, UserError
from sharekit.model import (
    Attach,
    Card,
    Limits,
    Link,
    Mention,
    Message,
    Post,
    Rules,
    Site,
    Tag,
    digest_of,
)
from sharekit.text import hashtags, links, mentions
from sharekit.text.attachment import attachment, carried, sends_card
from sharekit.text.count import count, count_message, limit_for, refusals
from sharekit.text.fit import Fitted, fit, shorten
from sharekit.text.thread import split
from sharekit.text.wording import Job, Wording, own_link, wording
from sharekit.text.words import Words, tidy

__all__ = ["draft", "reworded", "with_words_of"]

_Span = TypeVar("_Span", Mention, Tag)


def draft(
    post: Post,
    *,
    channel: str,
    account: str,
    limits: Limits,
    rules: Rules,
    site: Site,
    card: Card | None = None,
    unknown: Literal["keep", "error"] = "keep",
    created: datetime | None = None,
    link: str | None = None,
) -> Message:
    """The message of *post* for the *account* of *channel*, within *limits*, by *rules*.

    The text is the post's own for the channel, else the account's template, else the title;
    the link is appended to a text that does not place it. *link* is the address to use in
    place of the post's URL with its campaign parameters (a short one, say). *created* is now,
    unless it is given; the message's key does not depend on it.

    In a preview (*unknown* `keep`) a token that has no value stays as it is written, and what
    is wrong or missing stands among the message's problems. When queueing (`error`) a problem
    of severity `error` is raised as `UserError` with all of them: nothing goes out with a hole
    in it. Codes: `token-unknown`, `title-missing`, `url-missing`, `template`, `text-empty`,
    `text-too-long`, `text-refused`, `card-missing`; and as warnings `text-cut`,
    `tags-dropped`, `alt-missing`, `attach-unsupported`, `warning-unsupported`.
    """
    created = created or datetime.now(UTC)
    if link is None and post.url:
        link = links.encoded(links.with_parameters(post.url, rules.utm))
    job = Job(
        post=post,
        channel=channel,
        limits=limits,
        rules=rules,
        site=site,
        link=link,
        now=created,
    )
    said = wording(job)
    attach, attach_problems = attachment(job, said.words, card)
    parts, fit_problems = _fitted(job, said, attach)
    card, card_problems = carried(job, attach, card)
    problems = (
        *said.problems, *_unwarned(job), *fit_problems, *attach_problems, *card_problems,
    )  # fmt: skip
    errors = [problem for problem in problems if problem.severity == "error"]
    if unknown == "error" and errors:
        raise UserError(errors[0].message, problems=errors)
    return _message(job, account, parts=parts, attach=attach, card=card, problems=problems)


def _unwarned(job: Job) -> list[Problem]:
    """A content warning that readers of the channel would not see."""
    if not job.rules.content_warning or job.limits.content_warning:
        return []
    message = f"{job.channel} shows no content warning; the post goes out without it"
    hint = "Put the warning into the text, or take `content_warning` away from the channel."
    return [job.problem("warning-unsupported", message, hint, error=False)]


def _message(
    job: Job,
    account: str,
    *,
    parts: list[Words],
    attach: Attach,
    card: Card | None,
    problems: tuple[Problem, ...],
) -> Message:
    first, *others = parts
    post, limits = job.post, job.limits
    message = Message(
        key="",
        post_id=post.id,
        channel=job.channel,
        account=account,
        text=first.text,
        links=first.links,
        mentions=_outside(mentions.find(first.text, limits.mention_rule), first.links),
        tags=_tags(first.text, first.links, limits),
        url=job.link,
        title=_within(tidy(post.title), limits.title_length) if post.title else None,
        summary=_within(tidy(post.summary), limits.summary_length),
        language=post.language or job.site.language,
        attach=attach,
        card=card,
        content_warning=job.rules.content_warning if limits.content_warning else None,
        parts=tuple(part.text for part in others),
        created=job.now,
        problems=problems,
    )
    return _with_key(message, picture=sends_card(attach, limits))


def reworded(message: Message, text: str, *, limits: Limits, parts: Sequence[str] = ()) -> Message:
    """*message* with *text* as it stands, its links, mentions and tags found anew.

    *parts* are the texts of a thread after *text*. A link that was shown short keeps its
    address while its words are still there. Raises `UserError` (codes `text-empty`,
    `text-too-long`, `text-refused`) for a text that the channel would not take; nothing is cut
    that a person wrote on purpose.
    """
    text = tidy(text)
    found = _links_again(message, text, limits)
    changed = dataclasses.replace(
        message,
        text=text,
        parts=tuple(tidy(part) for part in parts),
        links=found,
        mentions=_outside(mentions.find(text, limits.mention_rule), found),
        tags=_tags(text, found, limits),
        problems=(),
    )
    texts = (text, *changed.parts)
    if not all(texts):
        raise UserError("the text is empty", code="text-empty")
    if wrong := [reason for each in texts for reason in refusals(each, limits)]:
        raise UserError(f"the text would be refused: {wrong[0]}", code="text-refused")
    _must_fit(changed, limits)
    return _with_key(changed, picture=sends_card(message.attach, limits))


def with_words_of(message: Message, old: Message, *, limits: Limits) -> Message:
    """*message* with the very words of *old*: its text, whole thread, links, mentions and tags.

    They are not found anew: a shortened address in the text says no more where it leads. Raises
    `UserError` (code `text-too-long`) when they do not fit with what *message* carries.
    """
    kept = dataclasses.replace(
        message,
        text=old.text,
        parts=old.parts,
        links=old.links,
        mentions=old.mentions,
        tags=old.tags,
        problems=(),
    )
    _must_fit(kept, limits)
    return _with_key(kept, picture=sends_card(message.attach, limits))


def _must_fit(message: Message, limits: Limits) -> None:
    length = count_message(message, limits)
    if length.fits:
        return
    if length.limit is None or length.length <= length.limit:
        what = "a part of the thread is too long"
    else:
        what = f"the text is {length.length} {length.unit} long, and {length.limit} may be"
    raise UserError(what, code="text-too-long", hint="Shorten it, or cancel the delivery.")


def _tags(text: str, found: tuple[Link, ...], limits: Limits) -> tuple[Tag, ...]:
    return _outside(hashtags.find(text, limits.tag_rule), found) if limits.tags else ()


def _links_again(message: Message, text: str, limits: Limits) -> tuple[Link, ...]:
    """The links of *text*: those of *message* that it still shows, and what looks like one."""
    kept: list[Link] = []
    at = 0
    for link in message.links:
        shown = re.escape(message.text[link.start : link.end])
        # Not as the beginning of a longer address.
        if match := re.compile(rf"{shown}(?![\w/?#&=%])").search(text, at):
            at = match.end()
            kept.append(Link(start=match.start(), end=at, url=link.url))
    new = (
        link
        for link in links.find(text, limits)
        if not any(old.start < link.end and link.start < old.end for old in kept)
    )
    return tuple(sorted([*kept, *new], key=lambda link: link.start))


def _with_key(message: Message, *, picture: bool) -> Message:
    """*message* with a key of what is sent, where to, and for which post."""
    unsent = {"key", "created", "problems", "card"}
    names = (field.name for field in dataclasses.fields(message))
    content = {name: getattr(message, name) for name in names if name not in unsent}
    if picture and message.card:
        content["card"] = (message.card.digest, message.card.alt)
    return dataclasses.replace(message, key=digest_of(content, 32))


def _within(text: str, length: int | None) -> str:
    return text if length is None else shorten(text, length)


def _outside(spans: Iterable[_Span], taken: tuple[Link, ...]) -> tuple[_Span, ...]:
    """The *spans* that stand in no link."""
    return tuple(
        span
        for span in spans
        if not any(link.start < span.end and span.start < link.end for link in taken)
    )


# --- fitting


def _fitted(job: Job, said: Wording, attach: Attach) -> tuple[list[Words], list[Problem]]:
    """The words in one part, or in the parts of a thread, and what that cost."""
    limits = job.limits
    warning = job.rules.content_warning or ""
    link = own_link(job, said.plain)

    def fitted_to(words: Words, tags: tuple[str, ...]) -> Fitted:
        return fit(_shown(words, job), limits, keep=link, tags=tags, attach=attach, warning=warning)

    fitted = fitted_to(said.words, said.tags)
    if fitted.cut:
        fitted = fitted_to(said.plain, ())
    if fitted.cut and limits.threads and job.rules.thread:
        parts = split(
            said.words,
            limits,
            link=link,
            link_at=job.rules.thread_link,
            tags=said.tags,
            attach=attach,
            warning=warning,
        )
        if parts:
            return parts, _refused(job, parts)
    problems = _refused(job, [fitted.words])
    if fitted.cut:
        problems.append(_cut_problem(job, _shown(said.plain, job), attach, fits=fitted.fits))
    elif dropped := len(said.tags) - len(fitted.tags):
        what = "1 hashtag was" if dropped == 1 else f"{dropped} hashtags were"
        hint = "Shorten the text, or lower `hashtags` for the channel."
        message = f"{what} left out, because there is no room"
        problems.append(job.problem("tags-dropped", message, hint, error=False))
    if not fitted.words.text and attach == "none" and not said.problems:
        hint = "Give the post a text or a title."
        problems.append(job.problem("text-empty", "the message has no words", hint))
    return [fitted.words], problems


def _shown(words: Words, job: Job) -> Words:
    return words.with_short_links() if job.limits.link_text == "short" else words


def _refused(job: Job, parts: list[Words]) -> list[Problem]:
    reasons = dict.fromkeys(reason for part in parts for reason in refusals(part.text, job.limits))
    return [
        job.problem("text-refused", f"{job.channel} refuses the text: {reason}", "Change the text.")
        for reason in reasons
    ]


def _cut_problem(job: Job, words: Words, attach: Attach, *, fits: bool) -> Problem:
    warning = job.rules.content_warning or ""
    length = count(words.text, job.limits, attach=attach, warning=warning).length
    limit = limit_for(job.limits, attach)
    much = f"{length} of {limit} {job.limits.unit}"
    if fits:
        hint = "Give the post a shorter text for this channel."
        return job.problem("text-cut", f"the text was cut to fit ({much})", hint, error=False)
    return job.problem(
        "text-too-long",
        f"even cut to its link the text is too long for {job.channel} ({much})",
        "Give the post a shorter URL, or a shorter content warning.",
    )
