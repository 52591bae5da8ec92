"""Accounts: their secrets stored, their sections written, and who they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit import files, plugins
from sharekit.config import load
from sharekit.config.accounts import Account, secret_fields
from sharekit.credentials import Credentials, variable
from sharekit.errors import ConfigError, SharekitError, UserError
from sharekit.model import Who

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["Line", "Want", "add", "listed", "probe", "remove", "wants"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One thing that an account needs to be told. *name* is its key in the config."""

    name: str
    about: str
    secret: bool
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One account in a list. *secrets* maps each secret to where it is, or to `missing`."""

    name: str
    channel: str
    account: str
    secrets: Mapping[str, str]
    who: str | None = None
    expires: datetime | None = None
    error: str | None = None


def wants(channel: str) -> list[Want]:
    """What an account of *channel* needs, secrets last. Raises `PluginError` for none such."""
    kind = plugins.load(plugins.PUBLISHERS, channel)
    secrets = secret_fields(channel)
    about = kind.descriptions()
    found = [
        Want(
            name=name,
            about=about.get(name, ""),
            secret=name in secrets,
            required=info.is_required() or name in secrets,
        )
        for name, info in kind.model_fields.items()
        if info.is_required() or name in secrets
    ]
    return sorted(found, key=lambda want: want.secret)


def add(
    app: App, channel: str, account: str, values: Mapping[str, str], *, store: str | None
) -> tuple[str, bool]:
    """Store the secrets among *values* and write the rest into the config.

    Returns where the secrets are (`keyring`, `file`, `environment`), and whether the config was
    changed. Raises `UserError` when the config would not be right with it; nothing is kept then.
    """
    secrets = {k: v for k, v in values.items() if k in secret_fields(channel) and v}
    plain = {k: v for k, v in values.items() if k not in secrets and v}
    name = channel if account == "main" else f"{channel}:{account}"
    changed = False
    if app.config.account(channel, account) is None:
        _check(channel, {**plain, **secrets})
        _write(app.config.path, name, plain)
        changed = True
    where = "environment"
    if store == "env":
        names = ", ".join(variable(channel, account, key) for key in secret_fields(channel))
        where = f"environment ({names})"
    elif secrets:
        chosen: Any = store
        where = Credentials(app.config.state).keep(channel, account, secrets, store=chosen)
    return where, changed


def _check(channel: str, values: Mapping[str, Any]) -> None:
    from pydantic import ValidationError

    try:
        plugins.load(plugins.PUBLISHERS, channel)(**values)
    except ValidationError as error:
        words = [
            f"{'.'.join(map(str, item['loc']))}: {item['msg']}"
            for item in error.errors(include_url=False, include_input=False)
        ]
        raise UserError(f"{channel}: {'; '.join(words)}") from None


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


def listed(app: App, *, check: bool = False) -> list[Line]:
    """Every account of the config; with *check*, each is asked who it is."""
    found = []
    for account in app.config.accounts.values():
        secrets = _secrets(account)
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
                secrets=secrets,
                who=who.name if who else None,
                expires=who.expires if who else None,
                error=error,
            )
        )
    return found


def _secrets(account: Account) -> dict[str, str]:
    places: dict[str, str] = {}
    store = Credentials(account.state)
    kind = plugins.load(plugins.PUBLISHERS, account.channel)
    for name in secret_fields(account.channel):
        if name in account.settings:
            places[name] = "config"
        elif found := store.find(account.channel, account.account, name):
            places[name] = found.where
        elif name in account.unset or kind.model_fields[name].is_required():
            places[name] = "missing"
    return places


def probe(app: App, account: Account) -> Who | None:
    """Who *account* is, by a harmless read; `None` for a channel that cannot say.

    What its server takes is remembered for the drafts to come. Raises `PublishError` when the
    channel does not know it.
    """
    from sharekit.ports import Identified, StatesLimits

    publisher: object = account.publisher()
    if not isinstance(publisher, Identified):
        return None
    who = publisher.whoami(app.web)
    if isinstance(publisher, StatesLimits):
        account.remember(publisher.ask_limits(app.web))
    return who


def remove(app: App, account: Account) -> Sequence[str]:
    """Forget the stored secrets of *account*. Returns what is left to do by hand."""
    Credentials(account.state).forget(
        account.channel, account.account, secret_fields(account.channel)
    )
    return [f"Remove {account.name} from {app.config.path}"] if app.config.path else []
