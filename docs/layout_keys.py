"""The keys of a layout file as a page, from the models that check it and what is said at them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import Any

__all__ = ["page"]

HEAD = """# Keys of a layout file

Made from `sharekit/composer/schema.py`. What they are for, with examples: [layouts](layouts.md).
Wherever a value stands, a mapping of sizes may stand for it: `{og: 1, square: 2}`, or of classes:
`landscape` (og, x), `tall` (the others), `any`. The most particular one counts.
"""
PARTS = {
    "The file": "Head",
    "A choice of `pick`": "Pick",
    "A layer": "Layer",
    "`box` by edges": "Edges",
    "`fill`": "Fill",
    "`image`": "Image",
    "`text`": "Text",
    "`shape`": "Shape",
    "`logo`": "Logo",
    "`qr`": "Qr",
    "`icon`": "Icon",
    "`scrim`": "Scrim",
    "`dodge`": "Dodge",
}


def page() -> str:
    """The whole page."""
    from sharekit.composer import schema

    said = _said(inspect.getsource(schema))
    lines = [HEAD]
    for title, name in PARTS.items():
        model = getattr(schema, name)
        lines += [f"## {title}", "", inspect.cleandoc(model.__doc__ or ""), ""]
        lines += ["| key | takes | default | |", "|---|---|---|---|"]
        lines += list(_rows(model, said[name]))
        lines.append("")
    return "\n".join(lines)


def _said(source: str) -> dict[str, dict[str, tuple[str, str]]]:
    """Of each class: its fields' types as written, and the text under each."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ClassDef):
            continue
        fields = found.setdefault(node.name, {})
        for at, part in enumerate(node.body):
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                after = node.body[at + 1] if at + 1 < len(node.body) else None
                fields[part.target.id] = (ast.unparse(part.annotation), _text(after))
    return found


def _text(node: ast.stmt | None) -> str:
    value = node.value if isinstance(node, ast.Expr) else None
    is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return " ".join(value.value.split()) if is_text else ""  # type: ignore[union-attr]


def _rows(model: Any, said: dict[str, tuple[str, str]]) -> Iterator[str]:
    for name, info in model.model_fields.items():
        written, about = said.get(name, ("", ""))
        default = info.get_default(call_default_factory=True)
        shown = "" if default in (None, (), "", [], {}) or info.is_required() else f"`{default}`"
        if isinstance(default, tuple) and default:
            shown = f"`{list(default)}`"
        shown = {"`True`": "`true`", "`False`": "`false`"}.get(shown, shown.replace("'", ""))
        cells = (f"`{name}`", f"`{_kind(written)}`", shown, about)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _kind(written: str) -> str:
    """A type in a layout author's words."""
    node = ast.parse(written, mode="eval").body
    if isinstance(node, ast.BinOp):
        sides = [_kind(ast.unparse(side)) for side in (node.left, node.right)]
        return " or ".join(side for side in sides if side != "none")
    if isinstance(node, ast.Subscript):
        name, inside = ast.unparse(node.value), node.slice
        parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
        if name == "Literal":
            return ", ".join(str(ast.literal_eval(part)) for part in parts)
        if name == "Annotated":
            bounds = _bounds(parts[1:])
            return " ".join(filter(None, (_kind(ast.unparse(parts[0])), bounds)))
        return "list of " + " and ".join(
            _kind(ast.unparse(part)) for part in parts if ast.unparse(part) != "..."
        )
    return {
        "int": "whole number", "float": "number", "str": "text", "bool": "true or false",
        "Value": "template", "Alt": "template or list of templates", "Px": "px", "Extent": "px",
        "FontSize": "px", "FontSizes": "px or [largest, smallest]", "Share": "0 to 1",
        "Name": "name", "Places": "px, edge or list of both", "Rooms": "condition over places",
        "SizeName": "size", "Color": "colour", "Condition": "condition", "Radius": "px or theme",
        "Corners": "corner or list of corners", "Box": "card, [x, y, w, h] or edges",
    }.get(written, written.lower())  # fmt: skip


def _bounds(parts: list[ast.expr]) -> str:
    for part in parts:
        if isinstance(part, ast.Call) and ast.unparse(part.func) == "Field":
            given = {
                word.arg: ast.literal_eval(word.value)
                for word in part.keywords
                if word.arg in ("ge", "le", "lt")
            }
            if "ge" in given and ("le" in given or "lt" in given):
                return f"{given['ge']} to {given.get('le', given.get('lt', 0) - ('lt' in given))}"
    return ""
