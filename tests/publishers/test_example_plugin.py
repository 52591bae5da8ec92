"""A channel from a package of its own: installed, found, used, and passing its own tests."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sharekit.testing import FakeServer, Reply

HERE = Path(__file__).parent / "example_plugin"
HOW_TO = Path(__file__).parents[2] / "docs/how-to/add-a-channel.md"


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> dict[str, str]:
    """The environment of a Python that has the package installed."""
    folder = tmp_path_factory.mktemp("plugin")
    source = shutil.copytree(HERE, folder / "source")
    target = folder / "site"
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--target", str(target), str(source)),
        ],
        check=True,
        capture_output=True,
    )
    return {**os.environ, "PYTHONPATH": str(target)}


def run(installed: dict[str, str], *command: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        check=False,
        env=installed,
        cwd=cwd,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_found_by_its_name(installed, tmp_path) -> None:
    code = (
        "from sharekit import plugins\n"
        "kind = plugins.load(plugins.PUBLISHERS, 'ntfy')\n"
        "print(kind.__module__, kind.default_limits.length, *kind.secret_names())\n"
    )
    assert run(installed, "-c", code, cwd=tmp_path) == "sharekit_ntfy 4096 token\n"


def test_its_own_tests_pass(installed, tmp_path) -> None:
    shutil.copy(HERE / "test_ntfy.py", tmp_path)
    shown = run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert re.search(r"\b1[0-9] passed", shown), shown


def test_its_section_of_the_config_is_checked(installed, tmp_path) -> None:
    (tmp_path / "config.yaml").write_text(
        "sharekit: 1\nchannels:\n  ntfy: {topic: otters, token: !env NTFY_TOKEN}\n"
    )
    shown = run(installed, "-m", "sharekit", "accounts", "list", "--json", cwd=tmp_path)
    assert '"channel": "ntfy"' in shown


SHORTENING = """\
sharekit: 1
network: {{allow: ["127.0.0.1"]}}
sources:
  posts: {{reader: frontmatter, path: posts}}
shortener: {{use: yourls, api: "{url}/yourls-api.php", signature: s1gnature0001}}
channels:
  outbox: {{like: mastodon, shorten: true, utm: {{utm_source: telegram}}}}
  outbox:long: {{like: mastodon}}
"""


def test_its_shortener_is_used_for_count_and_queue(installed, tmp_path) -> None:
    def short(request):
        form = request.form()
        assert form["signature"] == "s1gnature0001"
        assert form["url"] == "https://otters.example/a-long-address?utm_source=telegram"
        return Reply(json={"status": "success", "shorturl": "https://o.example/1"})

    with FakeServer(handler=short) as server:
        (tmp_path / "config.yaml").write_text(SHORTENING.format(url=server.url))
        (tmp_path / "posts").mkdir()
        post = "---\ntitle: Otters\nurl: https://otters.example/a-long-address\n---\nBack.\n"
        (tmp_path / "posts/otters.md").write_text(post)
        command = ("-m", "sharekit", "schedule", "otters", "--at", "2036-01-02 09:00", "--json")
        rows = run(installed, *command, "--to", "outbox", "--to", "outbox:long", cwd=tmp_path)
        first, second = (row["id"] for row in json.loads(rows)["data"])
        show = ("-m", "sharekit", "queue", "show", "--json")
        kept = json.loads(run(installed, *show, first, cwd=tmp_path))["data"]["message"]
        assert kept["text"] == "Otters https://o.example/1"
        assert kept["url"] == "https://o.example/1"
        long = json.loads(run(installed, *show, second, cwd=tmp_path))["data"]["message"]
        assert long["text"] == "Otters https://otters.example/a-long-address"
        shown = ("-m", "sharekit", "show", "otters", "--channel", "outbox:main", "--json")
        data = json.loads(run(installed, *shown, cwd=tmp_path))["data"]
        assert data["length"] == len("Otters https://o.example/1")
        assert len(server.requests) == 1


def test_a_shortener_that_is_away_holds_up_no_preview(installed, tmp_path) -> None:
    (tmp_path / "config.yaml").write_text(SHORTENING.format(url="http://127.0.0.1:9"))
    (tmp_path / "posts").mkdir()
    post = "---\ntitle: Otters\nurl: https://otters.example/a\n---\nBack.\n"
    (tmp_path / "posts/otters.md").write_text(post)
    shown = ("-m", "sharekit", "show", "otters", "--channel", "outbox:main", "--json")
    answer = json.loads(run(installed, *shown, cwd=tmp_path))
    assert answer["data"]["text"].endswith("https://otters.example/a?utm_source=telegram")
    assert "link-long" in {problem["code"] for problem in answer["problems"]}


@pytest.mark.parametrize(
    "name", ["pyproject.toml", "sharekit_ntfy.py", "test_ntfy.py", "sharekit_yourls.py"]
)
def test_the_how_to_shows_it_complete(name) -> None:
    assert (HERE / name).read_text() in HOW_TO.read_text()
