"""Each file in tests/golden/readers/READER/ and the posts it must give: one test a pair.

    NAME.ext, or a folder NAME/    what is read
    NAME.posts.json                the posts, without what is empty, and the problems
    NAME.settings.yaml             the reader's settings, if it needs any

Adding a case is adding a file: UPDATE_POSTS=1 writes what is made of it now, to be looked at.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from sharekit import plugins
from sharekit.errors import ReadError
from sharekit.model import as_data
from sharekit.web import Session

GOLDEN = Path(__file__).parent.parent / "golden" / "readers"
EXPECTED, SETTINGS = ".posts.json", ".settings.yaml"
CASES = sorted(
    path
    for folder in GOLDEN.iterdir()
    for path in folder.iterdir()
    if not path.name.endswith((EXPECTED, SETTINGS, ".png"))
)


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_gives_the_expected_posts(case, monkeypatch):
    monkeypatch.chdir(case.parent)  # so that places and pictures are named from there
    stem = case.name if case.is_dir() else case.stem
    expected = case.parent / f"{stem}{EXPECTED}"
    settings = case.parent / f"{stem}{SETTINGS}"
    given = yaml.safe_load(settings.read_text()) if settings.exists() else {}
    found = read(case, given)
    if os.environ.get("UPDATE_POSTS"):
        text = json.dumps(found, ensure_ascii=False, indent=2)
        expected.write_text(f"{text}\n", encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def read(case, settings):
    kind = plugins.load(plugins.READERS, case.parent.name)
    web = Session(offline=True)
    found: dict[str, list] = {"posts": []}
    try:
        for post in kind(source=case.name, **settings).read(web):
            data = as_data(post)
            found["posts"].append({key: data[key] for key in data if _says(data[key])})
    except ReadError as error:
        web.report(error)
    found = json.loads(json.dumps(found).replace(f"{Path.cwd()}/", ""))  # pictures' paths are whole
    if web.problems:
        found["problems"] = [
            {"where": p.where, "code": p.code, "severity": p.severity, "message": p.message}
            for p in web.problems
        ]
    return found


def _says(value):
    return value not in (None, "", [], {}, False)
