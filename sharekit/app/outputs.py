"""Where drawn cards go: a folder, or any address that fsspec knows.

To a folder cards are drawn in place. For an address (`s3://bucket/cards`, `sftp://host/srv`)
they are drawn into a folder of the state first, and put there whole.
"""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path
from typing import Any

from sharekit.errors import RenderError, UserError
from sharekit.model import Card, digest_of

__all__ = ["Output", "output"]

# On these an object is there whole or not at all; a rename would be a copy.
_WHOLE = frozenset(("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "r2", "memory"))


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
            system.makedirs(path, exist_ok=True)
        except (ImportError, ValueError, OSError) as error:
            raise UserError(
                f"{self.address} cannot be written to: {error}",
                hint="See that the address is right and that its fsspec driver is installed.",
                code="output",
            ) from error
        return system, str(path).rstrip("/")

    def ready(self) -> None:
        super().ready()
        _ = self._place

    @cached_property
    def _there(self) -> dict[str, int]:
        system, path = self._place
        entries = system.ls(path, detail=True, refresh=True)
        return {entry["name"].rpartition("/")[2]: entry["size"] for entry in entries}

    def holds(self, card: Card) -> bool:
        return self._there.get(card.path.name) == card.bytes

    def put(self, card: Card) -> str:
        if not self.holds(card):
            try:
                self._put(card)
            except OSError as error:
                raise RenderError(
                    f"{card.path.name} could not be put into {self.address}: {error}",
                    code="card-unwritable",
                    hint="Run the same command again: what is there already is kept.",
                ) from error
        return f"{self.address}/{card.path.name}"

    def _put(self, card: Card) -> None:
        system, path = self._place
        target = f"{path}/{card.path.name}"
        schemes = {system.protocol} if isinstance(system.protocol, str) else set(system.protocol)
        if schemes & _WHOLE:
            system.put_file(str(card.path), target)
        else:
            unfinished = f"{path}/.{card.path.name}.{secrets.token_hex(4)}"
            system.put_file(str(card.path), unfinished)
            system.mv(unfinished, target)
        self._there[card.path.name] = card.bytes


def output(where: str, state: Path) -> Output:
    """The place *where*: a folder, or an address. *state* holds what is drawn for an address."""
    return _Remote(where, state) if "://" in where else Output(Path(where).resolve())
