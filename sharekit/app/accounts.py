"""Accounts: their secrets stored, their sections written, who they are, and until when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit import files, plugins
from sharekit.app.needs import sets
from sharekit.config import load
from sharekit.config.accounts import Account, secret_fields
from sharekit.credentials import EXPIRES, Credentials, Vault, variable
from sharekit.errors import (
    ConfigError,
    Problem,
    PublishError,
    SharekitError,
    Unauthorized,
    UserError,
)
from sharekit.model import Who

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = [
    "Added",
    "Line",
    "add",
    "ending",
    "listed",
    "probe",
    "remove",
]

SOON = timedelta(days=14)
"""This long before a sign-in ends, it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One account in a list. *secrets* maps each secret to where it is, or to `missing`.

    *expires* is when the sign-in ends and a person must sign in again (`None`: not known, or
    never).
    """

    name: str
    channel: str
    account: str
    secrets: Mapping[str, str]
    who: str | None = None
    expires: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What came of adding an account.

    *where* its secrets are, whether the config was *changed*, *who* it is, as far as it was
    asked, and what is *left* to put into a section that was there before.
    """

    where: str
    changed: bool
    who: Who | None = None
    left: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


# -- adding and removing --------------------------------------------------------------------


def add(
    app: App,
    channel: str,
    account: str,
    values: Mapping[str, str],
    *,
    store: str | None,
    check: bool = True,
) -> Added:
    """Store the secrets among *values* and write the rest into the config.

    With *check* the channel is asked first who that is. Raises `Unauthorized` when it does not
    know the secrets and `UserError` when the config would not be right with them; nothing is
    kept then. A channel that cannot be asked is a problem of severity `warning`.
    """
    known = app.config.account(channel, account)
    names = {*secret_fields(channel), EXPIRES}
    secrets = {k: v for k, v in values.items() if k in names and v}
    plain = {k: v for k, v in values.items() if k not in names and v}
    name = channel if account == "main" else f"{channel}:{account}"
    before = dict(known.settings) if known else {}
    publisher = _made(channel, {**before, **plain, **secrets})
    who, problems = _asked(app, publisher) if check and secrets else (None, ())
    if who and who.expires:
        secrets.setdefault(EXPIRES, who.expires.isoformat())
    if known is None:
        _write(app.config.path, name, plain)
    where = "environment" if secret_fields(channel) else "none needed"
    if store == "env":
        wanted = ", ".join(variable(channel, account, key) for key in secret_fields(channel))
        where = f"environment ({wanted})"
    elif secrets:
        chosen: Any = store
        keeper = Credentials(app.config.state)
        keeper.forget(channel, account, ())  # what came of the secrets before
        where = keeper.keep(channel, account, secrets, store=chosen)
    left = {k: v for k, v in plain.items() if known and str(before.get(k)) != v}
    return Added(where=where, changed=known is None, who=who, left=left, problems=problems)


def _made(channel: str, values: Mapping[str, Any]) -> Any:
    """The publisher of *values*. Raises `UserError` where they are not right."""
    from pydantic import ValidationError

    given = {key: value for key, value in values.items() if key != EXPIRES}
    try:
        return plugins.load(plugins.PUBLISHERS, channel)(**given)
    except ValidationError as error:
        words = [
            f"{'.'.join(map(str, item['loc']))}: {item['msg']}"
            for item in error.errors(include_url=False, include_input=False)
        ]
        raise UserError(f"{channel}: {'; '.join(words)}") from None


def _asked(app: App, publisher: Any) -> tuple[Who | None, tuple[Problem, ...]]:
    from sharekit.ports import Identified

    if app.offline or not isinstance(publisher, Identified):
        return None, ()
    try:
        return publisher.whoami(app.web), ()
    except Unauthorized:
        raise
    except PublishError as error:
        first = error.problems[0]
        said = f"it could not be asked who that is, and is kept all the same: {first.message}"
        problem = Problem(
            code="account-unchecked", message=said, severity="warning", hint=first.hint
        )
        return None, (problem,)


def _write(path: Path | None, name: str, values: Mapping[str, str]) -> None:
    """Put the account into the `channels` section, leaving every other line as it is."""
    if path is None:
        raise UserError("there is no config to add the account to", hint="First: sharekit init")
    before = path.read_text("utf-8")
    section = ", ".join(f"{key}: {json.dumps(value)}" for key, value in values.items())
    entry = f"  {name}: {{{section}}}"
    lines = before.splitlines()
    at = next(
        (i for i, line in enumerate(lines) if line.split("#")[0].rstrip() == "channels:"), None
    )
    if at is None:
        lines += ["", "channels:", entry]
    else:
        lines.insert(at + 1, entry)
    files.write(path, "\n".join(lines) + "\n")
    try:
        load(path)
    except ConfigError as error:
        files.write(path, before)
        raise UserError(
            f"the account cannot be put into {path} by itself",
            hint=f"Add this line to its channels section: {entry.strip()}",
        ) from error


def remove(app: App, account: Account) -> Sequence[str]:
    """Forget the stored secrets of *account*. Returns what is left to do by hand."""
    Credentials(account.state).forget(
        account.channel, account.account, secret_fields(account.channel)
    )
    return [f"Remove {account.name} from {app.config.path}"] if app.config.path else []


# -- looking --------------------------------------------------------------------------------


def listed(app: App, *, check: bool = False) -> list[Line]:
    """Every account of the config; with *check*, each is asked who it is."""
    found = []
    for account in app.config.accounts.values():
        who, error = (None, None)
        if check:
            try:
                who = probe(app, account)
            except SharekitError as problem:
                error = problem.problems[0].message
        found.append(
            Line(
                name=account.name,
                channel=account.channel,
                account=account.account,
                secrets=_secrets(account),
                who=who.name if who else None,
                expires=who.expires if who else _ends(account),
                error=error,
            )
        )
    return found


def _secrets(account: Account) -> dict[str, str]:
    places: dict[str, str] = {}
    store = Credentials(account.state)
    for name in secret_fields(account.channel):
        if name in account.settings:
            places[name] = "config"
        elif found := store.find(account.channel, account.account, name):
            places[name] = found.where
        elif name in account.unset:
            places[name] = "missing"
    # The way to sign in that most is there of.
    nearest = max(sets(account.channel), key=lambda one: sum(name in places for name in one))
    return {**places, **{name: "missing" for name in nearest if name not in places}}


def _ends(account: Account) -> datetime | None:
    """When the sign-in ends, by what was said when it began."""
    try:
        ends: datetime | None = getattr(account.publisher(), "ends", None)
    except SharekitError:
        return None
    return ends


def ending(lines: Sequence[Line], now: datetime | None = None) -> list[Problem]:
    """A warning for each sign-in that has ended, or will within two weeks."""
    now = now or datetime.now(UTC)
    found = []
    for line in lines:
        if line.expires is None or line.expires - now > SOON:
            continue
        days = (line.expires - now).days
        when = "has ended" if line.expires <= now else f"ends in {days} days"
        found.append(
            Problem(
                code="sign-in-ends",
                message=f"{line.name}: the sign-in {when} ({line.expires:%Y-%m-%d})",
                severity="warning",
                where=line.name,
                hint=f"sharekit accounts add {line.channel} --name {line.account}",
            )
        )
    return found


def probe(app: App, account: Account) -> Who | None:
    """Who *account* is, by a harmless read; `None` for a channel that cannot say.

    What its server takes is remembered for the drafts to come, and when the sign-in ends for
    the warnings. Raises `PublishError` when the channel does not know it.
    """
    from sharekit.ports import Identified, StatesLimits

    publisher: object = account.publisher()
    if not isinstance(publisher, Identified):
        return None
    who = publisher.whoami(app.web)
    if isinstance(publisher, StatesLimits):
        account.remember(publisher.ask_limits(app.web))
    # A secret in the environment or the config may be another one tomorrow.
    if who.expires and {"keyring", "file"} & set(_secrets(account).values()):
        Vault(channel=account.channel, account=account.account, folder=account.state).note_end(
            who.expires
        )
    return who
