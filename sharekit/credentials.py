"""Where secrets are kept: the system's keyring, else the environment, else a file of mode 0600.

A secret is one field of one account (`mastodon:main`, `token`). It is looked for in that order,
and whoever finds it says where. In the environment its name is
`SHAREKIT_<CHANNEL>_<ACCOUNT>_<FIELD>`. Keyring and file are kept apart for each project folder,
so that `mastodon:main` of one site never posts for another.

No message here holds a secret, and an empty value never takes the place of one.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sharekit import files
from sharekit.errors import ConfigError, Unauthorized, UserError

__all__ = [
    "EXPIRES",
    "SESSION",
    "Credentials",
    "Found",
    "Vault",
    "Where",
    "find",
    "moment",
    "variable",
]

Where = Literal["keyring", "environment", "file"]
_FILE = "credentials.json"
EXPIRES = "expires"
"""The name under which the end of an account's sign-in stands beside its secrets (ISO 8601)."""
SESSION = "session"
"""The name under which a publisher keeps the session that it has begun with the secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A secret and where it was found."""

    value: str = field(repr=False)
    where: Where


def variable(channel: str, account: str, name: str) -> str:
    """The environment variable of a secret: `SHAREKIT_MASTODON_MAIN_TOKEN`."""
    words = f"SHAREKIT_{channel}_{account}_{name}".upper()
    return re.sub(r"[^A-Z0-9]+", "_", words)


def find(channel: str, account: str, name: str, *, folder: Path | None = None) -> Found | None:
    """The secret *name* of an account of the project in *folder* (else the current one)."""
    return Credentials(folder).find(channel, account, name)


class Credentials:
    """The secrets of the project whose state lies in *folder* (default: `.sharekit` here)."""

    def __init__(
        self, folder: Path | None = None, *, environment: Mapping[str, str] | None = None
    ) -> None:
        self._folder = (folder or Path(".sharekit")).resolve()
        self._environment = os.environ if environment is None else environment

    @property
    def path(self) -> Path:
        """The file that is used where there is no keyring."""
        return self._folder / _FILE

    def find(self, channel: str, account: str, name: str) -> Found | None:
        """The secret and where it is. Raises `ConfigError` where others can read the file."""
        owner = f"{channel}:{account}"
        if value := self._keyring(owner, name):
            return Found(value=value, where="keyring")
        if value := self._environment.get(variable(channel, account, name)):
            return Found(value=value, where="environment")
        if value := self._read().get(owner, {}).get(name):
            return Found(value=value, where="file")
        return None

    def find_all(self, channel: str, account: str, names: Iterable[str]) -> dict[str, Found]:
        """Those of the secrets *names* that there are."""
        found = {name: self.find(channel, account, name) for name in names}
        return {name: one for name, one in found.items() if one}

    def keep(
        self,
        channel: str,
        account: str,
        values: Mapping[str, str],
        *,
        store: Literal["keyring", "file"] | None = None,
    ) -> Where:
        """Keep *values* together, in *store* or else where it is best; says where that was.

        Raises `UserError`, and changes nothing, for an empty value or a keyring that cannot be
        used; `OSError` where the file cannot be written.
        """
        owner = f"{channel}:{account}"
        if empty := sorted(name for name, value in values.items() if not value):
            raise UserError(f"{owner}: {', '.join(empty)} is empty", hint="Nothing was changed.")
        if store != "file" and self._keep_in_keyring(owner, values):
            self._drop_from_file(owner, values)
            return "keyring"
        if store == "keyring":
            raise UserError(
                "there is no keyring that keeps what it is given",
                hint="Install sharekit[keyring] and a keyring service, or use --store file.",
            )
        self._drop_from_keyring(owner, values)
        with files.lock(self._folder / f"{_FILE}.lock"):
            everything = self._read()
            everything[owner] = {**everything.get(owner, {}), **values}
            self._write(everything)
        return "file"

    def forget(self, channel: str, account: str, names: Iterable[str]) -> None:
        """Forget the secrets *names*, and all that came of them.

        What stands in the environment stays there.
        """
        names, owner = [*names, EXPIRES, SESSION], f"{channel}:{account}"
        self._drop_from_keyring(owner, names)
        self._drop_from_file(owner, names)

    def renew(
        self,
        channel: str,
        account: str,
        stale: Mapping[str, str],
        fetch: Callable[[Mapping[str, str]], Mapping[str, str]],
    ) -> dict[str, str]:
        """Replace the secrets *stale* by what *fetch* gets for them; returns the good ones.

        One at a time over all processes: whoever comes second finds that the secrets are
        other ones by now and takes those. New secrets are stored before they are returned;
        one that *fetch* leaves out or gives empty stays as it was. `""` stands for one that
        there was not yet. Raises `Unauthorized` for secrets in the environment or the config,
        where nothing can be stored.
        """
        owner = f"{channel}:{account}"
        name = re.sub(r"[^\w.-]", "_", f"renew-{owner}.lock")
        with files.lock(self._folder / name):
            found = self.find_all(channel, account, stale)
            current = {name: one.value for name, one in found.items()}
            places = {one.where for one in found.values()}
            if "environment" in places or any(stale[name] for name in stale if name not in found):
                place = "the environment" if "environment" in places else "the config"
                raise Unauthorized(
                    f"{owner}: a secret in {place} has run out and cannot be renewed there",
                    hint=f"Keep it instead: sharekit accounts add {channel} --name {account}.",
                )
            if any(current.get(name, "") != value for name, value in stale.items()):
                return current
            fresh = {name: value for name, value in fetch(current).items() if value}
            self.keep(channel, account, {**current, **fresh})
            return {**current, **fresh}

    # -- the keyring -----------------------------------------------------------------------

    @property
    def _service(self) -> str:
        return f"sharekit {self._folder}"

    def _keyring(self, owner: str, name: str) -> str | None:
        keyring = _load_keyring()
        if keyring is None:
            return None
        try:
            value: str | None = keyring.get_password(self._service, f"{owner} {name}")
        except Exception:  # noqa: BLE001  (a locked or broken keyring is as good as none)
            return None
        return value

    def _keep_in_keyring(self, owner: str, values: Mapping[str, str]) -> bool:
        keyring = _load_keyring()
        if keyring is None:
            return False
        try:
            for name, value in values.items():
                keyring.set_password(self._service, f"{owner} {name}", value)
        except Exception:  # noqa: BLE001  (see above)
            return False
        # A null keyring takes everything and keeps nothing.
        return all(self._keyring(owner, name) == value for name, value in values.items())

    def _drop_from_keyring(self, owner: str, names: Iterable[str]) -> None:
        keyring = _load_keyring()
        for name in names:
            if keyring is not None and self._keyring(owner, name):
                keyring.delete_password(self._service, f"{owner} {name}")

    # -- the file --------------------------------------------------------------------------

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            with self.path.open(encoding="utf-8") as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                data = json.load(file)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise ConfigError(f"{self.path} cannot be read: {type(error).__name__}") from None
        if os.name == "posix" and mode & 0o077:
            raise ConfigError(
                f"{self.path} holds secrets and others can read it",
                hint=f"Run: chmod 600 {self.path}",
            )
        return data if isinstance(data, dict) else {}

    def _write(self, everything: Mapping[str, Mapping[str, str]]) -> None:
        files.write(self.path, json.dumps(everything, indent=2) + "\n", mode=0o600)

    def _drop_from_file(self, owner: str, names: Iterable[str]) -> None:
        if not self.path.exists():
            return
        with files.lock(self._folder / f"{_FILE}.lock"):
            everything = self._read()
            for name in names:
                everything.get(owner, {}).pop(name, None)
            if not everything.get(owner, True):
                del everything[owner]
            self._write(everything)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """The secrets of one account, as its publisher may use them; *folder* as in `Credentials`."""

    channel: str
    account: str
    folder: Path | None = None

    @property
    def expires(self) -> datetime | None:
        """When the sign-in ends, as far as it was said when it began or was renewed."""
        return moment(self.find(EXPIRES))

    def find(self, name: str) -> str | None:
        """The secret *name*, if there is one."""
        found = Credentials(self.folder).find(self.channel, self.account, name)
        return found.value if found else None

    def note_end(self, expires: datetime) -> None:
        """Remember when the sign-in ends, beside secrets that are stored here."""
        keeper = Credentials(self.folder)
        if self.expires != expires:
            keeper.keep(self.channel, self.account, {EXPIRES: expires.isoformat()})

    def renew(
        self, stale: Mapping[str, str], fetch: Callable[[Mapping[str, str]], Mapping[str, str]]
    ) -> dict[str, str]:
        """As `Credentials.renew`."""
        return Credentials(self.folder).renew(self.channel, self.account, stale, fetch)


def moment(value: str | float | None) -> datetime | None:
    """ISO 8601, or seconds from now, as a moment; `None` for what is neither."""
    try:
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return datetime.now(UTC) + timedelta(seconds=value) if value else None
    except (ValueError, OverflowError):
        return None


def _load_keyring() -> Any:
    try:
        import keyring
    except ImportError:
        return None
    return keyring
