"""The words of a Ghost post that has no HTML yet: out of Lexical's tree, or of Mobiledoc's lists.

https://docs.ghost.org/admin-api/posts/creating-a-post says which of the two a post has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["words"]

_DEEPEST = 50


def words(lexical: Any, mobiledoc: Any) -> str:
    """The text, an empty line between its paragraphs; empty where neither can be read."""
    for said, read in ((lexical, _lexical), (mobiledoc, _mobiledoc)):
        try:
            tree = json.loads(said) if isinstance(said, str) else said
        except (ValueError, RecursionError):
            continue
        if isinstance(tree, Mapping) and (found := "\n\n".join(filter(None, read(tree)))):
            return found
    return ""


def _lexical(tree: Mapping[str, Any]) -> Iterator[str]:
    root = tree.get("root")
    for block in _children(root):
        yield _plain(block, 0).strip()


def _plain(node: Mapping[str, Any], depth: int) -> str:
    if node.get("type") == "markdown":
        return _of_markdown(node.get("markdown"))
    if node.get("type") == "linebreak":
        return "\n"
    own = node.get("text")
    inner = [_plain(child, depth + 1) for child in _children(node)] if depth < _DEEPEST else []
    end = "\n" if node.get("type") == "listitem" else ""
    return (own if isinstance(own, str) else "") + "".join(inner) + end


def _children(node: Any) -> list[Mapping[str, Any]]:
    found = node.get("children") if isinstance(node, Mapping) else None
    return [n for n in found if isinstance(n, Mapping)] if isinstance(found, list) else []


def _mobiledoc(tree: Mapping[str, Any]) -> Iterator[str]:
    """Sections: `[1, tag, markers]` text, `[3, tag, items]` a list, `[10, number]` a card."""
    cards = tree.get("cards")
    sections = tree.get("sections")
    for section in sections if isinstance(sections, list) else ():
        match section:
            case [1, str(), list(markers), *_]:
                yield _marked(markers)
            case [3, str(), list(items), *_]:
                yield "\n".join(_marked(item) for item in items if isinstance(item, list))
            case [10, int(number), *_] if isinstance(cards, list) and 0 <= number < len(cards):
                match cards[number]:
                    case ["markdown" | "card-markdown", {"markdown": said}]:
                        yield _of_markdown(said)


def _marked(markers: list[Any]) -> str:
    """The text of `[kind, opened, closed, text]`; kind 1 is an atom, such as a line break."""
    said = ""
    for marker in markers:
        match marker:
            case [0, _, _, str(text)]:
                said += text
            case [1, *_]:
                said += "\n"
    return said.strip()


def _of_markdown(said: Any) -> str:
    from sharekit.readers._plain import plain

    return plain(said, "markdown") if isinstance(said, str) else ""
