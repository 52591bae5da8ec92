from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# What Hypothesis draws is the same in every run, so that one that fails here fails everywhere,
# and a slow computer is no failure. `make nightly` draws anew, with the profile "explore".
CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("explore", **CALM)
settings.register_profile("same", derandomize=True, database=None, **CALM)
settings.load_profile("same")

# Before anything imports it, so that its asserts say what they saw.
pytest.register_assert_rewrite("sharekit.testing.contract")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="keep the cards as they are drawn now; look at tests/report/cards.html first",
    )


@pytest.fixture
def no_keyring() -> Iterator[None]:
    """This machine's keyring out of the way: secrets are in the environment or in a file."""
    import keyring
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


CONFIG = 'sharekit: 1\nnetwork: {allow: ["127.0.0.1"]}\nchannels:\n  outbox:\n'


@pytest.fixture
def account_cycle(no_keyring, tmp_path, capsys, monkeypatch):
    """Walks an account of a channel from adding to removing it, as a newcomer does."""
    from sharekit.cli.main import run
    from sharekit.credentials import Credentials

    (tmp_path / "config.yaml").write_text(CONFIG)

    def walk(channel, settings, secrets, *, who, says, texts):
        """*who* the network says it is, what else is said of it, and what the network shows.

        Returns what runs `accounts` for further steps.
        """

        def accounts(*words, code=0, stdin=""):
            monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
            got = run(["-C", str(tmp_path), "accounts", *words])
            out, err = capsys.readouterr()
            assert got == code, out + err
            assert not any(secret in out + err for secret in secrets.values())
            return out + err

        given = [f"--set={name}={text}" for name, text in settings.items()]
        lines = "".join(f"{name}={secret}\n" for name, secret in secrets.items())
        before = list(texts())
        said = accounts("add", channel, *given, "--token-stdin", stdin=lines)
        assert (f"Signed in as {who}" in said) == (who is not None)
        assert "Secrets: file" in said
        config = (tmp_path / "config.yaml").read_text()
        assert not any(secret in config for secret in secrets.values())
        assert (tmp_path / ".sharekit/credentials.json").stat().st_mode & 0o777 == 0o600

        (line,) = (
            one for one in json.loads(accounts("list", "--json"))["data"] if one["name"] == channel
        )
        assert {line["secrets"][name] for name in secrets} == {"file"}

        said = accounts("test", channel)
        for word in (who or "", says):
            assert word in said
        assert list(texts()) == before, "asking who it is makes nothing"

        accounts("remove", channel, "--yes")
        kept = Credentials(tmp_path / ".sharekit", environment={})
        assert not any(kept.find(channel, "main", name) for name in secrets)
        return accounts

    return walk
