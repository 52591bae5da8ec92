"""The `shortener` section: which package makes links short, and its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit import plugins
from sharekit.errors import PluginError

if TYPE_CHECKING:
    from sharekit.config.sections import Document
    from sharekit.errors import Problem
    from sharekit.marked import Marked
    from sharekit.ports import Shortener

__all__ = ["read"]


def read(document: Document, file: Marked, problems: list[Problem]) -> Shortener | None:
    """The shortener of *document*, if it has one; what is wrong with it goes to *problems*."""
    section = document.shortener
    if section is None:
        wanted = [n for n, raw in document.channels.items() if (raw or {}).get("shorten")]
        problems += [
            file.problem(
                ("channels", name, "shorten"),
                "there is no shortener",
                code="config-missing",
                hint="Name one: shortener: {use: NAME, ...}.",
            )
            for name in wanted
        ]
        return None
    try:
        kind = plugins.load(plugins.SHORTENERS, section.use)
    except PluginError as error:
        (problem,) = error.problems
        at = ("shortener", "use")
        problems.append(file.problem(at, problem.message, code="config-plugin", hint=problem.hint))
        return None
    from pydantic import ValidationError

    from sharekit import findings

    try:
        made: Shortener = kind(**(section.model_extra or {}))
    except ValidationError as error:
        problems += findings.problems_of(error, file, kind, at=("shortener",), code="config")
        return None
    return made
