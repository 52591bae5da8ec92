"""Templates in a layout's values, checked when the layout is loaded.

A template can name, choose and join; it cannot loop, call or compute, so that it always ends
and never grows: only the parts of Jinja listed here are let through, in its sandbox.
A value that is plain text or one name (nearly all are) needs no Jinja at all.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import ImmutableSandboxedEnvironment

__all__ = ["Condition", "Template", "condition", "template"]

Values: TypeAlias = Mapping[str, Any]
Template: TypeAlias = Callable[[Values], str]
Condition: TypeAlias = Callable[[Values], bool]

MAX_RESULT = 20_000
"""Characters that a value may have; a card shows a few hundred."""

_NAME = re.compile(r"\{\{\s*([a-z_]\w*(?:\.[a-z_]\w*)*)\s*\}\}")
_BARE = re.compile(r"[a-z_]\w*(?:\.[a-z_]\w*)*")
_ALLOWED = frozenset(
    (
        *("Template", "Output", "TemplateData", "Name", "Const", "Getattr", "Getitem", "If"),
        *("Filter", "Test", "CondExpr", "Compare", "Operand", "And", "Or", "Not", "Concat"),
        *("Keyword", "List", "Tuple"),
    )
)
_FILTERS = frozenset(
    (
        "capitalize",
        "default",
        "first",
        "last",
        "length",
        "lower",
        "title",
        "trim",
        "truncate",
        "upper",
        "join",
    )
)
_WORDS = {
    "For": "a loop",
    "Call": "a call",
    "Pow": "arithmetic",
    "Mul": "arithmetic",
    "Add": "arithmetic",
    "Sub": "arithmetic",
    "Div": "arithmetic",
    "Mod": "arithmetic",
    "Macro": "a macro",
    "Assign": "an assignment",
    "Include": "an include",
    "Import": "an import",
    "Slice": "a slice",
}


@cache
def template(text: str, names: Any = None) -> Template:
    """*text* compiled. Raises `ValueError` for an unknown name or what a value may not do."""
    known = _known(names)
    if "{" not in text:
        return lambda _: text
    if found := _NAME.fullmatch(text):
        path = _path(found[1], known)
        return lambda values: _shown(_look_up(values, path))
    if "{%" not in text and "{#" not in text and text.count("{{") == len(_NAME.findall(text)):
        return _joined(text, known)
    return _jinja(text, known)


@cache
def condition(text: str, names: Any = None) -> Condition:
    """The expression *text* compiled: whether it holds. Raises `ValueError` as `template` does."""
    known = _known(names)
    if _BARE.fullmatch(text):
        path = _path(text, known)
        return lambda values: bool(_look_up(values, path))
    if text.startswith("not ") and _BARE.fullmatch(text[4:].strip()):
        path = _path(text[4:].strip(), known)
        return lambda values: not _look_up(values, path)
    chosen = _jinja("{{ 1 if (" + text + ") else '' }}", known)
    return lambda values: bool(chosen(values))


def _known(names: Any) -> Mapping[str, Any]:
    from sharekit.composer.content import NAMES

    return names or NAMES


def _path(dotted: str, known: Mapping[str, Any]) -> tuple[str, ...]:
    path = tuple(dotted.split("."))
    _check(path, known)
    return path


def _check(path: tuple[str, ...], known: Any) -> None:
    """Raise `ValueError` when *path* leads nowhere in *known*."""
    level = known
    for index, name in enumerate(path):
        if level is ...:
            return
        if not isinstance(level, Mapping) or name not in level:
            options = list(level) if isinstance(level, Mapping) else []
            near = difflib.get_close_matches(name, options, n=1)
            prefix = "".join(f"{part}." for part in path[:index])
            advice = f"did you mean {prefix}{near[0]}?" if near else _listing(prefix, options)
            raise ValueError(f"unknown name {prefix}{name}; {advice}")
        level = level[name]


def _listing(prefix: str, options: list[str]) -> str:
    return f"there are {', '.join(options)}" if options else f"nothing stands below {prefix[:-1]}"


def _look_up(values: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(values, Mapping):
            return None
        values = values.get(name)
    return values


def _shown(value: Any) -> str:
    return "" if value is None else str(value)[:MAX_RESULT]


def _joined(text: str, known: Mapping[str, Any]) -> Template:
    """Plain text with names in it."""
    pieces = _NAME.split(text)
    parts = [_path(piece, known) if index % 2 else piece for index, piece in enumerate(pieces)]

    def render(values: Values) -> str:
        return "".join(
            part if isinstance(part, str) else _shown(_look_up(values, part)) for part in parts
        )

    return render


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import ChainableUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Absent(ChainableUndefined):
        """What a post does not have: empty, and neither more nor less than anything."""

        def __lt__(self, *_: Any) -> Any:
            return False

        __gt__ = __le__ = __ge__ = __lt__

    # Names are checked when the layout is loaded; what is absent here is the post's.
    environment = ImmutableSandboxedEnvironment(undefined=Absent, finalize=_shown)
    environment.tests = {
        "none": lambda value: value is None or isinstance(value, Absent),
        "defined": lambda value: value is not None and not isinstance(value, Absent),
    }
    environment.globals.clear()
    environment.filters = {
        **{name: environment.filters[name] for name in _FILTERS - {"join", "truncate"}},
        "join": lambda value, by=", ": (
            value if isinstance(value, str) else by.join(map(str, value))
        ),
        "truncate": lambda value, length=100: str(value)[: max(int(length), 0)],
    }
    return environment


def _jinja(text: str, known: Mapping[str, Any]) -> Template:
    from jinja2 import TemplateError

    try:
        tree = _environment().parse(text)
        _inspect(tree, known)
        compiled = _environment().from_string(text)
    except (TemplateError, RecursionError) as error:
        reason = getattr(error, "message", None) or "nested too deeply"
        raise ValueError(f"is not a template: {reason}") from error

    def render(values: Values) -> str:
        return compiled.render(values)[:MAX_RESULT]

    return render


def _inspect(node: nodes.Node, known: Mapping[str, Any]) -> None:
    from jinja2 import nodes

    kind = type(node).__name__
    if kind not in _ALLOWED:
        raise ValueError(
            f"{_WORDS.get(kind, kind)} cannot stand in a value; it names and chooses only"
        )
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        raise ValueError(f"unknown filter {node.name}; there are {', '.join(sorted(_FILTERS))}")
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        raise ValueError(f"unknown name {node.attr}; names do not begin with _")
    if isinstance(node, nodes.Test) and node.name not in ("defined", "none"):
        raise ValueError(f"the test {node.name!r} cannot stand in a value")
    if (path := _dotted(node)) is not None:
        _check(path, known)
        return
    for child in node.iter_child_nodes():
        _inspect(child, known)


def _dotted(node: nodes.Node) -> tuple[str, ...] | None:
    """`post.series.of` as a path; `None` for anything else."""
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        inner = _dotted(node.node)
        return None if inner is None else (*inner, node.attr)
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        inner = _dotted(node.node)
        return (*inner, str(node.arg.value)) if inner and isinstance(node.arg.value, str) else None
    return None
