"""What an account of a channel needs to be told, and whether it has been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sharekit import plugins
from sharekit.config.accounts import secret_fields
from sharekit.ports import SignsIn

__all__ = ["Want", "guide", "is_complete", "main_secret", "sets", "wants"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One thing that an account needs to be told. *name* is its key in the config.

    *required*: there is no account without it; of secrets, one of the channel's sets is needed.
    """

    name: str
    about: str
    secret: bool
    required: bool


def wants(channel: str) -> list[Want]:
    """What an account of *channel* may need, secrets last. Raises `PluginError` for none such."""
    kind = plugins.load(plugins.PUBLISHERS, channel)
    secrets = secret_fields(channel)
    about = kind.descriptions()
    needed = {name for one in sets(channel) for name in one}
    found = [
        Want(
            name=name,
            about=about.get(name, ""),
            secret=name in secrets,
            required=info.is_required() or (name in needed and len(sets(channel)) == 1),
        )
        for name, info in kind.model_fields.items()
        if info.is_required() or name in secrets
    ]
    return sorted(found, key=lambda want: want.secret)


def sets(channel: str) -> tuple[tuple[str, ...], ...]:
    """The secrets of each way to sign in to *channel*."""
    kind = plugins.load(plugins.PUBLISHERS, channel)
    found: tuple[tuple[str, ...], ...] | None = kind.secret_sets
    return (secret_fields(channel),) if found is None else found


def is_complete(channel: str, values: Mapping[str, str]) -> bool:
    """Whether *values* are enough for an account of *channel*."""
    kind = plugins.load(plugins.PUBLISHERS, channel)
    plain = all(values.get(name) for name, f in kind.model_fields.items() if f.is_required())
    return plain and any(all(values.get(name) for name in one) for one in sets(channel))


def guide(channel: str) -> str:
    """What signing in to *channel* is, in a sentence; `""` where it is only asked for secrets."""
    import inspect

    kind = plugins.load(plugins.PUBLISHERS, channel)
    return (inspect.getdoc(kind.sign_in) or "") if isinstance(kind, SignsIn) else ""


def main_secret(channel: str) -> str | None:
    """The one secret that is enough by itself, where there is one."""
    return next((one[0] for one in sets(channel) if len(one) == 1), None)
