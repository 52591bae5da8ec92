"""The config as plain data, secrets masked: for `config show`, `doctor` and the preview."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from sharekit.config import Config
from sharekit.config.accounts import Account, secret_fields
from sharekit.model import as_data

__all__ = ["describe"]

MASK = "********"


def describe(config: Config) -> dict[str, Any]:
    """Every value that applies. A secret shows as asterisks, or as where it is missing."""
    return {
        "path": str(config.path) if config.path else None,
        "folder": str(config.folder),
        "site": as_data(config.site),
        "theme": config.theme.model_dump(mode="json"),
        "sources": {name: as_data(source) for name, source in config.sources.items()},
        "channels": {name: _account(account) for name, account in config.accounts.items()},
        "schedule": as_data(config.schedule),
        "queue": {"database": _masked_url(config.database)},
        "cards": {
            "folder": str(config.cards),
            "layouts": str(config.layouts),
            "sizes": list(config.sizes),
            "alt": config.alt,
            "picture": config.picture,
        },
        "network": {"allow": list(config.allow), "offline": config.offline},
    }


def _account(account: Account) -> dict[str, Any]:
    secrets = secret_fields(account.channel)
    values: dict[str, Any] = {}
    for name, value in account.settings.items():
        if name in secrets or isinstance(value, SecretStr):
            values[name] = MASK
        else:
            values[name] = as_data(value)
    values |= {name: f"(!env {variable} is not set)" for name, variable in account.unset.items()}
    return {**account.section.model_dump(mode="json", exclude_defaults=True), **values}


def _masked_url(url: str) -> str:
    from sqlalchemy.engine import make_url

    return make_url(url).render_as_string(hide_password=True)
