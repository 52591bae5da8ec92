from __future__ import annotations

import json
import stat
import threading
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from sharekit import credentials
from sharekit.credentials import Credentials
from sharekit.errors import ConfigError, Unauthorized, UserError


class Memory(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


class Broken(Memory):
    def get_password(self, service, username):
        raise RuntimeError("locked")

    set_password = get_password


class Null(Memory):
    def set_password(self, service, username, password):
        pass


@pytest.fixture(autouse=True)
def ring(request):
    """The keyring of a test; by default one that is broken, as on a server without a desktop."""
    before = keyring.get_keyring()
    ring = getattr(request, "param", Broken)()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


with_keyring = pytest.mark.parametrize("ring", [Memory], indirect=True)


@pytest.fixture
def secrets(tmp_path: Path) -> Credentials:
    return Credentials(tmp_path / ".sharekit", environment={})


def test_the_variable() -> None:
    assert (
        credentials.variable("x", "my-site.2", "access_token")
        == "SHAREKIT_X_MY_SITE_2_ACCESS_TOKEN"
    )


@with_keyring
def test_the_keyring_comes_first(secrets, ring, tmp_path) -> None:
    assert secrets.keep("mastodon", "main", {"token": "in-keyring"}) == "keyring"
    assert not secrets.path.exists()
    both = Credentials(
        tmp_path / ".sharekit", environment={"SHAREKIT_MASTODON_MAIN_TOKEN": "in-env"}
    )
    assert both.find("mastodon", "main", "token") == credentials.Found(
        value="in-keyring", where="keyring"
    )


def test_then_the_environment_then_the_file(secrets, tmp_path) -> None:
    assert secrets.keep("mastodon", "main", {"token": "in-file"}) == "file"
    both = Credentials(
        tmp_path / ".sharekit", environment={"SHAREKIT_MASTODON_MAIN_TOKEN": "in-env"}
    )
    found = both.find("mastodon", "main", "token")
    assert (found.value, found.where) == ("in-env", "environment")
    found = secrets.find("mastodon", "main", "token")
    assert (found.value, found.where) == ("in-file", "file")
    assert secrets.find("mastodon", "other", "token") is None


@pytest.mark.parametrize("ring", [Broken, Null], indirect=True)
def test_a_keyring_that_keeps_nothing_is_not_believed(secrets) -> None:
    assert secrets.keep("x", "main", {"token": "t0ken"}) == "file"
    assert secrets.find("x", "main", "token").where == "file"
    with pytest.raises(UserError, match="no keyring"):
        secrets.keep("x", "main", {"token": "t0ken"}, store="keyring")


def test_the_file_is_for_its_owner_alone(secrets) -> None:
    secrets.keep("x", "main", {"token": "t0ken"})
    assert stat.S_IMODE(secrets.path.stat().st_mode) == 0o600
    secrets.path.chmod(0o644)
    with pytest.raises(ConfigError, match="others can read it"):
        secrets.find("x", "main", "token")


def test_a_broken_file_is_not_shown(secrets) -> None:
    secrets.keep("x", "main", {"token": "t0ken"})
    secrets.path.write_text('{"x:main": {"token": "t0ken"')
    with pytest.raises(ConfigError) as caught:
        secrets.find("x", "main", "token")
    assert "t0ken" not in str(caught.value)


@with_keyring
def test_a_secret_is_in_one_place_only(secrets, ring) -> None:
    secrets.keep("x", "main", {"token": "old"}, store="file")
    secrets.keep("x", "main", {"token": "new"})
    assert json.loads(secrets.path.read_text()) == {}
    secrets.keep("x", "main", {"token": "newer"}, store="file")
    assert ring.kept == {}
    assert secrets.find("x", "main", "token").value == "newer"


@with_keyring
def test_projects_are_kept_apart(secrets, tmp_path) -> None:
    secrets.keep("x", "main", {"token": "t0ken"})
    other = Credentials(tmp_path / "other", environment={})
    assert other.find("x", "main", "token") is None


def test_an_empty_secret_changes_nothing(secrets) -> None:
    secrets.keep("x", "main", {"token": "t0ken", "other": "o"})
    with pytest.raises(UserError, match="token is empty"):
        secrets.keep("x", "main", {"token": "", "other": "new"})
    assert secrets.find("x", "main", "token").value == "t0ken"
    assert secrets.find("x", "main", "other").value == "o"


@pytest.mark.parametrize("ring", [Memory, Broken], indirect=True)
def test_forget(secrets) -> None:
    secrets.keep("x", "main", {"token": "t0ken", "other": "o"})
    secrets.forget("x", "main", ["token", "never-there"])
    assert secrets.find("x", "main", "token") is None
    assert secrets.find("x", "main", "other").value == "o"


@pytest.mark.parametrize("ring", [Memory, Broken], indirect=True)
def test_renewed_once_by_many(secrets) -> None:
    stale = {"access_token": "a1", "refresh_token": "r1"}
    secrets.keep("x", "main", stale)
    fetched, got = [], []

    def fetch(current):
        fetched.append(current)
        return {"access_token": "a2", "refresh_token": ""}

    def run():
        got.append(secrets.renew("x", "main", stale, fetch))

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fetched == [stale]
    assert got == [{"access_token": "a2", "refresh_token": "r1"}] * 20
    assert secrets.find("x", "main", "refresh_token").value == "r1"


def test_a_failed_renewal_changes_nothing(secrets) -> None:
    secrets.keep("x", "main", {"token": "t0ken"})

    def fetch(_):
        raise Unauthorized("the sign-in has ended")

    with pytest.raises(Unauthorized, match="has ended"):
        secrets.renew("x", "main", {"token": "t0ken"}, fetch)
    assert secrets.find("x", "main", "token").value == "t0ken"


def test_nothing_can_be_renewed_in_the_environment(tmp_path) -> None:
    secrets = Credentials(tmp_path, environment={"SHAREKIT_X_MAIN_TOKEN": "t0ken"})
    with pytest.raises(Unauthorized, match="in the environment"):
        secrets.renew("x", "main", {"token": "t0ken"}, lambda _: {"token": "t1"})


def test_a_secret_is_not_in_a_repr(secrets) -> None:
    secrets.keep("x", "main", {"token": "t0ken"})
    assert "t0ken" not in repr(secrets.find("x", "main", "token"))
