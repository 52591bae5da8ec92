"""A layout: named layers in painting order, read from YAML and checked when it is loaded.

A file may extend another: a layer of the same name changes the parent's, `~` drops it, a new one
is painted last. Wherever a value stands, a mapping of size names (`og`, `square`, ...) or classes
(`landscape`, `tall`, `any`) may stand for it; the most particular one counts, and a layer
without a box for a size is not drawn in it.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from sharekit import findings
from sharekit.composer.references import check_references, missing_edges
from sharekit.composer.scalars import Name
from sharekit.composer.schema import KINDS, Edges, Head, Layer
from sharekit.composer.sizes import SIZES, Size
from sharekit.composer.tree import Path, Tree, for_size, merged, size_typos
from sharekit.errors import LayoutError, Problem
from sharekit.marked import Marked

__all__ = ["Layout", "build", "parse_file"]

_Model = TypeVar("_Model", bound=BaseModel)


class _Layers(Head):
    """A whole file, its layers as they stand for one size."""

    layers: dict[Name, Layer | None] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """A layout that is ready to draw: its head, and its merged but not yet sized layers.

    *files* are the files it came from, its own first. *digest_data* is what decides its looks.
    Compared by identity.
    """

    name: str
    head: Head
    tree: Tree
    files: tuple[Marked, ...]

    @property
    def where(self) -> str:
        """The file that it is read from."""
        return self.files[0].name

    def drawn_in(self, size: Size) -> bool:
        """Whether the layout is made for *size*."""
        return size.name in self.head.sizes

    @lru_cache(maxsize=256)  # noqa: B019  (a layout lives as long as the process)
    def layers(self, size: Size) -> dict[str, Layer]:
        """The layers with a box for *size*, in painting order. Raises `LayoutError`."""
        chosen = {name: for_size(part, size) for name, part in self.tree.items()}
        layers = {
            name: Layer.model_validate(part)
            for name, part in chosen.items()
            if part.get("box") is not None
        }
        if problems := [*self._complete(chosen, layers), *self._linked(layers, size)]:
            raise LayoutError("", problems=_once(problems))
        return layers

    @lru_cache(maxsize=256)  # noqa: B019  (see above)
    def digest_data(self, size: Size) -> str:
        """The layers for *size* as text, the same whatever file they come from."""
        chosen = {name: for_size(part, size) for name, part in self.tree.items()}
        return json.dumps([chosen, self.head.type, self.head.alt], sort_keys=False, default=str)

    def _complete(self, chosen: Tree, layers: Mapping[str, Layer]) -> Iterator[Problem]:
        for name, layer in layers.items():
            kinds = [kind for kind in KINDS if chosen[name].get(kind) is not None]
            if len(kinds) != 1:
                what = f"holds {' and '.join(kinds)}" if kinds else "holds nothing"
                yield self.problem(
                    (name,),
                    f"layer {name!r} {what}; a layer holds one of {', '.join(KINDS)}",
                    code="layout-kind",
                )
            elif unsaid := _unsaid(layer):
                yield self.problem(
                    (name, layer.kind or ""),
                    f"layer {name!r}: {layer.kind} needs {unsaid!r}",
                    code="layout-missing",
                )
            elif isinstance(layer.box, Edges) and (missing := missing_edges(layer.box)):
                yield self.problem((name, "box"), f"layer {name!r}: {missing}", code="layout-box")

    def _linked(self, layers: Mapping[str, Layer], size: Size) -> Iterator[Problem]:
        once = {name for file in self.files for name in file.data.get("layers") or {}}
        for name, key, other, message in check_references(layers, set(self.tree)):
            if other in once and key not in ("box", "room"):
                # What a child drops needs no shadow, no room and no picture any more.
                continue
            if other in once:
                hint = f"{self.where} drops {other!r}. Drop {name!r} too, or give it another {key}."
            else:
                near = difflib.get_close_matches(other, self.tree, n=1)
                hint = f"Did you mean {near[0]!r}?" if near else ""
            yield self.problem(
                (name, key),
                f"layer {name!r} ({size.name}): {message}",
                code="layout-reference",
                hint=hint or None,
            )

    def problem(self, path: Path, message: str, *, code: str, hint: str | None = None) -> Problem:
        """A problem at *path* below `layers`, in the file that says it."""
        for file in self.files:
            for cut in range(len(path), 0, -1):
                here = ("layers", *path[:cut])
                if here in file.places:
                    return file.problem(here, message, code=code, hint=hint, key=True)
        return self.files[0].problem(("layers",), message, code=code, hint=hint)


def _unsaid(layer: Layer) -> str | None:
    """The key that the layer's content cannot do without and does not have."""
    needed = {"text": "value", "shape": "kind", "scrim": "under"}.get(layer.kind or "")
    return needed if needed and not getattr(getattr(layer, layer.kind or ""), needed) else None


def parse_file(file: Marked) -> tuple[Head, Tree]:
    """The head and the layers of one file, checked for every size it is made for.

    Raises `LayoutError` with every finding: file, line, column, layer and key.
    """
    if not isinstance(file.data, Mapping):
        problem = file.problem((), "a layout is a mapping with 'layers'", code="layout-type")
        raise LayoutError("", problems=[problem])
    problems: list[Problem] = []
    data = {key: value for key, value in file.data.items() if key != "layers"}
    head = _valid(file, data, {}, Head, problems)
    tree = file.data.get("layers") or {}
    if not isinstance(tree, Mapping):
        problem = file.problem(("layers",), "'layers' must be a mapping", code="layout-type")
        raise LayoutError("", problems=[*problems, problem])
    unclear: set[str | int] = set()
    for path, key, hint in size_typos(tree):
        unclear.add(path[0])
        here = ("layers", *path, key)
        problems.append(
            file.problem(here, f"unknown size {key!r}", code="layout-size", hint=hint, key=True)
        )
    # What a mistyped size hides cannot be judged.
    clear = {key: part for key, part in tree.items() if key not in unclear}
    for name in head.sizes if head else SIZES:
        origins: dict[Path, Path] = {}
        sized = {
            key: for_size(part, SIZES[name], ("layers", key), origins)
            for key, part in clear.items()
        }
        _valid(file, {"layers": sized}, origins, _Layers, problems)
    if problems or head is None:
        raise LayoutError("", problems=_once(problems))
    return _with_master(file, head), tree


def build(name: str, chain: Sequence[tuple[Marked, Head, Tree]]) -> Layout:
    """One layout of *chain*: a file and those it extends, the farthest first."""
    tree: dict[str, Any] = {}
    heads: dict[str, Any] = {}
    for file, head, layers in chain:
        tree = merged(tree, layers)
        heads |= {key: file.data[key] for key in head.model_fields_set if key in file.data}
    heads.pop("size", None)
    said = [head.sizes for _, head, _ in chain if "sizes" in head.model_fields_set]
    heads["sizes"] = said[-1] if said else list(SIZES)
    return Layout(
        name=name,
        head=Head.model_validate(heads),
        tree=tree,
        files=tuple(file for file, _, _ in reversed(chain)),
    )


def _with_master(file: Marked, head: Head) -> Head:
    """`size: [1200, 630]` names a master by its pixels."""
    if head.size is None:
        return head
    match = next((size.name for size in SIZES.values() if size.pixels == head.size), None)
    if match is None:
        known = ", ".join(f"{s.name} {s.width}x{s.height}" for s in SIZES.values())
        problem = file.problem(
            ("size",),
            f"no card is {head.size[0]}x{head.size[1]} px",
            code="layout-size",
            hint=f"There are {known}.",
        )
        raise LayoutError("", problems=[problem])
    return head.model_copy(update={"sizes": [match]})


def _valid(
    file: Marked,
    data: Tree,
    origins: Mapping[Path, Path],
    model: type[_Model],
    problems: list[Problem],
) -> _Model | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        places = {
            here: file.places[there] for here, there in origins.items() if there in file.places
        }
        keys = {here: file.keys[there] for here, there in origins.items() if there in file.keys}
        seen = Marked(data, file.name, file.text, {**file.places, **places}, {**file.keys, **keys})
        problems += findings.problems_of(error, seen, model, code="layout")
        return None


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """Each finding once, though several sizes share it."""
    return list({(problem.where, problem.message): problem for problem in problems}.values())
