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
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from pydantic import BaseModel, ValidationError, create_model

from sharekit import findings, marked, plugins
from sharekit.config import stated
from sharekit.config.sections import AccountSection, Document
from sharekit.errors import PluginError, Problem, Unauthorized
from sharekit.model import Limits, Message, Rules

if TYPE_CHECKING:
    from sharekit.ports import Publisher, PublisherSettings

__all__ = [
    "Account",
    "bare",
    "from_environment",
    "read",
    "secret_fields",
    "section_model",
    "unset_variable",
]

_Raw: TypeAlias = dict[str, Any]

MAIN = "main"
_UNSET = "\x00unset:"


def from_environment(name: str) -> str:
    """What `!env NAME` stands for: the variable's value, or a mark that it is not set."""
    return os.environ.get(name) or f"{_UNSET}{name}"


def unset_variable(value: object) -> str | None:
    """The variable that *value* would have come from, were it set; `None` for any other value."""
    if isinstance(value, str) and value.startswith(_UNSET):
        return value.removeprefix(_UNSET)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account of one channel.

    *section* is what it says about words, cards and times. *unset* maps a secret field to the
    environment variable that its `!env` names and that is not set. Stored secrets lie in
    *state*, or in the system's keyring for it.
    """

    name: str
    channel: str
    account: str
    section: AccountSection
    settings: Mapping[str, Any] = field(repr=False)
    unset: Mapping[str, str] = field(default_factory=dict)
    state: Path = Path(".sharekit")
    fallback: Limits | None = None

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
        """What the account takes: by what its server said last, else by what the channel says."""
        return (
            self.fallback
            or stated.recall(self.state, self.name, self._open_settings)
            or self._publisher().limits
        )

    def remember(self, limits: Limits) -> None:
        """Take *limits*, which the account's server has just stated, from now on."""
        stated.remember(self.state, self.name, self._open_settings(), limits)

    @property
    def card_size(self) -> str:
        """The size of this account's cards."""
        return self.section.size or self.limits.card_size

    def publisher(self) -> Publisher:
        """The publisher, with the secrets that `accounts add` stored.

        Raises `Unauthorized` when a secret that the config wants is nowhere to be found.
        """
        from sharekit import credentials
        from sharekit.ports import KeepsSecrets

        secrets: dict[str, str] = {}
        for name in secret_fields(self.channel):
            if name in self.settings:
                continue
            found = credentials.find(self.channel, self.account, name, folder=self.state)
            if found:
                secrets[name] = found.value
            elif name in self.unset:
                raise Unauthorized(
                    f"{self.name}: {name} is not known: {self.unset[name]} is not set",
                    hint=f"Set {self.unset[name]} in the environment, or run: "
                    f"sharekit accounts add {self.channel} --name {self.account}",
                )
        publisher: object = self._publisher(secrets)
        if isinstance(publisher, KeepsSecrets):
            vault = credentials.Vault(channel=self.channel, account=self.account, folder=self.state)
            publisher = publisher.with_vault(vault)
        return cast("Publisher", publisher)

    def unready(self) -> Publisher:
        """The publisher without the stored secrets: to look at, not to send with."""
        return self._publisher()

    def price(self, message: Message) -> float | None:
        """What *message* costs in US dollars, where the channel takes money."""
        from sharekit.ports import Metered

        if self.fallback is not None:
            return None
        publisher: object = self._publisher()
        return publisher.price(message) if isinstance(publisher, Metered) else None

    def picture_url(self, message: Message) -> str | None:
        """Where the channel itself will fetch *message*'s picture, if that is its way."""
        from sharekit.ports import Fetched

        if self.fallback is not None:
            return None
        publisher: object = self._publisher()
        return publisher.picture_url(message) if isinstance(publisher, Fetched) else None

    def _open_settings(self) -> Mapping[str, Any]:
        secrets = secret_fields(self.channel)
        return {key: value for key, value in self.settings.items() if key not in secrets}

    def _publisher(self, secrets: Mapping[str, str] | None = None) -> Publisher:
        kind = plugins.load(plugins.PUBLISHERS, self.channel)
        publisher: Publisher = kind(**{**self.settings, **(secrets or {})})
        return publisher


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
            problems += findings.problems_of(wrong, file, model, at=at, code="config")
        elif made:
            found[name] = made
    return found


def _account(  # noqa: PLR0917  (one for each part)
    name: str, channel: str, account: str, kind: type[BaseModel], raw: dict[str, Any], folder: Path
) -> tuple[Account | None, ValidationError | None]:
    unset = {
        n: raw[n].removeprefix(_UNSET)
        for n in secret_fields(channel)
        if isinstance(raw.get(n), str) and raw[n].startswith(_UNSET)
    }
    data = {n: v for n, v in raw.items() if n not in unset}
    own = {n: v for n, v in data.items() if n in kind.model_fields}
    shared = {n: v for n, v in data.items() if n in AccountSection.model_fields}
    try:
        checked, section = _checked(channel, kind, data, own, shared)
    except ValidationError as error:
        return None, error
    for n in own:
        if isinstance(value := getattr(checked, n), Path):
            own[n] = folder / value
    for n, info in kind.model_fields.items():
        if n not in own and isinstance(info.default, Path):
            own[n] = folder / info.default
    return (
        Account(
            name=name,
            channel=channel,
            account=account,
            section=section,
            settings=own,
            unset=unset,
            state=folder / ".sharekit",
        ),
        None,
    )


def _checked(
    channel: str, kind: type[BaseModel], data: _Raw, own: _Raw, shared: _Raw
) -> tuple[BaseModel, AccountSection]:
    """*data* as the publisher's settings and the neutral part. Raises `ValidationError`.

    The two halves are checked apart, for making one model of both takes longer than all other
    work of a small command; it is made where something is wrong, to tell everything at once.
    """
    try:
        if own.keys() | shared.keys() == data.keys():
            return kind.model_validate(own), AccountSection.model_validate(shared)
    except ValidationError:
        pass
    return section_model(channel).model_validate(data), AccountSection.model_validate(shared)


def secret_fields(channel: str) -> tuple[str, ...]:
    """The fields of *channel*'s section that hold secrets."""
    names: tuple[str, ...] = plugins.load(plugins.PUBLISHERS, channel).secret_names()
    return names


@cache
def section_model(channel: str) -> type[PublisherSettings]:
    """One model of a channel's whole section: the neutral part and the publisher's own."""
    kind = plugins.load(plugins.PUBLISHERS, channel)
    bases: Any = (kind, AccountSection)
    made: Any = create_model(f"{kind.__name__}Section", __base__=bases, __doc__=kind.__doc__)
    return cast("type[PublisherSettings]", made)


def bare(channel: str, folder: Path | None = None) -> Account:
    """An account of *channel* with no settings but the defaults; its paths start at *folder*."""
    document = Document(channels={channel: None})
    file = marked.Marked(document.model_dump(), "(no config)", "", {}, {})
    problems: list[Problem] = []
    found = read(document, file, folder or Path.cwd(), problems)
    if channel in found:
        return found[channel]
    kind = plugins.load(plugins.PUBLISHERS, channel)
    return Account(
        name=channel, channel=channel, account=MAIN, section=AccountSection(), settings={},
        fallback=kind.default_limits,
    )  # fmt: skip
