"""The ready files: each is checked by the program that reads it, as far as that is here."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import sqlite3
import subprocess

import pytest
import yaml

from sharekit.app import App
from sharekit.cli.main import cli
from sharekit.errors import UserError
from sharekit.queue.wire import names, wire


def commands():
    """Every call of sharekit that stands in a ready file, also one to be taken out of a comment."""
    for name in names():
        for line in wire(name).splitlines():
            if re.match(r"\s*#(?! [\d*])", line):
                continue
            for call in re.findall(r"(?:^|[ /])sharekit ([a-z]+(?: [^\"&|]*)?)\"?$", line):
                yield name, shlex.split(call)


def test_every_command_in_them_exists():
    found = list(commands())
    assert {name for name, _ in found} == {"cron", "docker", "github-actions", "systemd"}
    assert {words[0] for _, words in found} == {"publish", "worker", "follow", "evergreen"}
    for _, words in found:
        with cli.make_context("sharekit", [], resilient_parsing=True) as context:
            command = cli.get_command(context, words[0])
            command.make_context(words[0], words[1:], parent=context).close()


def test_the_unit_has_nothing_that_systemd_would_pass_over():
    """Also where systemd is not installed; the names are those of systemd.unit and .exec(5)."""
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str
    unit.read_string(wire("systemd"))
    assert {section: set(unit[section]) for section in unit.sections()} == {
        "Unit": {"Description", "Wants", "After"},
        "Service": {
            "Type", "User", "WorkingDirectory", "EnvironmentFile", "ExecStart", "Restart",
            "RestartSec", "TimeoutStopSec", "NoNewPrivileges", "PrivateTmp", "ProtectSystem",
            "ProtectHome", "ReadWritePaths",
        },
        "Install": {"WantedBy"},
    }  # fmt: skip
    folder = unit["Service"]["WorkingDirectory"]
    assert folder in unit["Service"]["ReadWritePaths"].split(), "the queue is written there"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_takes_the_unit(tmp_path):
    unit = tmp_path / "sharekit.service"
    text = (
        wire("systemd")
        .replace("/usr/local/bin/sharekit", "/bin/true")
        .replace("User=sharekit", "User=root")
    )
    unit.write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "sharekit.service" not in done.stderr


def test_the_worker_has_as_long_to_stop_as_it_takes():
    from sharekit.queue.worker import STOPPING

    compose = yaml.safe_load(wire("docker"))
    assert int(re.search(r"TimeoutStopSec=(\d+)", wire("systemd"))[1]) > STOPPING
    assert int(compose["services"]["worker"]["stop_grace_period"].removesuffix("s")) > STOPPING


def test_cron_lines():
    minute, hour, weekday = r"(\*/\d+|\d+)", r"(\*|\d+)", r"\*"
    lines = [
        n
        for n in wire("cron").splitlines()
        if n and not n.startswith("#") and "=" not in n.split()[0]
    ]
    assert len(lines) == 2
    for line in lines:
        assert re.match(rf"{minute} {hour} \* \* {weekday} +cd /srv/site && ", line)
        assert "%" not in line, "cron would end the line there"


def test_a_cron_line_runs(tmp_path):
    """With sharekit standing in for itself, in a shell as cron has it."""
    (tmp_path / ".sharekit").mkdir()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sharekit").write_text('#!/bin/sh\necho "$@" > called\n')
    (tmp_path / "bin" / "sharekit").chmod(0o755)
    line = next(n for n in wire("cron").splitlines() if n.startswith("*/5"))
    command = line.split(None, 5)[5].replace("/srv/site", str(tmp_path))
    subprocess.run(
        ["/bin/sh", "-c", command], env={"PATH": f"{tmp_path}/bin:/usr/bin:/bin"}, check=True
    )
    assert (tmp_path / "called").read_text() == "publish --due --no-progress -q\n"


def test_compose(tmp_path, monkeypatch):
    compose = yaml.safe_load(wire("docker"))
    assert set(compose["services"]) == {"database", "worker"}
    assert compose["services"]["database"]["volumes"] == ["queue:/var/lib/postgresql/data"]
    assert "queue" in compose["volumes"]
    url = compose["services"]["worker"]["environment"]["SHAREKIT_DATABASE"]
    monkeypatch.setenv("SHAREKIT_DATABASE", url.replace("${POSTGRES_PASSWORD}", "s3cret"))
    config = "\n".join(
        re.findall(r"^#   ((?:queue:|  database:).*)$", wire("docker"), re.MULTILINE)
    )
    (tmp_path / "sharekit.yaml").write_text(f"sharekit: 1\n{config}\n")
    app = App.open(tmp_path)
    assert app.config.database == "postgresql://sharekit:s3cret@database/sharekit"
    assert app.queue._database.dialect == "postgres"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository as on GitHub, and a function that makes a fresh checkout of it."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    origin, seed = tmp_path / "origin.git", tmp_path / "seed"

    def git(*words, cwd=tmp_path):
        return subprocess.run(
            ["git", *words], cwd=cwd, check=True, capture_output=True, text=True
        ).stdout

    git("init", "-q", "--bare", "-b", "main", str(origin))
    git("clone", "-q", str(origin), str(seed))
    (seed / "config.yaml").write_text("sharekit: 1\n")
    git("-C", str(seed), "add", ".")
    git("-C", str(seed), "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "Site")
    git("-C", str(seed), "push", "-q", "origin", "HEAD:main")
    numbers = iter(range(99))

    def checkout():
        folder = tmp_path / f"run-{next(numbers)}"
        git("clone", "-q", "--depth", "1", "-b", "main", str(origin), str(folder))
        return folder

    checkout.git = lambda *words: git("-C", str(origin), *words)
    return checkout


def step(name):
    jobs = yaml.safe_load(wire("github-actions"))["jobs"]
    found = next(s for s in jobs["publish"]["steps"] if s.get("name") == name)
    return found["run"].replace("${{ github.run_id }}", "7")


def shell(script, folder):
    done = subprocess.run(  # as GitHub's runners call it
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_queue_outlives_the_runs_of_actions(repository):
    for n in range(3):
        checkout = repository()
        shell(step("Fetch the queue"), checkout)
        state = checkout / ".sharekit"
        with sqlite3.connect(state / "queue.sqlite") as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE IF NOT EXISTS sent (n)")
            assert database.execute("SELECT count(*) FROM sent").fetchone() == (n,)
            database.execute("INSERT INTO sent VALUES (?)", (n,))
        database.close()
        if n:
            (state / "queued").mkdir(exist_ok=True)
            (state / "queued" / f"card-{n}.png").write_bytes(b"png")
            (state / "queued" / "card-1.png").unlink() if n == 2 else None
        (state / "cache").mkdir(exist_ok=True)
        (state / "cache" / "big").write_bytes(b"x")
        shell(step("Store the queue"), state)
    files = repository.git("ls-tree", "-r", "--name-only", "sharekit-queue").split()
    assert files == ["queue.sqlite", "queued/card-2.png"]
    assert repository.git("rev-list", "--count", "sharekit-queue").strip() == "1"


def test_a_queue_that_somebody_else_stored_meanwhile_is_not_overwritten(repository):
    first, second = repository(), repository()
    for checkout, table in ((first, "one"), (second, "other")):
        shell(step("Fetch the queue"), checkout)
        with sqlite3.connect(checkout / ".sharekit" / "queue.sqlite") as database:
            database.execute(f"CREATE TABLE {table} (n)")
        database.close()
    shell(step("Store the queue"), first / ".sharekit")
    with pytest.raises(AssertionError, match="stale info"):
        shell(step("Store the queue"), second / ".sharekit")


def test_actions_steps_are_in_order():
    workflow = yaml.safe_load(wire("github-actions"))
    assert workflow[True]["schedule"]  # YAML 1.1 reads `on` as true; GitHub does not
    assert workflow["permissions"] == {"contents": "write"}
    assert workflow["concurrency"]["cancel-in-progress"] is False
    steps = [s.get("name") for s in workflow["jobs"]["publish"]["steps"]]
    assert (
        steps.index("Fetch the queue")
        < steps.index("Send what is due")
        < steps.index("Store the queue")
    )
    uses = [s["uses"] for s in workflow["jobs"]["publish"]["steps"] if "uses" in s]
    assert not any("cache" in name for name in uses), "a cache may be thrown away at any time"


def test_an_unknown_name():
    with pytest.raises(UserError, match="no ready file for 'system'") as error:
        wire("system")
    assert error.value.problems[0].hint == "Did you mean 'systemd'?"


def test_the_names_of_secrets_in_them_are_those_that_are_read():
    from sharekit.credentials import variable

    token = variable("mastodon", "main", "token")
    for name in ("cron", "github-actions"):
        assert set(re.findall(r"\w*MASTODON\w*", wire(name))) == {token}
