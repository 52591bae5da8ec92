"""Where drawn cards go: a folder, or any address that fsspec knows.

To a folder cards are drawn in place. For an address (`s3://bucket/cards`, `sftp://host/srv`)
they are drawn into a folder of the state first, and put there whole.
"""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sharekit.errors import RenderError, UserError
from sharekit.model import Card, digest_of

__all__ = ["Output", "output"]

# Here an object is there whole or not at all, a rename would be a copy, and there are no folders:
# asked for one, s3fs and others would make a bucket of a mistyped name.
_OBJECTS = frozenset(("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "r2"))
_WHOLE = _OBJECTS | {"memory"}


class Output:
    """A folder of cards: they are drawn into *folder*."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = str(folder)

    def ready(self) -> None:
        """See that it can be written to. Raises `UserError`."""
        self.folder.mkdir(parents=True, exist_ok=True)

    def holds(self, card: Card) -> bool:
        """Whether *card* is there, whole."""
        path = self.folder / card.path.name
        return path.is_file() and path.stat().st_size == card.bytes

    def put(self, card: Card) -> str:
        """Bring *card* there; where it is then."""
        return str(self.folder / card.path.name)


class _Remote(Output):
    def __init__(self, address: str, state: Path) -> None:
        super().__init__(state / "outputs" / digest_of(address, 16))
        self.address = address.rstrip("/")

    @cached_property
    def _place(self) -> tuple[Any, str]:
        try:
            import fsspec
        except ImportError as error:
            raise UserError(
                f"{self.address} needs fsspec, which is not installed",
                hint="pip install 'sharekit[remote]'",
                code="output",
            ) from error
        try:
            system, path = fsspec.core.url_to_fs(self.address)
            path = str(path).rstrip("/")
            _make(system, path)
        except Exception as error:
            raise UserError(
                f"{self.address} cannot be written to: {_said(error)}",
                hint="See that the address is right, that its fsspec driver is installed, and "
                "that the driver finds its sign-in (docs/how-to/queue.md).",
                code="output",
            ) from error
        return system, path

    def ready(self) -> None:
        super().ready()
        _ = self._place

    @cached_property
    def _there(self) -> dict[str, int]:
        system, path = self._place
        system.invalidate_cache(path)
        try:
            entries = system.ls(path, detail=True)
        except FileNotFoundError:  # where there are no folders, an empty one is none
            return {}
        except Exception as error:
            raise UserError(
                f"{self.address} cannot be listed: {_said(error)}",
                hint="Whoever writes there must be let to list it as well.",
                code="output",
            ) from error
        return {entry["name"].rpartition("/")[2]: entry["size"] for entry in entries}

    def holds(self, card: Card) -> bool:
        return self._there.get(card.path.name) == card.bytes

    def put(self, card: Card) -> str:
        if not self.holds(card):
            try:
                self._put(card)
            except Exception as error:
                raise RenderError(
                    f"{card.path.name} could not be put into {self.address}: {_said(error)}",
                    code="card-unwritable",
                    hint="Run the same command again: what is there already is kept.",
                ) from error
        return f"{self.address}/{card.path.name}"

    def _put(self, card: Card) -> None:
        system, path = self._place
        target = f"{path}/{card.path.name}"
        if _schemes(system) & _WHOLE:
            system.put_file(str(card.path), target)
        else:
            unfinished = f"{path}/.{card.path.name}.{secrets.token_hex(4)}"
            system.put_file(str(card.path), unfinished)
            system.mv(unfinished, target)
        self._there[card.path.name] = card.bytes


# What drivers raise is anything: OSError, botocore's and paramiko's own kinds, others.
def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def _schemes(system: Any) -> set[str]:
    return {system.protocol} if isinstance(system.protocol, str) else set(system.protocol)


def _make(system: Any, path: str) -> None:
    """See that the folder *path* is there. Raises what the driver raises."""
    if _schemes(system) & _OBJECTS:
        bucket = path.lstrip("/").partition("/")[0]
        if not system.exists(bucket):
            raise FileNotFoundError(
                f"the bucket {bucket} is not there, not for this sign-in, or its server is away"
            )
        return
    try:
        system.makedirs(path, exist_ok=True)
    except OSError:
        if not system.isdir(path):  # else another machine was quicker
            raise


def output(where: str, state: Path) -> Output:
    """The place *where*: a folder, or an address. *state* holds what is drawn for an address.

    Raises `UserError` for an address with a password in it: it would be kept in the queue's
    database and printed with every card.
    """
    if "://" not in where:
        return Output(Path(where).resolve())
    parts = urlsplit(where)
    if parts.password is not None:
        scheme = parts.scheme.upper()
        raise UserError(
            f"the address {parts.scheme}://...@{parts.hostname}{parts.path} has a password in it",
            hint=f"Leave it out, and give it to every machine in the environment: "
            f"FSSPEC_{scheme}_PASSWORD, or the driver's own way.",
            code="output",
        )
    return _Remote(where, state)
