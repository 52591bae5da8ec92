"""Fields that say what they are by the string that stands below them."""

from __future__ import annotations

__all__ = ["Described"]


class Described:
    """A class of settings whose fields are described in its source."""

    @classmethod
    def descriptions(cls) -> dict[str, str]:
        """What each field is, by its name: the string literal below it.

        They are in `config schema`, in the docs, and in what a person is asked. pydantic's own
        `use_attribute_docstrings` reads them from the source whenever a class is made, which
        took a tenth of the time of a small command.
        """
        found: dict[str, str] = {}
        for kind in reversed(cls.__mro__):
            if kind is not Described and issubclass(kind, Described):
                found |= _strings_below(kind)
        return found


def _strings_below(kind: type) -> dict[str, str]:
    """The string literal below each annotated name in the body of *kind* (PEP 258's way)."""
    import ast
    import inspect
    from itertools import pairwise
    from textwrap import dedent

    try:
        (tree,) = ast.parse(dedent(inspect.getsource(kind))).body
    except (OSError, TypeError):  # made without source
        return {}
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairwise(tree.body if isinstance(tree, ast.ClassDef) else ())
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        if isinstance(below.value.value, str)
    }
