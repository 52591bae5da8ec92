"""Templates of a channel's words: Jinja in its sandbox, with limits on what it can cost.

A template comes from config.yaml and sees `post`, `site` and `link`. What a post says is only
ever a value in it.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import time
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from sharekit.errors import UserError
from sharekit.model import Asset, Post, Site
from sharekit.text.hashtags import from_tags

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment

__all__ = ["TemplateError", "render"]

_LONGEST = 100_000  # characters that come out
_LARGEST = 10**12  # of an integer
_SECONDS = 2.0
_FILTERS = frozenset(
    {
        *("abs", "capitalize", "count", "d", "default", "first", "int", "join", "last", "length"),
        *("list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse"),
        *("round", "select", "selectattr", "sort", "string", "striptags", "sum", "title", "trim"),
        *("truncate", "unique", "upper", "urlencode", "wordcount"),
    }
)
# Methods of a text that make a long one of a short one.
_GROWING = frozenset({"center", "expandtabs", "format", "format_map", "ljust", "rjust", "zfill"})


class TemplateError(UserError):
    """A template is wrong, or needs what the post has not; *missing* names that, if so."""

    code = "template"

    def __init__(self, message: str, *, hint: str | None = None, missing: str = "") -> None:
        super().__init__(message, hint=hint)
        self.missing = missing


class _MissingValueError(Exception):
    """A value that the post has not got was to be printed; its argument is the value's name."""


def render(template: str, **values: Any) -> str:
    """*template* over *values*, as plain text.

    Of a `Post`, what is `None` counts as false and can be tested for, but not printed. Raises
    `TemplateError` for a mistake in the template, for a name that does not exist, and for a
    value that the post has not got.
    """
    from jinja2 import TemplateError as JinjaError
    from jinja2 import TemplateSyntaxError, UndefinedError

    try:
        return _bounded(_compiled(template).generate({k: _view(v, k) for k, v in values.items()}))
    except TemplateSyntaxError as error:
        raise TemplateError(
            f"the template is wrong in line {error.lineno}: {error.message}",
            hint="Correct the channel's `template`.",
        ) from error
    except _MissingValueError as error:
        name = str(error)
        raise TemplateError(
            f"the template needs {name}, which this post has not",
            hint=f"Give the post one, or write {{% if {name} %}}...{{% endif %}} around it.",
            missing=name,
        ) from error
    except UndefinedError as error:
        raise _unknown_name(error, values) from error
    except (JinjaError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as e:
        raise TemplateError(
            f"the template cannot be filled in: {e}",
            hint="A template knows post, site and link. Correct the channel's `template`.",
        ) from e


def _unknown_name(error: Exception, values: Iterable[str]) -> TemplateError:
    """Jinja's words for a name that does not exist, with the nearest one that does."""
    name = re.findall(r"'(\w+)'", str(error))
    known = [*values, *(field.name for cls in (Post, Site) for field in dataclasses.fields(cls))]
    near = difflib.get_close_matches(name[-1], known, n=1) if name else []
    return TemplateError(
        f"there is no {name[-1]!r} for the template" if name else f"the template: {error}",
        hint=f"Did you mean {near[0]!r}?" if near else "A template knows post, site and link.",
    )


def _bounded(pieces: Iterable[str]) -> str:
    out: list[str] = []
    size = 0
    end = time.monotonic() + _SECONDS
    for piece in pieces:
        out.append(piece)
        size += len(piece)
        if size > _LONGEST or time.monotonic() > end:
            raise ValueError(f"it makes more than {_LONGEST} characters, or takes too long")
    return "".join(out)


def _view(value: Any, name: str) -> Any:
    """*value* as a template sees it: a post's fields by name, those that are `None` absent."""
    if value is None:
        return _absent(name)
    if isinstance(value, (Post, Site, Asset)):
        fields = dataclasses.fields(value)
        return {f.name: _view(getattr(value, f.name), f"{name}.{f.name}") for f in fields}
    return value


def _absent(name: str) -> Any:
    environment: Any = _environment()
    return environment.absent(hint=name)


@cache
def _compiled(template: str) -> Template:
    from jinja2 import TemplateSyntaxError, nodes

    environment = _environment()
    tree = environment.parse(template)
    barred = (nodes.Macro, nodes.CallBlock, nodes.Include, nodes.Import, nodes.FromImport)
    for node in tree.find_all((*barred, nodes.Extends, nodes.Block)):
        raise TemplateSyntaxError("it may not define or include others", node.lineno)
    for loop in tree.find_all(nodes.For):
        # Loops in loops are how a short template takes for ever.
        if loop.recursive or any(inner is not loop for inner in loop.find_all(nodes.For)):
            raise TemplateSyntaxError("a loop may not stand in a loop", loop.lineno)
    return environment.from_string(tree)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined, Undefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Absent(Undefined):
        """What the post has not got: it may be asked for, but not printed."""

        __slots__ = ()

        def __str__(self) -> str:
            raise _MissingValueError(self._undefined_hint)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            return Absent(hint=f"{self._undefined_hint}.{name}")

    class Environment(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**", "%"})
        absent = Absent

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
            if not numbers or operator == "**":
                raise SecurityError(f"{operator} works on numbers only, and ** not at all")
            result = super().call_binop(context, operator, left, right)
            if abs(result) > _LARGEST:
                raise SecurityError(f"{left} {operator} {right} is too large")
            return result

        def wrap_str_format(self, value: Any) -> None:
            """No `format` at all: a width of a thousand million is a short template too."""

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            if isinstance(obj, str) and attr in _GROWING:
                return False
            return super().is_safe_attribute(obj, attr, value)

    environment = Environment(
        undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
    )
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in _FILTERS}
    environment.filters["hashtags"] = lambda tags: " ".join(from_tags(tags))
    return environment
