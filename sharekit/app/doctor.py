"""`doctor`: what works on this machine and in this project, each finding with its next step."""

from __future__ import annotations

import importlib.util
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sharekit._version import __version__
from sharekit.errors import SharekitError
from sharekit.text.slug import several

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config.accounts import Account

__all__ = ["Finding", "examine"]

EXTRAS = {
    "keyring": ("keyring", "tokens in the system's keyring"),
    "preview": ("uvicorn", "the preview page"),
    "watch": ("watchfiles", "render --watch"),
    "fast-png": ("isal", "PNG cards in half the time"),
    "icu": ("icu4py", "line breaks in Lao, Khmer and Burmese"),
    "qr": ("segno", "QR codes on cards"),
    "svg": ("resvg_py", "SVG logos"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: Literal["ok", "warning", "error"]
    says: str
    hint: str | None = None


def examine(folder: Path, config: str | None, *, online: bool) -> list[Finding]:
    """Look at everything; a part that fails becomes a finding, and the rest is looked at."""
    from sharekit.app import App

    findings = [
        Finding(
            what="sharekit",
            state="ok",
            says=f"{__version__} on Python {platform.python_version()} ({sys.executable})",
        ),
        *_packages(),
        *_fonts(),
    ]
    try:
        app = App.open(folder, Path(config) if config else None, offline=not online)
    except SharekitError as error:
        return [
            *findings,
            *(
                Finding(what="config", state="error", says=f"{p.where}: {p.message}", hint=p.hint)
                for p in error.problems
            ),
        ]
    findings.append(_config(app))
    looks: list[Callable[[App], Iterator[Finding]]] = [_accounts, _queue]
    if online:
        looks.append(_who)
    for look in looks:
        try:
            findings += look(app)
        except SharekitError as error:
            findings.append(Finding(what=look.__name__.strip("_"), state="error", says=str(error)))
    return findings


def _packages() -> Iterator[Finding]:
    for name in ("pillow", "uharfbuzz", "dbos", "tweepy"):
        try:
            yield Finding(what=name, state="ok", says=version(name))
        except PackageNotFoundError:
            yield Finding(
                what=name, state="error", says="is not installed", hint="pip install sharekit"
            )
    absent = [
        extra for extra, (module, _) in EXTRAS.items() if not importlib.util.find_spec(module)
    ]
    for extra in absent:
        yield Finding(
            what=f"extra {extra}",
            state="warning",
            says=f"not installed; needed for {EXTRAS[extra][1]}",
            hint=f"pip install 'sharekit[{extra}]'",
        )


def _fonts() -> Iterator[Finding]:
    from sharekit import typeset

    for fact in typeset.report():
        yield Finding(
            what=fact.name,
            state="ok" if fact.ok else "warning",
            says=fact.value,
            hint=fact.hint or None,
        )


def _config(app: App) -> Finding:
    if app.config.path is None:
        from sharekit.config import overlooked

        says = overlooked(app.config.folder) or "none here"
        return Finding(what="config", state="warning", says=says, hint="sharekit init")
    sources = several(len(app.config.sources), "source")
    accounts = several(len(app.config.accounts), "account")
    return Finding(
        what="config",
        state="ok",
        says=f"{app.config.path}: {sources}, {accounts}",
    )


def _accounts(app: App) -> Iterator[Finding]:
    from sharekit.app import accounts as book

    lines = book.listed(app)
    ending = {problem.where: problem for problem in book.ending(lines)}
    for line in lines:
        missing = sorted(name for name, place in line.secrets.items() if place == "missing")
        problem = ending.get(line.name)
        says = "has what it needs"
        hint = None
        if missing or problem:
            says = problem.message if problem else f"has no {', '.join(missing)}"
            hint = f"sharekit accounts add {line.channel} --name {line.account}"
        yield Finding(
            what=f"account {line.name}", state="warning" if hint else "ok", says=says, hint=hint
        )


def _queue(app: App) -> Iterator[Finding]:
    from sharekit.app import outlook

    state, says, hint = outlook.pulse(app)
    yield Finding(what="queue", state=state, says=says, hint=hint)
    for item in outlook.paused(app):
        yield Finding(
            what=f"account {item.account}",
            state="warning",
            says=f"paused: {item.why}",
            hint=item.hint,
        )
    yield from _slots(app)
    for moved in outlook.shifted(app):
        yield Finding(
            what=f"time of {moved.id}",
            state="warning",
            says=f"{moved.wall} {moved.zone} is {moved.after:%Y-%m-%d %H:%M}Z now, not "
            f"{moved.before:%H:%M}Z: the rules of its zone have changed",
            hint="The worker moves it within a day; it goes out at the time on the wall.",
        )


def _slots(app: App) -> Iterator[Finding]:
    """Slots at which nothing ever goes out, since they lie in the quiet hours."""
    from sharekit.app.times import slots_of

    wanted: list[tuple[Account, str, Sequence[str] | None]] = [
        (account, f"account {account.name}", None) for account in app.accounts()
    ]
    for rotation in app.config.evergreen:
        what = f"evergreen {rotation.name}"
        wanted += [(account, what, rotation.slots) for account in app.accounts(rotation.to)]
    for account, what, texts in wanted:
        found = slots_of(app, account, texts)
        if times := ", ".join(f"{at:%H:%M}" for at in found.unused()):
            yield Finding(
                what=what,
                state="warning",
                says=f"slots in the quiet hours of {account.name} ({found.quiet}) are never used: "
                f"{times}",
                hint="Change `slots` or `quiet` in the config.",
            )


def _who(app: App) -> Iterator[Finding]:
    from sharekit.app import accounts as book

    lines = book.listed(app, check=True)
    yield from (
        Finding(
            what=f"account {line.name}",
            state="error" if line.error else "ok",
            says=line.error or f"signed in as {line.who}",
        )
        for line in lines
        if line.error or line.who
    )
    for problem in book.ending(lines):
        yield Finding(
            what=f"account {problem.where}",
            state="warning",
            says=problem.message,
            hint=problem.hint,
        )
