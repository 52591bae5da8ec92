"""docs/reference/readers.md names what the code reads, in the code's order."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharekit.readers import _frontmatter_post, _pictures

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "readers.md"


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("summary", _frontmatter_post._SUMMARY),
        ("published", _frontmatter_post._PUBLISHED),
        ("updated", _frontmatter_post._UPDATED),
        ("draft", _frontmatter_post._EXPIRES),
        ("social text", _frontmatter_post._SOCIAL),
        ("picture", _pictures._FEATURED),
        ("picture", _pictures._INSIDE),
        ("alt text", _pictures._ALTS),
        ("share picture", _pictures._SHARED),
    ],
)
def test_the_table_of_front_matter_has_the_codes_names_in_its_order(row, names):
    section = PAGE.read_text(encoding="utf-8").partition("## Front matter\n")[2]
    line = next(line for line in section.splitlines() if line.startswith(f"| {row} |"))
    assert ", ".join(f"`{name}`" for name in names) in line
