"""`diff`: the cards of posts before and after a change of layouts, theme or config."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit.composer import diff
from sharekit.errors import Problem
from sharekit.model import Post

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.app.cards import Rendered

__all__ = ["Comparison", "Pair", "compare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One card before and after. *post*, *size* and *layout* are unknown of a card that is gone."""

    change: diff.Change
    what: str
    post: str | None = None
    size: str | None = None
    layout: str | None = None

    def as_data(self) -> dict[str, Any]:
        """As `diff --json` shows it; *share* is how much of the picture differs, 0 to 1."""
        before, after = self.change.before, self.change.after
        return {
            "post": self.post,
            "size": self.size,
            "layout": self.layout,
            "before": before.name if before else None,
            "after": after.name if after else None,
            "share": round(self.change.share, 6),
            "status": self.what,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All pairs, those that changed most first, and why some cards could not be drawn."""

    pairs: tuple[Pair, ...]
    problems: tuple[Problem, ...]

    @property
    def changed(self) -> list[Pair]:
        """The pairs that are not the same."""
        return [pair for pair in self.pairs if pair.what != "same"]

    def write_html(self, path: Path, title: str) -> Path:
        """One page with every change, complete in itself."""
        return diff.write_html([pair.change for pair in self.changed], path, title=title)


@contextmanager
def compare(
    app: App,
    found: Sequence[Post],
    against: str,
    *,
    threshold: float = 0.001,
    whole: bool = True,
    **options: Any,
) -> Iterator[Comparison]:
    """The cards of *found* as *against* has them, and as they are drawn now.

    *against* is a folder of cards, else a git ref: then config and layouts of that commit draw
    the same posts. A share of the pixels up to *threshold* is no change. *whole* says that
    *found* are all posts, so that other cards of the folder are gone. *options* are those of
    `cards.render`. The pictures last as long as the context.

    Raises `UserError` when *against* is neither, or its config does not load.
    """
    with tempfile.TemporaryDirectory(prefix="sharekit-diff-") as place:
        folder = Path(place)
        earlier = Path(against) if Path(against).is_absolute() else app.config.folder / against
        if earlier.is_dir():
            before: list[Rendered] = []
            after = _rows(app, found, folder / "after", options)
            pairs = _by_folder(earlier, after, whole=whole)
        else:
            from sharekit.app import past

            then = past.app_at(app, against, folder / "past")
            before = _rows(then, found, folder / "before", options)
            after = _rows(app, found, folder / "after", options)
            pairs = _by_row(before, after)
        measured = [_measured(pair, threshold) for pair in pairs]
        yield Comparison(
            pairs=tuple(sorted(measured, key=lambda pair: -pair.change.share)),
            problems=(*_failures(before, "before: "), *_failures(after, "")),
        )


def _rows(
    app: App, found: Sequence[Post], folder: Path, options: Mapping[str, Any]
) -> list[Rendered]:
    _, rows = app.render(found, out=folder, **options)
    return list(rows)


def _failures(rows: Sequence[Rendered], when: str) -> Iterator[Problem]:
    """Why cards were not drawn, each once; what is wrong with drawn ones, `render` says."""
    failed = (problem for row in rows if row.status == "failed" for problem in row.problems)
    yield from dict.fromkeys(
        replace(problem, message=f"{when}{problem.message}") for problem in failed
    )


def _pair(row: Rendered, before: Path | None, after: Path | None) -> Pair:
    name = " ".join(filter(None, (row.post, row.size, row.layout)))
    change = diff.Change(name=name, before=before, after=after, share=0.0)
    layout = row.card.layout if row.card else row.layout
    return Pair(change=change, what="same", post=row.post, size=row.size, layout=layout)


def _path(row: Rendered | None) -> Path | None:
    return Path(row.path) if row and row.path and row.status != "failed" else None


def _by_row(before: Sequence[Rendered], after: Sequence[Rendered]) -> list[Pair]:
    """Cards for the same post, account and size; those that several accounts share once."""
    old = {(row.post, row.channel, row.size): row for row in before}
    new = {(row.post, row.channel, row.size): row for row in after}
    pairs: dict[tuple[Path | None, Path | None], Pair] = {}
    for key in {**new, **old}:
        paths = (_path(old.get(key)), _path(new.get(key)))
        if any(paths) and paths not in pairs:
            pairs[paths] = _pair(new.get(key) or old[key], *paths)
    return list(pairs.values())


def _by_folder(folder: Path, after: Sequence[Rendered], *, whole: bool) -> list[Pair]:
    """Cards of *folder* with the same title and size as one of *after*."""
    old = diff.Folder(folder)
    rows = {path: row for row in after if (path := _path(row))}
    pairs = [_pair(row, old.take(path), path) for path, row in rows.items()]
    if whole:
        pairs += [
            Pair(
                change=diff.Change(name=path.stem, before=path, after=None, share=1.0),
                what="removed",
            )
            for path in old.left()
        ]
    return pairs


def _measured(pair: Pair, threshold: float) -> Pair:
    change = pair.change
    share = diff.compare(change.before, change.after)
    counted = replace(change, share=share if share > threshold else 0.0)
    return replace(pair, change=counted, what=counted.what)
