"""config.yaml to a `Config`, checked once, whole; every problem is shown with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit.config.defaults import CARDS, DATABASE, LAYOUTS
from sharekit.config.values import Config, Rotation, Schedule, Source, Unwritten
from sharekit.errors import ConfigError, Problem
from sharekit.model import Site

if TYPE_CHECKING:
    from sharekit.composer.theme import Theme
    from sharekit.config.accounts import Account
    from sharekit.config.sections import Document, EvergreenSection
    from sharekit.marked import Marked
    from sharekit.ports import Shortener

__all__ = ["default", "load"]


def load(path: Path) -> Config:
    """The config in *path*. Raises `ConfigError` with every problem it has."""
    from pydantic import ValidationError

    from sharekit import findings, marked
    from sharekit.config import accounts, shortening
    from sharekit.config.sections import Document

    problems: list[Problem] = []
    tags = {"!env": accounts.from_environment}
    file = marked.read(path, tags=tags, code="config", findings=problems)
    if file.data is None:
        raise ConfigError("is empty", where=str(path), hint="sharekit init writes one.")
    if not isinstance(file.data, dict):
        kind = "a list" if isinstance(file.data, list) else "one value"
        raise ConfigError("", problems=[file.problem(
            (), f"holds {kind} where keys belong", code="config-type",
            hint="Its first line is  sharekit: 1.  sharekit init writes a whole one.",
        )])  # fmt: skip
    document = Document()
    try:
        document = Document.model_validate(file.data)
    except ValidationError as error:
        problems += findings.problems_of(error, file, Document, code="config")
        document = _valid_part(file.data)
    folder = path.resolve().parent
    sources = _sources(document, file, folder, problems)
    theme = _theme(document, file, folder, problems)
    found = accounts.read(document, file, folder, problems)
    shortener = shortening.read(document, file, problems)
    problems += _unset(file, found)
    if not problems:  # an account with a mistake would seem not to be there
        problems += _strangers(document, file, found)
    if problems:
        raise ConfigError("", problems=_once_a_place(problems))
    return _assembled(path, folder, document, theme, sources, found, shortener)


def _unset(file: Marked, found: Mapping[str, Account]) -> list[Problem]:
    """Variables that `!env` names and that are not set, where nothing can go on without.

    An account without its secrets stops only its own sending, and the queue says it when used.
    """
    from sharekit.config.accounts import unset_variable

    def walk(value: Any, at: tuple[str | int, ...]) -> Iterator[Problem]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from walk(inner, (*at, key))
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from walk(inner, (*at, index))
        elif (name := unset_variable(value)) and not _can_wait(at, found):
            hint = f"Set {name}, or write the value here in place of !env."
            yield file.problem(at, f"{name} is not set in the environment", code="config-unset",
                               hint=hint)  # fmt: skip

    return list(walk(file.data, ()))


def _strangers(document: Document, file: Marked, found: Mapping[str, Account]) -> list[Problem]:
    """The accounts that rotations name and that are not there."""
    known = {*found, *(f"{a.channel}:{a.account}" for a in found.values())}
    known |= {account.channel for account in found.values()}
    return [
        file.problem(
            ("schedule", "evergreen", name, "to", index),
            f"there is no account {to!r}",
            code="account-unknown",
            hint=f"Accounts under `channels`: {', '.join(found) or 'none'}.",
        )
        for name, rotation in document.schedule.evergreen.items()
        for index, to in enumerate(rotation.to)
        if to not in known
    ]


def _can_wait(at: tuple[str | int, ...], found: Mapping[str, Account]) -> bool:
    if at == ("queue", "database"):
        return True
    if at[0] != "channels" or len(at) < 3:
        return False
    account = found.get(str(at[1]))
    return account is None or at[2] in account.unset


def default(folder: Path) -> Config:
    """What holds where there is no config.yaml: no site, no sources, an outbox."""
    return Unwritten(
        path=None,
        folder=folder,
        site=Site(),
        sources={},
        schedule=Schedule(),
        database=_database(DATABASE, folder),
        cards=folder / CARDS,
        layouts=folder / LAYOUTS,
    )


def _assembled(  # noqa: PLR0917  (one for each part)
    path: Path | None,
    folder: Path,
    document: Document,
    theme: Theme,
    sources: Mapping[str, Source],
    found: Mapping[str, Account],
    shortener: Shortener | None,
) -> Config:
    site = document.site
    plan = document.schedule
    return Config(
        path=path,
        folder=folder,
        site=Site(
            name=site.name,
            url=site.url,
            timezone=site.timezone,
            language=site.language,
            logo=folder / site.logo if site.logo else None,
        ),
        theme=theme,
        sources=sources,
        accounts=found,
        schedule=Schedule(
            slots=tuple(plan.slots),
            spacing=plan.spacing,
            quiet=plan.quiet,
            daily=plan.daily,
            grace=plan.grace,
            approve=plan.approve == "required",
            follow=plan.follow,
        ),
        database=_database(document.queue.database, folder),
        cards=folder / document.cards.folder,
        layouts=folder / document.cards.layouts,
        sizes=tuple(document.cards.sizes),
        alt=document.cards.alt,
        picture=document.cards.picture,
        notify=tuple(plan.notify),
        evergreen=tuple(_rotation(name, section) for name, section in plan.evergreen.items()),
        allow=tuple(document.network.allow),
        offline=document.network.offline,
        save=document.preview.save,
        shortener=shortener,
    )


def _rotation(name: str, section: EvergreenSection) -> Rotation:
    return Rotation(
        name=name,
        posts=tuple(section.posts),
        tags=tuple(section.tags),
        to=tuple(section.to),
        slots=tuple(section.slots),
        gap=section.gap,
        ahead=section.ahead,
    )


def _valid_part(data: Any) -> Document:
    """The sections that are right by themselves, so that the others' problems show as well."""
    from pydantic import ValidationError

    from sharekit.config.sections import Document

    good = Document()
    for key, value in data.items() if isinstance(data, dict) else ():
        try:
            part = Document.model_validate({key: value})
        except ValidationError:
            continue
        good = good.model_copy(update={key: getattr(part, key)})
    return good


def _sources(
    document: Document, file: Marked, folder: Path, problems: list[Problem]
) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for name, section in document.sources.items():
        at = ("sources", name)
        if isinstance(section, str):
            found[name] = Source(name=name, source=_located(section, folder))
            continue
        settings = dict(section.model_extra or {})
        where = section.path or section.url
        if where is None:
            message = f"the source {name!r} has neither path nor url"
            problems.append(file.problem(at, message, code="config-missing", key=True))
            continue
        if section.path and section.url:
            settings["url"] = section.url
        for key in ("timezone", "language"):
            if value := getattr(section, key):
                settings[key] = value
        if section.reader:
            problems += _reader_problems(section.reader, where, settings, file, at)
        found[name] = Source(
            name=name,
            source=_located(where, folder),
            reader=section.reader,
            supplement=folder / section.supplement if section.supplement else None,
            dialect=section.dialect,
            settings=settings,
        )
    return found


def _reader_problems(
    reader: str, where: str, settings: Mapping[str, Any], file: Marked, at: tuple[str, str]
) -> list[Problem]:
    """What a named reader says of its settings. A guessed one is asked when it is known."""
    from pydantic import ValidationError

    from sharekit import findings, plugins
    from sharekit.errors import PluginError
    from sharekit.ports import section_of

    try:
        kind = plugins.load(plugins.READERS, reader)
    except PluginError as error:
        (problem,) = error.problems
        return [
            file.problem((*at, "reader"), problem.message, code="config-plugin", hint=problem.hint)
        ]
    model = section_of(kind)
    try:
        model.model_validate({"source": where, **settings})
    except ValidationError as error:
        return findings.problems_of(error, file, model, at=at, code="config")
    return []


def _theme(document: Document, file: Marked, folder: Path, problems: list[Problem]) -> Theme:
    from pydantic import ValidationError

    from sharekit import findings
    from sharekit.composer.theme import Theme

    raw = document.theme
    data: dict[str, Any] = {"use": raw} if isinstance(raw, str) else dict(raw or {})
    try:
        return Theme.model_validate(data, context={"folder": folder})
    except ValidationError as error:
        problems += findings.problems_of(error, file, Theme, at=("theme",), code="theme")
    except ConfigError as error:
        problems += error.problems
    return Theme()


def _located(where: str, folder: Path) -> str:
    return where if "://" in where or where == "-" else str(folder / where)


def _database(url: str, folder: Path) -> str:
    """*url* with a relative SQLite file put beside the config."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url == prefix or url.startswith(f"{prefix}:memory:"):
        return url
    return f"{prefix}{folder / url.removeprefix(prefix)}"


def _once_a_place(problems: list[Problem]) -> list[Problem]:
    """*problems* in the file's order. What the YAML itself has wrong says more than what follows.

    `accent: #0b5d8a` is a comment first, and an empty value, which is no colour, only then.
    """
    traps = (
        "config-comment",
        "config-twice",
        "config-key",
        "config-size",
        "config-tag",
        "config-unset",
    )
    lines = {_line(problem)[0] for problem in problems if problem.code in traps}
    kept = [p for p in problems if p.code in traps or _line(p)[0] not in lines]
    return sorted(kept, key=_line)


def _line(problem: Problem) -> tuple[int, int]:
    parts = (problem.where or "").rsplit(":", 2)
    return (int(parts[1]), int(parts[2])) if len(parts) == 3 and parts[1].isdigit() else (0, 0)
