"""`sharekit init` and `sharekit doctor`: the first run, and what works here."""

from __future__ import annotations

from pathlib import Path

import click

from sharekit.app import scaffold
from sharekit.cli.options import Run, command
from sharekit.cli.output import several
from sharekit.errors import SharekitError

__all__ = ["doctor", "init"]

SAMPLES = 3


@command("init")
@click.argument("path", required=False, type=click.Path(file_okay=False))
@click.option("--from", "kind", type=click.Choice(scaffold.KINDS), default="auto",
              show_default=True, help="What the site is made with.")  # fmt: skip
@click.option("--url", metavar="URL", help="The site's (or feed's) address.")
@click.option("--layout", metavar="NAME", help="The layout of the cards.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Replace a config that is there.")
@click.option("--dry-run", is_flag=True, help="Print what would be written, write nothing.")
def init(
    run: Run,
    path: str | None,
    kind: str,
    url: str | None,
    layout: str | None,
    yes: bool,
    force: bool,
    dry_run: bool,
) -> int:
    """Write a config.yaml for the site in PATH (default: here), and draw a few sample cards."""
    folder = run.folder / (path or ".")
    if not folder.is_dir() and not dry_run:
        folder.mkdir(parents=True)
    planned = scaffold.plan(folder, kind=kind, url=url, layout=layout, force=force)
    run.out.note(_found(planned.found))
    if dry_run:
        run.out.answer(
            {str(p): text for p, text in planned.files.items()},
            show=lambda: run.out.line(planned.files[planned.path]),
        )
        return 0
    if run.interactive and not yes:
        click.confirm(f"Write {planned.path}?", default=True, abort=True, err=True)
    scaffold.write(planned)
    run.out.note(f"Wrote {planned.path}")
    local = planned.found.there and planned.found.kind not in scaffold.REMOTE
    cards, steps = _samples(run, planned.path) if local else ([], [])
    run.out.answer(
        {"config": str(planned.path), "cards": cards},
        show=lambda: run.out.lines(cards),
    )
    if not planned.found.there:
        steps = [f"put your posts into {planned.found.posts}, or change `path:` in {planned.path}"]
    elif not local:
        run.out.note("No sample cards: init opens no connection; sharekit render does")
    for step in (*steps, "sharekit posts, sharekit render, sharekit preview"):
        run.out.note(f"Next: {step}")
    return 0


def _found(found: scaffold.Found) -> str:
    """What `init` goes by, for a person."""
    if not found.there:
        return f"Found no posts here; the config reads {found.posts}, once it is there"
    if found.evidence in ("--from", "nothing known"):
        return f"Will read {found.url or found.posts} as {found.kind}"
    return f"Found {found.kind} ({found.evidence}), posts in {found.posts}"


def _samples(run: Run, config: Path) -> tuple[list[str], list[str]]:
    """The cards of a few posts, so that the first run ends with something to look at.

    And what the person has to do before such posts can go out.
    """
    from sharekit.app import App, scaffold

    app = App.open(config.parent, config.resolve(), offline=True)
    try:
        reading = app.posts()
        _, rows = app.render(reading.posts[:SAMPLES], out=app.config.state / "cards", sizes=("og",))
        drawn = list(rows)
    except SharekitError as error:
        run.out.note(f"No sample cards yet: {error.problems[0].message}")
        return [], []
    cards = [str(row.path) for row in drawn if row.path]
    if cards:
        run.out.note(f"Drew {several(len(cards), 'sample card')}")
    else:
        why = [*(p for row in drawn for p in row.problems), *reading.problems]
        run.out.note(f"No sample cards yet: {why[0] if why else 'there is no post'}")
    return cards, scaffold.steps(reading.posts, app.config)


@command("doctor")
@click.option("--online", is_flag=True, help="Also ask the accounts who they are.")
def doctor(run: Run, online: bool) -> int:
    """Say what works here, what is missing, and what to do about it."""
    from sharekit.app import doctor as examination

    findings = examination.examine(run.folder, run.config, online=online)
    colours = {"ok": "green", "warning": "yellow", "error": "red"}

    def show() -> None:
        for finding in findings:
            mark = click.style(f"{finding.state:8}", fg=colours[finding.state])
            run.out.line(f"{mark} {finding.what}: {finding.says}")
            if finding.hint:
                run.out.line(f"         {finding.hint}")

    run.out.answer(findings, show=show, ok=all(f.state != "error" for f in findings))
    return 1 if any(f.state == "error" for f in findings) else 0
