from __future__ import annotations

import subprocess

import installed
import pytest


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(installed, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


def test_a_server_is_installed_once(cache) -> None:
    calls = []
    for _ in range(2):
        folder = installed.installed("thing", "recipe 1", calls.append)
    assert calls == [folder]
    assert installed.installed("thing", "recipe 2", calls.append) != folder


def test_what_cannot_be_installed_is_skipped_with_the_reason_and_not_tried_again(cache) -> None:
    calls = []

    def install(folder):
        calls.append(folder)
        installed.run("false", cwd=folder)

    for _ in range(2):
        with pytest.raises(pytest.skip.Exception, match=r"thing c.*be installed"):
            installed.installed("thing", "recipe", install)
    assert len(calls) == 1


def test_no_npm(cache, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(FileNotFoundError, match="no npm"):
        installed.npm(tmp_path, tmp_path / "package.json")


def test_what_the_installer_said(tmp_path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        installed.run("sh", "-c", "echo no such package >&2; exit 1", cwd=tmp_path)
    assert "no such package" in caught.value.stderr
