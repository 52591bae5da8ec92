"""Reading: sources to posts, and what a person types to the post that is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit import plugins
from sharekit.config import Source
from sharekit.errors import Problem, ReadError, UserError
from sharekit.model import Post, Site
from sharekit.text.slug import NAMELESS, name_of_id, slug_of_url, slugify

if TYPE_CHECKING:
    from sharekit.ports import Reader
    from sharekit.web import Session

__all__ = ["Reading", "choose", "name_of", "names_of", "read", "read_all", "slugs_of"]


class WrongSetting(UserError):
    """What the command itself says of a source is wrong, so that there is nothing to go on with."""

    code = "setting"


@dataclass(frozen=True, slots=True)
class Reading:
    """The posts that were read, what was skipped, and which reader each source took."""

    posts: tuple[Post, ...] = ()
    problems: tuple[Problem, ...] = ()
    readers: Mapping[str, str] = field(default_factory=dict)


def name_of(post: Post) -> str:
    """What *post* is called in every list and message: its id, or a short form of that."""
    return name_of_id(post.id)


def names_of(post: Post) -> Iterator[str]:
    """All that a person may call *post*, besides its link and its file; the best first."""
    yield name_of(post)
    yield from slugs_of(post)


def slugs_of(post: Post) -> Iterator[str]:
    """Safe names of *post*: from its link, its title and its id, as far as these say something."""
    if post.url and (slug := slug_of_url(post.url)):
        yield slug
    for text in (post.title or "", post.id):
        if text and (slug := slugify(text)) != NAMELESS:
            yield slug


def open_reader(source: Source, site: Site, web: Session) -> tuple[str, Reader]:
    """The reader of *source* and its name; guessed where the source names none.

    Raises `UserError` when a setting is wrong, `ReadError` when no reader fits.
    """
    from sharekit import readers

    scheme, slashes, _ = source.source.partition("://")
    if slashes and scheme.lower() not in ("http", "https"):
        hint = "Give a path, or an address that begins with https:// or http://."
        raise ReadError(f"{scheme}: cannot be read", where=source.source, hint=hint, code="scheme")
    name = source.reader or readers.guess(source.source, web)
    kind = plugins.load(plugins.READERS, name)
    settings = {
        "site_url": site.url or None,
        "timezone": site.timezone if site.timezone != "UTC" else None,
        "language": site.language if site.language != "en" or site.name else None,
    }
    settings = {key: value for key, value in settings.items() if value is not None}
    settings |= source.settings
    if source.settings:
        _check(name, kind, source.source, settings)
    reader: Reader = kind(source=source.source, **settings)
    return name, reader


def _check(name: str, kind: Any, source: str, settings: Mapping[str, Any]) -> None:
    from pydantic import ValidationError

    from sharekit.ports import section_of

    model = section_of(kind)
    try:
        model.model_validate({"source": source, **settings})
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        problems = [_setting_problem(name, source, item, sorted(model.model_fields))
                    for item in found]  # fmt: skip
        raise WrongSetting("a setting of the reader is wrong", problems=problems) from error
    if settings.get("timezone"):
        from sharekit.text.zones import zone_named

        try:
            zone_named(settings["timezone"])
        except UserError as error:
            raise WrongSetting(error.message, problems=error.problems) from error


def _setting_problem(reader: str, source: str, item: Any, known: Sequence[str]) -> Problem:
    """Pydantic's finding *item* about a setting, in words."""
    import difflib

    setting = ".".join(str(part) for part in item["loc"])
    message = str(item["msg"]).removeprefix("Value error, ")
    hint = f"Settings of {reader}: {', '.join(known)}."
    if item["type"] == "extra_forbidden":
        message = f"the reader {reader} has no setting {setting!r}"
        near = difflib.get_close_matches(setting, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else hint
    else:
        message = f"{setting}: {message[:1].lower()}{message[1:]}"
    return Problem(code="setting", message=message, where=source, hint=hint)


def read(source: Source, site: Site, web: Session) -> Iterator[Post]:
    """The posts of one source, its supplement applied."""
    _, reader = open_reader(source, site, web)
    yield from _supplemented(reader, source, web)


def _supplemented(reader: Reader, source: Source, web: Session) -> Iterable[Post]:
    posts: Iterable[Post] = reader.read(web)
    if source.dialect:
        posts = (replace(p, extra={**p.extra, "dialect": source.dialect}) for p in posts)
    if source.supplement is None:
        return posts
    from sharekit.readers import supplement

    return supplement.apply(posts, source.supplement, web)


def read_all(sources: Iterable[Source], site: Site, web: Session) -> Reading:
    """The posts of all *sources*. A source that fails is reported; the others are read."""
    posts: list[Post] = []
    problems: list[Problem] = []
    readers: dict[str, str] = {}
    for source in sources:
        try:
            name, reader = open_reader(source, site, web)
            readers[source.name] = name
            posts += list(_supplemented(reader, source, web))
        except WrongSetting:
            raise
        except (ReadError, UserError) as error:
            problems += error.problems
        except OSError as error:
            problems.append(_unreadable(source, error))
    problems += web.problems
    return Reading(tuple(posts), tuple(problems), readers)


def _unreadable(source: Source, error: OSError) -> Problem:
    """A source in whose folder the system lets nobody look."""
    return Problem(
        code="read",
        message=f"cannot be read: {error.strerror or error}",
        where=source.source,
        hint="See that this user may read it, and open the folders that it lies in.",
    )


def ad_hoc(
    where: str, *, reader: str | None, supplement: Path | None, settings: Mapping[str, Any]
) -> Source:
    """A source that the command line names."""
    return Source(
        name=where, source=where, reader=reader, supplement=supplement, settings=dict(settings)
    )


def is_source(where: str) -> bool:
    """Whether *where* is a path that exists, an address or standard input."""
    return where == "-" or where.startswith(("http://", "https://")) or Path(where).exists()


def choose(posts: Sequence[Post], wanted: str) -> list[Post]:
    """The posts that *wanted* names: by id, link, file or file:line, else by one of
    `names_of` or by its title.

    Raises `UserError` with the nearest names when there is none, or when a name is ambiguous.
    """
    exact = [p for p in posts if wanted in (p.id, p.url, p.source)]
    if exact:
        return exact
    if found := [p for p in posts if _is_from(p, wanted)]:
        return found
    for named in (
        [p for p in posts if name_of(p) == wanted],
        [p for p in posts if wanted in names_of(p) or wanted == p.title],
    ):
        if len(named) > 1:
            ids = ", ".join(p.id for p in named)
            raise UserError(
                f"{len(named)} posts are called {wanted!r}", hint=f"Name one by its id: {ids}."
            )
        if named:
            return named
    import difflib

    names = {name: name_of(p) for p in posts for name in names_of(p)}
    near = difflib.get_close_matches(wanted, names, n=1)
    hint = f"Did you mean {names[near[0]]!r}?" if near else "sharekit posts lists them."
    raise UserError(f"there is no post {wanted!r}", hint=hint, code="post-unknown")


def _is_from(post: Post, wanted: str) -> bool:
    """Whether *post* was written in the file *wanted*."""
    file = post.source
    stem, _, line = file.rpartition(":")
    if line.isdigit():
        file = stem
    if not Path(wanted).exists() or "://" in file:
        return False
    path = Path(wanted).resolve()
    origin = Path(file).resolve()
    return origin == path or path in origin.parents
