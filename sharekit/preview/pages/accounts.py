"""Accounts: where posts can go, what each place takes, and which sign-in is missing or ends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sharekit import plugins
from sharekit.app import accounts, checkups, needs, overrides
from sharekit.errors import UserError
from sharekit.model import Limits
from sharekit.preview import networks, states
from sharekit.preview.words import w

if TYPE_CHECKING:
    from datetime import datetime

    from sharekit.app.accounts import Line
    from sharekit.app.checkups import Checkup
    from sharekit.preview.desk import Desk

__all__ = ["added", "context", "limits_words", "tested"]

SOON = 7
"""Days before the end of a sign-in at which it is worth a warning."""
MAIN = "main"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def context(desk: Desk) -> dict[str, Any]:
    """What the template shows. Nothing is asked of any network."""
    paused = {(a.channel, a.account): a.reason or "" for a in desk.app.queue.accounts() if a.paused}
    known = checkups.last(desk.app)
    rows = [
        _row(desk, line, paused.get((line.channel, line.account)), known.get(line.name))
        for line in accounts.listed(desk.app, check=False)
    ]
    config = desk.app.config
    return {
        "rows": rows,
        "notices": [row for row in rows if row["needs"] and row["waiting"]],
        "config": str(config.path) if config.path else None,
        "channels": [_channel(name) for name in plugins.names(plugins.PUBLISHERS)],
        "alone": desk.alone,
    }


def _row(desk: Desk, line: Line, reason: str | None, checkup: Checkup | None) -> dict[str, Any]:
    account = desk.app.config.accounts[line.name]
    absent = [name for name, where in line.secrets.items() if where == "missing"]
    ends = line.expires or (checkup.ends if checkup else None)
    entries = desk.app.queue.entries(
        ("scheduled", "failed", "held"), account=f"{line.channel}:{line.account}"
    )
    out = any(entry.cause == states.SIGNED_OUT for entry in entries)
    state, word = _state(desk, reason, ends, signed_out=bool(absent) or out)
    return {
        "name": line.name,
        "channel": line.channel,
        "account": line.account,
        "label": desk.label(account),
        "mark": networks.named(overrides.voice(account)).mark,
        "limits": limits_words(account.limits),
        "state": state,
        "word": word,
        "reason": reason,
        "missing": absent,
        "secrets": bool(line.secrets),
        "needs": state in ("fail", "warn"),
        "waiting": sum(states.kind_of(entry) in ("held", "fail") for entry in entries),
        "ends": _ends(desk, line, ends),
        "checked": desk.clock.say(checkup.when) if checkup else "",
        "says": _said(desk, checkup) if checkup else "",
        "wrong": bool(checkup and checkup.wrong),
        "command": command(line.channel, line.account),
    }


def command(channel: str, account: str) -> str:
    """What adds the account on the command line."""
    return f"sharekit accounts add {channel}" + (f" --name {account}" if account != MAIN else "")


def _state(
    desk: Desk, reason: str | None, ends: datetime | None, *, signed_out: bool
) -> tuple[str, str]:
    if signed_out:
        return "fail", w("accounts.signed_out")
    days = (ends - desk.clock.now).days if ends else SOON + 1
    if days < 0:
        return "fail", w("accounts.ended")
    if reason is not None:
        return "held", w("accounts.paused")
    if days <= SOON:
        return "warn", w("accounts.ends_in", n=days)
    return "sent", w("accounts.ready")


def _ends(desk: Desk, line: Line, ends: datetime | None) -> str:
    if ends is not None:
        return desk.clock.day(ends)
    return w("accounts.ends_never") if line.secrets else w("accounts.by_hand")


def _channel(name: str) -> dict[str, Any]:
    """What the form asks for a channel: its settings, then its secrets."""
    rule = networks.named(name)
    return {
        "name": name,
        "label": rule.name,
        "fields": [
            {
                "name": want.name,
                "label": want.name.replace("_", " ").capitalize(),
                "about": want.about,
                "secret": want.secret,
                "required": want.required,
            }
            for want in needs.wants(name)
        ],
        "guide": bool(needs.guide(name)),
        "command": command(name, MAIN),
    }


def limits_words(limits: Limits) -> str:
    """What an account takes, in a few words."""
    parts = []
    if limits.length is None:
        parts.append(w("accounts.no_limit"))
    else:
        parts.append(w("accounts.characters", n=limits.length))
    if limits.link_length:
        parts.append(w("accounts.link_cost", n=limits.link_length))
    if limits.image_bytes:
        parts.append(w("accounts.picture", n=round(limits.image_bytes / 1_000_000)))
    return ", ".join(parts)


def tested(desk: Desk, name: str) -> dict[str, Any]:
    """Who the account *name* is, by a harmless read."""
    found = checkups.check(desk.app, desk.app.config.accounts[name])
    return {"ok": found.wrong is None, "says": _said(desk, found), "hint": found.hint or ""}


def _said(desk: Desk, checkup: Checkup) -> str:
    if checkup.wrong is not None:
        return checkup.wrong[:1].upper() + checkup.wrong[1:]
    if checkup.who is None:
        return w("accounts.cannot_say")
    said = w("accounts.is", who=checkup.who)
    if ends := checkup.ends:
        soon = (ends - desk.clock.now).days < SOON
        key = "accounts.ends_soon" if soon else "accounts.ends"
        said += " " + w(key, when=desk.clock.say(ends))
    return said


def added(desk: Desk, channel: str, name: str, values: Mapping[str, str]) -> dict[str, Any]:
    """Add the account *name* of *channel*, or put new secrets in the place of its old ones.

    The channel is asked first whether it knows them. Raises `UserError` for what cannot be one.
    """
    if channel not in plugins.names(plugins.PUBLISHERS):
        raise UserError(w("error.no_channel"), code="usage")
    if not _NAME.fullmatch(name):
        raise UserError(w("error.account_name"), code="usage")
    given = {key: value.strip() for key, value in values.items() if value.strip()}
    account = desk.app.config.account(channel, name)
    settled = {key: str(value) for key, value in account.settings.items()} if account else {}
    if not needs.is_complete(channel, {**settled, **given}):
        raise UserError(w("error.incomplete"), code="usage")
    result = accounts.add(desk.app, channel, name, given, store=None)
    with desk.lock:
        path = desk.app.config.path
        desk.changed({path.resolve()} if path else ())
    said = [w("said.account_added" if result.changed else "said.account_renewed",
              name=f"{channel}:{name}")]  # fmt: skip
    if result.who:
        said.append(w("accounts.is", who=result.who.name))
    if any(want.secret and want.name in given for want in needs.wants(channel)):
        said.append(w("said.secrets", where=w(f"accounts.in_{result.where}")))
    said += [problem.message for problem in result.problems]
    return {"says": " ".join(said)}
