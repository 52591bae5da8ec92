"""`sharekit preview`: the local page on which posts are seen, fixed and approved."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sharekit.cli.options import Run, command
from sharekit.errors import UserError

__all__ = ["preview"]


@command("preview")
@click.argument("post", nargs=-1)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="NAME",
              help="Where to listen; others than this computer need a password.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65535), metavar="N",
              help="On this port; 0: any.  [default: 7320, or the next free one]")  # fmt: skip
@click.option("--open/--no-open", "open_", default=None, help="Open the browser or not.")
@click.option("--read-only", is_flag=True, help="Look, change nothing.")
@click.option("--export", type=click.Path(file_okay=False), metavar="DIR",
              help="Write the page as a folder for somebody to sign off, and stop.")  # fmt: skip
def preview(
    run: Run,
    post: tuple[str, ...],
    host: str,
    port: int | None,
    open_: bool | None,
    read_only: bool,
    export: str | None,
) -> int:
    """Open a page that shows posts on every channel as they will look.

    It is for this computer alone: the printed link works once and then stays in the browser.
    Ctrl-C stops it. To let others in, set SHAREKIT_PREVIEW_PASSWORD and name a --host.
    """
    if export:
        try:
            from sharekit.preview import signoff
            from sharekit.preview.desk import Desk
        except ImportError as error:
            raise UserError(
                f"the preview page needs {error.name}", hint="pip install 'sharekit[preview]'"
            ) from error

        written = signoff.export(Desk(run.app, wanted=post, read_only=True), Path(export))
        run.out.answer([str(path) for path in written], show=lambda: run.out.line(str(written[0])))
        return 0
    from sharekit.preview.server import Address, serve

    def opened(link: str) -> None:
        import webbrowser

        webbrowser.open(link)

    wants = open_ if open_ is not None else sys.stdout.isatty() and run.interactive
    serve(
        run.app,
        Address(host=host, port=port),
        wanted=post,
        read_only=read_only,
        tell=lambda link: _tell(run, link),
        opens=opened if wants else None,
    )
    run.out.note("Stopped.")
    return 0


def _tell(run: Run, link: str) -> None:
    """The link is data: it goes to stdout at once, for scripts that wait for it."""
    click.echo(link)
    sys.stdout.flush()
    run.out.note("The link works once. Ctrl-C stops.")
