"""Accounts: where posts can go, what each place takes, and which sign-in is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sharekit.app import accounts, overrides
from sharekit.errors import SharekitError
from sharekit.model import Limits
from sharekit.preview import networks
from sharekit.preview.words import w

if TYPE_CHECKING:
    from sharekit.preview.desk import Desk

__all__ = ["context", "limits_words", "tested"]

SOON = 7
"""Days before the end of a sign-in at which it is worth a warning."""


def context(desk: Desk) -> dict[str, Any]:
    """What the template shows. Nothing is asked of any network."""
    paused = {(a.channel, a.account): a.reason or "" for a in desk.app.queue.accounts() if a.paused}
    config = desk.app.config
    rows = []
    for line in accounts.listed(desk.app, check=False):
        account = config.accounts[line.name]
        rule = networks.named(overrides.voice(account))
        absent = [name for name, where in line.secrets.items() if where == "missing"]
        reason = paused.get((line.channel, line.account))
        rows.append(
            {
                "name": line.name,
                "label": desk.label(account),
                "mark": rule.mark,
                "limits": limits_words(account.limits),
                "state": "held" if reason is not None else ("fail" if absent else "sent"),
                "word": _word(reason, absent),
                "reason": reason,
                "missing": absent,
                "add": f"sharekit accounts add {line.channel} --name {line.account}",
            }
        )
    return {"rows": rows, "config": str(config.path) if config.path else None}


def _word(reason: str | None, absent: list[str]) -> str:
    if reason is not None:
        return w("accounts.paused")
    return w("accounts.signed_out") if absent else w("accounts.ready")


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
    account = desk.app.config.accounts[name]
    try:
        who = accounts.probe(desk.app, account)
    except SharekitError as error:
        problem = error.problems[0]
        return {"ok": False, "says": problem.message, "hint": problem.hint or ""}
    if who is None:
        return {"ok": True, "says": w("accounts.cannot_say"), "hint": ""}
    said = w("accounts.is", who=who.name)
    if who.expires:
        days = (who.expires - desk.clock.now).days
        said += " " + w("accounts.ends_soon" if days < SOON else "accounts.ends",
                        when=desk.clock.say(who.expires))  # fmt: skip
    return {"ok": True, "says": said, "hint": ""}
