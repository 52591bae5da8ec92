"""Layers as plain data: what counts for one size, and what a child changes in its parent."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from sharekit.composer.schema import KINDS
from sharekit.composer.sizes import CLASSES, SIZES, Size

__all__ = ["Path", "Tree", "for_size", "merged", "size_typos"]

Tree: TypeAlias = Mapping[str, Any]
Path: TypeAlias = tuple[str | int, ...]

_SIZE_KEYS = frozenset((*SIZES, *CLASSES))


def for_size(
    part: Any,
    size: Size,
    path: Path = (),
    origins: dict[Path, Path] | None = None,
    real: Path | None = None,
) -> Any:
    """*part* with each mapping of sizes replaced by what counts for *size*.

    *origins* is told, for each value of the result, where it stands in *part*'s file; *path* is
    where *part* stands in the result and *real* where it stands in the file.
    """
    real = path if real is None else real
    if _is_sized(part):
        key = next((key for key in (size.name, *size.classes, "any") if key in part), None)
        return None if key is None else for_size(part[key], size, path, origins, (*real, key))
    if origins is not None:
        origins[path] = real
    if isinstance(part, Mapping):
        sized = {
            key: for_size(value, size, (*path, key), origins, (*real, key))
            for key, value in part.items()
        }
        # A value that says nothing about this size is absent, not empty.
        return {key: value for key, value in sized.items() if value is not None}
    if isinstance(part, list):
        return [
            for_size(value, size, (*path, index), origins, (*real, index))
            for index, value in enumerate(part)
        ]
    return part


def merged(parent: Tree, child: Tree) -> dict[str, Any]:
    """*parent*'s layers with *child*'s changes, in painting order."""
    layers = dict(parent)
    for name, part in child.items():
        if part is None:
            layers.pop(name, None)
        elif name not in layers:
            layers = _inserted(layers, name, part)
        else:
            layers[name] = _merged(_without_other_kinds(layers[name], part), part)
    return layers


def size_typos(layers: Tree) -> Iterator[tuple[Path, str, str]]:
    """(path, key, hint) for each mapping below *layers* in which only some keys are sizes."""
    stack: list[tuple[Path, Any]] = [((name,), part) for name, part in layers.items()]
    while stack:
        path, part = stack.pop()
        if not isinstance(part, Mapping):
            continue
        stack += [((*path, key), value) for key, value in part.items()]
        if _SIZE_KEYS.intersection(part):
            for key in part:
                if key not in _SIZE_KEYS:
                    near = difflib.get_close_matches(key, _SIZE_KEYS, n=1)
                    known = ", ".join((*SIZES, *CLASSES))
                    yield path, key, f"Did you mean {near[0]!r}?" if near else f"There are {known}."


def _is_sized(part: Any) -> bool:
    return isinstance(part, Mapping) and bool(part) and _SIZE_KEYS.issuperset(part)


def _inserted(layers: Tree, name: str, part: Any) -> dict[str, Any]:
    """*layers* with *name* below the layer that it says it is *under*, else on top."""
    above = part.get("under") if isinstance(part, Mapping) else None
    if not isinstance(above, str) or above not in layers:
        return {**layers, name: part}
    names = list(layers)
    names.insert(names.index(above), name)
    return {key: part if key == name else layers[key] for key in names}


def _without_other_kinds(parent: Any, child: Any) -> Any:
    """A child that brings another kind of content replaces the parent's."""
    brought = {kind for kind in KINDS if child.get(kind) is not None}
    if not brought:
        return parent
    return {key: value for key, value in parent.items() if key not in KINDS or key in brought}


def _merged(parent: Any, child: Any) -> Any:
    if _is_sized(child) and not _is_sized(parent):
        return dict(child) if parent is None else {"any": parent, **child}
    if not isinstance(child, Mapping) or not isinstance(parent, Mapping):
        return child
    if _is_sized(parent) and not _is_sized(child):
        return {key: _merged(value, child) for key, value in parent.items()}
    result = dict(parent)
    for key, value in child.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _merged(result.get(key), value)
    return result
