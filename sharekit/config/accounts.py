"""The `channels` section: one account for each `kind` or `kind:account`.

A section holds what every channel has (`sections.AccountSection`) and the publisher's own
fields. Secrets are read from the environment with `!env NAME`, or from what `accounts add`
stored; one that is not there stops only the publishing of that account.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, SecretStr, ValidationError, create_model

from sharekit import marked, plugins
from sharekit.config.sections import AccountSection, Document
from sharekit.errors import PluginError, Problem, Unauthorized
from sharekit.model import Limits, Rules

if TYPE_CHECKING:
    from sharekit.ports import Publisher

__all__ = ["Account", "from_environment", "read", "section_model"]

MAIN = "main"
_UNSET = "\x00unset:"


def from_environment(name: str) -> str:
    """What `!env NAME` stands for: the variable's value, or a mark that it is not set."""
    return os.environ.get(name) or f"{_UNSET}{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account of one channel. *missing* are the secrets that are nowhere to be found.

    *section* is what the account says about words, cards and times.
    """

    name: str
    channel: str
    account: str
    section: AccountSection
    settings: Mapping[str, Any] = field(repr=False)
    missing: tuple[str, ...] = ()

    @property
    def rules(self) -> Rules:
        """How this account's words are made."""
        section = self.section
        return Rules(
            template=section.template,
            link=section.link,
            utm=section.utm,
            hashtags=section.hashtags,
            hashtags_at=section.hashtags_at,
            mentions=section.mentions,
            thread=section.thread,
            thread_link=section.thread_link,
            attach=section.attach,
            layout=section.layout,
            size=section.size,
            content_warning=section.content_warning,
        )

    @property
    def limits(self) -> Limits:
        """What the account takes, as far as the config says; a server may say more later."""
        return self._publisher().limits

    @property
    def card_size(self) -> str:
        """The size of this account's cards."""
        return self.section.size or self.limits.card_size

    def publisher(self) -> Publisher:
        """The publisher, ready to send.

        Raises `Unauthorized` when a secret is neither in the config nor stored.
        """
        secrets = {}
        for name in self.missing:
            value = _stored(self.channel, self.account, name)
            if value is None:
                raise Unauthorized(
                    f"{self.name}: {name} is not known",
                    hint=f"Set {_variable(self.settings, name, self)} in the environment, or run "
                    f"sharekit accounts add {self.channel} --name {self.account}.",
                )
            secrets[name] = value
        return self._publisher(secrets)

    def _publisher(self, secrets: Mapping[str, str] | None = None) -> Publisher:
        kind = plugins.load(plugins.PUBLISHERS, self.channel)
        publisher: Publisher = kind(**{**self.settings, **(secrets or {})})
        return publisher


def _variable(settings: Mapping[str, Any], field_name: str, account: Account) -> str:
    value = settings.get(field_name)
    if isinstance(value, str) and value.startswith(_UNSET):
        return value.removeprefix(_UNSET)
    return f"SHAREKIT_{account.channel}_{account.account}_{field_name}".upper().replace("-", "_")


def _stored(channel: str, account: str, field_name: str) -> str | None:
    from sharekit import credentials

    found = credentials.find(channel, account, field_name)
    return found.value if found else None


def read(
    document: Document, file: marked.Marked, folder: Path, problems: list[Problem]
) -> dict[str, Account]:
    """The accounts of *document*; what is wrong with them goes to *problems*."""
    found: dict[str, Account] = {}
    for name, raw in document.channels.items():
        at = ("channels", name)
        channel, _, account = name.partition(":")
        try:
            kind = plugins.load(plugins.PUBLISHERS, channel)
        except PluginError as error:
            (problem,) = error.problems
            problems.append(
                file.problem(at, problem.message, code="config-plugin", hint=problem.hint, key=True)
            )
            continue
        made, wrong = _account(name, channel, account or MAIN, kind, raw or {}, folder)
        if wrong:
            model = section_model(channel)
            problems += marked.problems_of(wrong, file, model, at=at, code="config")
        elif made:
            found[name] = made
    return found


def _account(
    name: str, channel: str, account: str, kind: type[BaseModel], raw: dict[str, Any], folder: Path
) -> tuple[Account | None, ValidationError | None]:
    secrets = [n for n, info in kind.model_fields.items() if _is_secret(info.annotation)]
    required = {n for n in secrets if kind.model_fields[n].is_required()}
    missing = tuple(
        n
        for n in secrets
        if (n in required and n not in raw)
        or (isinstance(raw.get(n), str) and raw[n].startswith(_UNSET))
    )
    data = {**dict.fromkeys(missing, f"{_UNSET}"), **raw}
    try:
        checked = section_model(channel).model_validate(data)
    except ValidationError as error:
        return None, error
    own = {n: v for n, v in data.items() if n in kind.model_fields}
    for n in own:
        if isinstance(value := getattr(checked, n), Path):
            own[n] = folder / value
    for n, info in kind.model_fields.items():
        if n not in own and isinstance(info.default, Path):
            own[n] = folder / info.default
    section = AccountSection.model_validate(
        {n: v for n, v in data.items() if n in AccountSection.model_fields}
    )
    return (
        Account(
            name=name,
            channel=channel,
            account=account,
            section=section,
            settings=own,
            missing=missing,
        ),
        None,
    )


def _is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or SecretStr in getattr(annotation, "__args__", ())


@cache
def section_model(channel: str) -> type[BaseModel]:
    """One model of a channel's whole section: the neutral part and the publisher's own."""
    kind = plugins.load(plugins.PUBLISHERS, channel)
    return create_model(
        f"{kind.__name__}Section", __base__=(kind, AccountSection), __doc__=kind.__doc__
    )
