"""Every code that the source gives to a problem is in the registry, and no other is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import sharekit
from sharekit.app import codes

ROOT = Path(sharekit.__file__).parent
# Those that hand a root on, to which they add endings of their own: `config` -> `config-twice`.
ROOTS = {"read": "marked.py", "parse": "marked.py", "problems_of": "findings.py"}


class Given:
    """The codes that the source gives, and those expressions for one that nothing is known of."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.roots: set[tuple[str, str]] = set()
        self.endings: dict[str, set[str]] = {"marked.py": set(), "findings.py": set()}
        self.unclear: list[str] = []
        files = {path: _nodes(path) for path in ROOT.rglob("*.py")}
        helpers = [(path, *found) for path, nodes in files.items() for found in _helpers(nodes)]
        for path, nodes in files.items():
            near = {n: i for at, n, i in helpers if at.parent == path.parent and n != "__call__"}
            near.update(("problem", i) for at, n, i in helpers if at == path and n == "__call__")
            self._module(path, nodes, near)
        for root, file in self.roots:
            for ending in self.endings[file]:
                self.codes.setdefault(f"{root}-{ending}", f"{file}, for {root}")

    def _module(self, path: Path, nodes: list[ast.AST], helpers: dict[str, int]) -> None:
        values = _assigned(nodes)
        for node in nodes:
            if isinstance(node, ast.Call):
                name = _name(node.func)
                for given in _given(node, helpers.get(name)):
                    self._take(path, given, values, name)
            elif isinstance(node, ast.FunctionDef) and node.name in ROOTS:
                for argument, default in zip(
                    node.args.kwonlyargs, node.args.kw_defaults, strict=True
                ):
                    if argument.arg == "code" and default:
                        self._take(path, default, {}, node.name)
            elif isinstance(node, ast.ClassDef):
                for value in _assigned(ast.iter_child_nodes(node)).get("code", []):
                    self._take(path, value, values, "")

    def _take(
        self, path: Path, given: ast.expr, values: dict[str, list[ast.expr]], callee: str
    ) -> None:
        where = f"{path.relative_to(ROOT)}:{given.lineno}"
        for value in _resolved(given, values):
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                if path.name == "marked.py" and callee == "_say":
                    self.endings["marked.py"].add(value.value)
                else:
                    self.codes.setdefault(value.value, where)
                if callee in ROOTS:
                    self.roots.add((value.value, ROOTS[callee]))
            elif isinstance(value, ast.JoinedStr) and path.name in self.endings:
                end = value.values[-1]
                if isinstance(end, ast.Constant):  # else it is one that `_say` is given
                    self.endings[path.name].add(str(end.value).removeprefix("-"))
            elif not (isinstance(value, ast.Attribute) and value.attr == "code"):
                self.unclear.append(f"{where}: {ast.unparse(value)}")


def _nodes(path: Path) -> list[ast.AST]:
    """The nodes of a module that are looked at here, from the outside in."""
    kinds = ast.Call | ast.FunctionDef | ast.ClassDef | ast.Assign | ast.arg
    return [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, kinds)]


def _helpers(nodes: list[ast.AST]) -> Iterator[tuple[str, int]]:
    """The functions that take a code by its place, with the place."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            names = [a for a in node.args.args if a.arg != "self"]
            for index, argument in enumerate(names):
                kind = argument.annotation
                if argument.arg == "code" and isinstance(kind, ast.Name) and kind.id == "str":
                    yield node.name, index


def _given(call: ast.Call, index: int | None) -> Iterator[ast.expr]:
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "code")
    if index is not None and index < len(call.args):
        yield call.args[index]


def _resolved(value: ast.expr, values: dict[str, list[ast.expr]]) -> Iterator[ast.expr]:
    """What *value* may be, through choices and through names of the module."""
    if isinstance(value, ast.IfExp):
        yield from _resolved(value.body, values)
        yield from _resolved(value.orelse, values)
    elif isinstance(value, ast.BoolOp):
        for part in value.values:
            yield from _resolved(part, values)
    elif isinstance(value, ast.Subscript) and _name(value.value) in values:
        for table in values[_name(value.value)]:
            if isinstance(table, ast.Dict):
                yield from table.values
    elif isinstance(value, ast.Name) and value.id in values:
        for assigned in values[value.id]:
            yield from _resolved(assigned, values)
    else:
        yield value


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.arg) and node.arg == "code":
            found.setdefault("code", [])  # a helper's own: its callers say what it is
    return found


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@pytest.fixture(scope="module")
def given() -> Given:
    return Given()


def test_every_code_of_the_source_is_in_the_registry(given) -> None:
    known = codes.every()
    assert len(given.codes) > 150
    assert {code: at for code, at in given.codes.items() if code not in known} == {}
    assert given.unclear == []


def test_every_code_of_the_registry_is_in_the_source(given) -> None:
    assert set(codes.every()) - set(given.codes) == set()


def test_a_code_has_one_place_and_one_sentence() -> None:
    every = codes.every()
    for code, text in every.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert text.endswith(".")
        assert len(text) < 100
    titles = [code for group in codes.GROUPS.values() for code in group]
    assert len(titles) == len(set(titles)) == len(every)
