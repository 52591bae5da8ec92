"""Settings of readers: dataclasses that pydantic checks where it has to."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError, field
from pathlib import Path
from typing import Annotated

import pytest
from annotated_types import Ge
from pydantic import SecretStr, ValidationError

from sharekit.ports import PublisherSettings, ReaderSettings, section_of


class Notes(ReaderSettings):
    """Short notes."""

    author: str | None = None
    """Whose notes they are."""
    limit: Annotated[int, Ge(1)] | None = None
    token: SecretStr | None = None
    terms: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)


def test_values_are_checked_and_given_their_types() -> None:
    notes = Notes(source="a", limit="3", token="s3cr3t", terms=["x"], columns={"title": "T"})
    assert notes == Notes(
        source="a", limit=3, token=SecretStr("s3cr3t"), terms=("x",), columns={"title": "T"}
    )
    assert "s3cr3t" not in repr(notes)
    with pytest.raises(FrozenInstanceError):
        notes.source = "b"


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"author": 7}, {"token": []}, {"terms": "x"}])
def test_a_value_that_does_not_fit(wrong) -> None:
    with pytest.raises(ValidationError):
        Notes(source="a", **wrong)


def test_the_section_of_the_config() -> None:
    model = section_of(Notes)
    assert set(model.model_fields) == {
        *("source", "site_url", "timezone", "language"),
        *("author", "limit", "token", "terms", "columns"),
    }
    with pytest.raises(ValidationError, match="bogus"):
        model.model_validate({"source": "a", "bogus": 1})
    with pytest.raises(ValidationError, match="source"):
        model.model_validate({})
    assert section_of(PublisherSettings) is PublisherSettings


def test_fields_are_described_below() -> None:
    assert Notes.descriptions()["author"] == "Whose notes they are."
    assert Notes.descriptions()["source"] == "A path, a folder or a URL."
    assert "terms" not in Notes.descriptions()


def test_reading_a_folder_needs_no_models(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: A\ndate: 2026-11-01\n---\nWords.\n")
    code = (
        "import sys; from sharekit.cli.main import run; run(['posts', sys.argv[1]]); "
        "print(*sorted({'pydantic', 'ssl', 'jinja2', 'PIL', 'sqlalchemy', 'lxml'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == ""
