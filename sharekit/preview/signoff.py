"""The page to sign off: one article as a folder that anybody can open, without script or server.

Its version is a hash of everything that would go out; whoever approves answers with it.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from importlib.resources import files as resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit import files
from sharekit.app import editing
from sharekit.composer.content import picture_of
from sharekit.model import Card, digest_of
from sharekit.preview import networks, states
from sharekit.preview.pages.article import counted, drawn, elsewhere, grouped
from sharekit.preview.words import w

if TYPE_CHECKING:
    import jinja2

    from sharekit.preview.desk import Desk, Item

__all__ = ["export", "page", "zipped"]

STYLES = ("tokens.css", "frame.css", "article.css", "networks-drawn.css")


def page(
    desk: Desk,
    item: Item,
    templates: jinja2.Environment,
    *,
    static: str,
    url_of: Callable[[Card], str] | None = None,
) -> str:
    """The page of *item* as HTML. *static* is where its style sheets are."""
    url_of = url_of or desk.url_of
    panels = [panel for panel in editing.panels(desk.app, item.post) if not panel.off]
    channels = [
        {
            "name": desk.label(panel.account),
            "account": panel.account.name,
            "count": counted(panel.measured),
            "attach": panel.measured.message.attach,
            "drawing": drawn(desk, item.post, panel, url_of),
        }
        for panel in panels
    ]
    # Without an address there is no page that a network could find the card on.
    card = editing.shared_card(desk.app, item.post) if item.post.url else None
    picture = picture_of(item.post)
    due = _due(desk, item)
    return templates.get_template("signoff.html").render(
        site=desk.app.config.site,
        clock=desk.clock,
        title=item.post.title or w("articles.untitled"),
        groups=grouped(channels, lambda channel: channel["drawing"]),
        channels=channels,
        elsewhere=elsewhere(desk, item.post, {p.voice for p in panels}, card, url_of),
        picture=picture,
        due=due,
        version=_version(panels, due),
        static=static,
        zip_href=f"/articles/{item.key}/sign-off.zip" if static.startswith("/") else None,
    )


def _due(desk: Desk, item: Item) -> Any:
    """When the first of the article's posts goes out, if that is planned."""
    times = [
        entry.due
        for entry in desk.app.queue.entries(post=item.post.id)
        if entry.due and states.kind_of(entry) in ("plan", "wait", "held")
    ]
    return min(times, default=None)


def _version(panels: list[editing.Panel], due: Any) -> str:
    """`7f3a-21c9`: what would go out, where and when."""
    said = [
        (
            panel.account.name,
            panel.measured.message.key,
            panel.measured.message.card.digest if panel.measured.message.card else None,
        )
        for panel in panels
    ]
    digest = digest_of([said, due], 8)
    return f"{digest[:4]}-{digest[4:]}"


# -- as files -----------------------------------------------------------------------------


def _parts(desk: Desk, item: Item, templates: jinja2.Environment) -> Iterator[tuple[str, Any]]:
    """The files of *item*'s page: names, and text or the path of a file."""
    cards: dict[str, Path] = {}

    def url_of(card: Card) -> str:
        name = f"{card.digest[:16]}{card.path.suffix}"
        cards[name] = card.path
        return f"cards/{name}"

    html = page(desk, item, templates, static="style", url_of=url_of)
    yield f"{item.key}.html", html
    yield from ((f"cards/{name}", path) for name, path in cards.items())


def _styles() -> Iterator[tuple[str, str]]:
    static = resources("sharekit.preview").joinpath("static")
    yield from ((f"style/{name}", static.joinpath(name).read_text("utf-8")) for name in STYLES)
    yield "style/networks.css", networks.stylesheet()


def zipped(desk: Desk, item: Item, templates: jinja2.Environment) -> bytes:
    """The page of *item* with all it needs, as a ZIP with one folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*_parts(desk, item, templates), *_styles()):
            where = f"{item.key}/{name}"
            if isinstance(content, Path):
                archive.write(content, where)
            else:
                archive.writestr(where, content)
    return out.getvalue()


def export(desk: Desk, folder: Path) -> list[Path]:
    """Write the pages of all articles into *folder*; the first file returned is its front page."""
    from sharekit.preview.site import templates as made

    templates = made()
    written = [folder / "index.html"]
    rows = []
    for item in desk.items():
        for name, content in _parts(desk, item, templates):
            if isinstance(content, Path):
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(content, target)
            else:
                target = files.write(folder / name, content)
            written.append(target)
        card = editing.shared_card(desk.app, item.post)
        thumb = None
        if card:
            thumb = f"cards/{card.digest[:16]}{card.path.suffix}"
            if not (folder / thumb).exists():
                (folder / "cards").mkdir(parents=True, exist_ok=True)
                shutil.copyfile(card.path, folder / thumb)
        rows.append({"item": item, "thumb": thumb})
    written += [files.write(folder / name, text) for name, text in _styles()]
    front = templates.get_template("signoff-index.html").render(
        site=desk.app.config.site, clock=desk.clock, rows=rows, static="style"
    )
    files.write(written[0], front)
    return written
