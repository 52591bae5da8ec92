"""`sharekit accounts`: sign in, look, test, sign out."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import click

from sharekit.cli.options import Run, command, common
from sharekit.cli.output import table
from sharekit.errors import Unauthorized, UserError

if TYPE_CHECKING:
    from sharekit.app.accounts import Want

__all__ = ["accounts"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@partial(common, hidden=True)
def accounts(_run: Run) -> int | None:
    """Add, list, test and remove accounts; by itself, list them."""
    ctx = click.get_current_context()
    return ctx.invoke(list_) if ctx.invoked_subcommand is None else None


@command("list", group=accounts)
@click.option("--check", is_flag=True, help="Ask each account who it is.")
def list_(run: Run, check: bool = False) -> int:
    """List the accounts of the config, and where their secrets are."""
    from sharekit.app import accounts as book

    lines = book.listed(run.app, check=check)

    def show() -> None:
        rows = []
        for line in lines:
            places = ", ".join(sorted(set(line.secrets.values()))) or "no secrets needed"
            rows.append((line.name, places, line.error or line.who or ""))
        for text in table(rows, head=("account", "secrets", "")):
            run.out.line(text)

    run.out.answer(lines, show=show)
    return 1 if any(line.error for line in lines) else 0


@command("add", group=accounts)
@click.argument("channel")
@click.option("--name", default="main", show_default=True, metavar="NAME", help="The account.")
@click.option("--store", type=click.Choice(["keyring", "file", "env"]), help="Where secrets go.")
@click.option("--token-stdin", is_flag=True, help="Read the one secret from standard input.")
@click.option("--no-browser", is_flag=True, help="Show the page's address and ask for its code.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A setting.")
def add(
    run: Run,
    channel: str,
    name: str,
    store: str | None,
    token_stdin: bool,
    no_browser: bool,
    settings: tuple[str, ...],
) -> int:
    """Add an account of CHANNEL: asks for what it needs, stores secrets, writes the config."""
    from sharekit.app import accounts as book

    values = dict(pair.partition("=")[::2] for pair in settings)
    wanted = [want for want in book.wants(channel) if want.name not in values]
    if token_stdin:
        values.update(_piped(channel, [want for want in wanted if want.secret]))
    secrets = [want for want in wanted if want.secret]
    for want in wanted:
        if want.secret and run.interactive and not token_stdin and store != "env":
            values.update(_signed_in(run, channel, values, no_browser=no_browser))
        if want.name not in values and not (store == "env" and want.secret):
            values.update(_answered(run, channel, name, want))
    if secrets and store != "env" and not any(values.get(want.name) for want in secrets):
        _nothing_to_read(channel, name, secrets[0])
    where, changed = book.add(run.app, channel, name, values, store=store)
    if changed:
        run.out.note(f"Wrote {channel}:{name} into {run.app.config.path}")
    run.out.note(f"Secrets: {where}")
    run.out.answer({"channel": channel, "account": name, "secrets": where, "config": changed})
    return 0


def _signed_in(
    run: Run, channel: str, values: dict[str, str], *, no_browser: bool
) -> dict[str, str]:
    """The secrets, where the channel has a page to say yes on; else nothing."""
    from sharekit.app.sign_in import can_sign_in, sign_in

    if not can_sign_in(channel):
        return {}

    def tell(url: str) -> None:
        click.echo(f"Open this page and say yes:\n  {url}", err=True)

    def paste() -> str:
        return _ask("code", "", secret=True)

    return sign_in(run.app, channel, values, tell=tell, paste=paste if no_browser else None)


def _piped(channel: str, secrets: list[Want]) -> dict[str, str]:
    """The one secret, from standard input."""
    if len(secrets) > 1:
        names = ", ".join(want.name for want in secrets)
        raise UserError(f"{channel} has several secrets: {names}", hint="--set all but one.")
    return {want.name: sys.stdin.read().strip() for want in secrets}


def _answered(run: Run, channel: str, name: str, want: Want) -> dict[str, str]:
    """What the environment or the person says; nothing for a secret that nobody tells."""
    from sharekit.credentials import variable

    if want.secret and (given := os.environ.get(variable(channel, name, want.name))):
        return {want.name: given}
    if run.interactive:
        return {want.name: _ask(want.name, want.about, secret=want.secret)}
    if want.required and not want.secret:
        raise UserError(f"no {want.name} to read (no terminal)", hint=f"--set {want.name}=...")
    return {}


def _nothing_to_read(channel: str, name: str, want: Want) -> NoReturn:
    from sharekit.credentials import variable

    raise Unauthorized(
        f"no {want.name} to read (no terminal)",
        hint=f"Set {variable(channel, name, want.name)}, or pipe it: "
        f"... | sharekit accounts add {channel} --name {name} --token-stdin",
    )


def _ask(name: str, about: str, *, secret: bool) -> str:
    if about:
        click.echo(f"  {about}", err=True)
    answer: str = click.prompt(
        name, hide_input=secret, err=True, default="" if secret else None, show_default=False
    )
    return answer.strip()


@command("test", group=accounts)
@click.argument("name")
def test(run: Run, name: str) -> int:
    """Ask the account NAME who it is, by a harmless read, and print the limits found."""
    from sharekit.app import accounts as book

    found = []
    for account in run.app.config.named(name):
        who = book.probe(run.app, account)
        limits = (who.limits if who else None) or account.limits
        found.append({"account": account.name, "who": who, "limits": limits})
        says = f"signed in as {who.name}" if who else "cannot say who it is"
        run.out.note(f"{account.name}: {says}; limit {limits.length} {limits.unit}")
    run.out.answer(found)
    return 0


@command("remove", group=accounts)
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(run: Run, name: str, yes: bool) -> int:
    """Forget the stored secrets of the account NAME."""
    from sharekit.app import accounts as book

    left: list[str] = []
    for account in run.app.config.named(name):
        if not yes:
            if not run.interactive:
                raise UserError("nothing was removed", hint="Pass --yes.")
            click.confirm(f"Forget the secrets of {account.name}?", abort=True, err=True)
        left += book.remove(run.app, account)
        run.out.note(f"Forgot the secrets of {account.name}")
    run.out.answer(left, show=lambda: run.out.lines(left))
    return 0
