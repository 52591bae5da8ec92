"""Which layer's place follows which, and whether every name leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sharekit.composer.places import Ref, place, room
from sharekit.composer.schema import Edges, Layer

__all__ = ["check_references", "missing_edges", "needs", "order"]


def missing_edges(box: Edges) -> str | None:
    """What is wrong with a box given by edges, in words; `None` when it is whole."""
    for near, far, size in (("start", "end", "width"), ("top", "bottom", "height")):
        given = [key for key in (near, far, size) if getattr(box, key) is not None]
        if len(given) != 2:
            return f"a box needs two of {near}, {far} and {size}, not {len(given)}"
    return None


def needs(layer: Layer) -> Iterator[tuple[str, str]]:
    """(key, layer) for each layer that must have its place before *layer* gets one."""
    for key, ref in _refs(layer):
        if ref.layer not in ("", "card"):
            yield key, ref.layer
    if layer.dodge and layer.dodge.image:
        yield "dodge", layer.dodge.image
    for name in layer.scrim.under if layer.scrim else ():
        yield "scrim", name


def _refs(layer: Layer) -> Iterator[tuple[str, Ref]]:
    edges = ("start", "end", "top", "bottom") if isinstance(layer.box, Edges) else ()
    for edge in edges:
        for option in getattr(layer.box, edge) or ():
            if isinstance(ref := place(option), Ref):
                yield "box", ref
    for text in layer.room:
        bound = room(text)
        yield "room", bound.one
        if isinstance(bound.other, Ref):
            yield "room", bound.other


def names_of(layer: Layer) -> Iterator[tuple[str, str]]:
    """(key, layer) for every layer that *layer* names, whatever for."""
    yield from needs(layer)
    for name in layer.dodge.together if layer.dodge else ():
        yield "dodge", name
    if layer.image and layer.image.zoom_for:
        yield "image", layer.image.zoom_for
    if layer.text and layer.text.reserve:
        yield "text", layer.text.reserve
    if layer.yields_to:
        yield "yields_to", layer.yields_to


def check_references(
    layers: Mapping[str, Layer], names: set[str]
) -> Iterator[tuple[str, str, str, str]]:
    """(layer, key, other layer, message) for each reference that leads nowhere or in a ring.

    *names* are all layers of the layout, also those that this size leaves out.
    """
    lost = False
    for name, layer in layers.items():
        for key, other in names_of(layer):
            if other not in names:
                lost = True
                yield name, key, other, f"there is no layer {other!r}"
    if not lost and (ring := _ring(layers)):
        yield ring[0], "box", "", f"places follow each other in a ring: {' -> '.join(ring)}"


def order(layers: Mapping[str, Layer]) -> list[str]:
    """The names of *layers*, each after those that its place follows."""
    done: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in done or name not in layers:
            return
        for _, other in needs(layers[name]):
            if other != name:
                visit(other)
        done[name] = None

    for name in layers:
        visit(name)
    return list(done)


def _ring(layers: Mapping[str, Layer]) -> list[str] | None:
    """A ring of layers whose places follow each other, if there is one."""
    state: dict[str, int] = {}

    def visit(name: str, path: list[str]) -> list[str] | None:
        if state.get(name) == 1:
            return [*path[path.index(name) :], name]
        if name in state or name not in layers:
            return None
        state[name] = 1
        for _, other in needs(layers[name]):
            if found := visit(other, [*path, name]):
                return found
        state[name] = 2
        return None

    for name in layers:
        if found := visit(name, []):
            return found
    return None
