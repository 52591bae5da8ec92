"""When each account was last asked who it is, and what it said: kept in `.sharekit/`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sharekit import files
from sharekit.app import accounts
from sharekit.errors import SharekitError

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config.accounts import Account

__all__ = ["Checkup", "check", "last"]

_FILE = "checkups.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What came of asking: *who* it is (`None`: the channel cannot say), or what went *wrong*.

    *at* and *expires*, when the sign-in ends, are ISO 8601 in UTC.
    """

    at: str
    who: str | None = None
    expires: str | None = None
    wrong: str | None = None
    hint: str | None = None

    @property
    def when(self) -> datetime:
        """*at* as a moment."""
        return datetime.fromisoformat(self.at)

    @property
    def ends(self) -> datetime | None:
        """*expires* as a moment."""
        return datetime.fromisoformat(self.expires) if self.expires else None


def check(app: App, account: Account) -> Checkup:
    """Ask *account* who it is, by a harmless read, and keep what it said."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        who = accounts.probe(app, account)
    except SharekitError as error:
        problem = error.problems[0]
        found = Checkup(at=now, wrong=problem.message, hint=problem.hint)
    else:
        expires = who.expires.astimezone(UTC).isoformat() if who and who.expires else None
        found = Checkup(at=now, who=who.name if who else None, expires=expires)
    path = app.config.state / _FILE
    with files.lock(path.with_suffix(".lock")):
        kept = {**files.json_object(path), account.name: asdict(found)}
        files.write(path, json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
    return found


def last(app: App) -> Mapping[str, Checkup]:
    """What each account said last, by name. What cannot be read is asked for anew."""
    found = {}
    for name, entry in files.json_object(app.config.state / _FILE).items():
        try:
            checkup = Checkup(**entry)
            _ = checkup.when, checkup.ends
        except (TypeError, ValueError):
            continue
        found[name] = checkup
    return found
