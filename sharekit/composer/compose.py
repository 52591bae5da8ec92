"""The composer: posts to card files, each drawn once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sharekit.composer import checks, content, memory, names, records
from sharekit.composer.cache import Cache
from sharekit.composer.canvas import Canvas, Unsuited
from sharekit.composer.colors import hexed
from sharekit.composer.draw import Drawn, Easel
from sharekit.composer.encode import MIMES, SUFFIXES, Kind
from sharekit.composer.fetch import Fetcher, folder_of, placed
from sharekit.composer.library import Library
from sharekit.composer.recipe import Kitchen, Recipe
from sharekit.composer.sizes import Size, named
from sharekit.composer.theme import COLOR_NAMES, Theme
from sharekit.errors import Problem, RenderError, SharekitError
from sharekit.model import Card, Post, Site

if TYPE_CHECKING:
    from sharekit.composer.marks import Mark
    from sharekit.composer.setting import Setter
    from sharekit.web import Session

__all__ = ["Composer", "Drawing", "Request"]

Result: TypeAlias = "Drawing | SharekitError"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A card, and whether it was *kept* as it was: nothing it is made of has changed."""

    card: Card
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Which card of a post is wanted. *type* `None`: JPEG with a picture, PNG without."""

    layout: str = "article"
    size: str = "og"
    type: Kind | None = None
    max_bytes: int | None = None


class Composer:
    """Draws the cards of one site in one theme.

    *layout_folders* hold the project's own layouts, *cache_dir* remembers what was drawn and
    keeps fetched pictures, *web* fetches them. *system_fonts* `False` leaves this computer's
    fonts out, so that a card is the same everywhere.
    """

    def __init__(
        self,
        site: Site | None = None,
        theme: Theme | None = None,
        layout_folders: Sequence[Path] = (),
        cache_dir: Path | None = None,
        web: Session | None = None,
        *,
        system_fonts: bool = True,
    ) -> None:
        self.site = site or Site()
        self.theme = theme or Theme()
        self.layout_folders = tuple(layout_folders)
        self.cache_dir = cache_dir
        self.web = web
        self.system_fonts = system_fonts
        self.library = Library(self.layout_folders)
        self._cache = Cache(cache_dir / "cards.sqlite" if cache_dir else None)
        self._fetcher = Fetcher(cache_dir / "pictures" if cache_dir else None, self._cache, web)

    def draw(
        self,
        post: Post,
        *,
        layout: str = "article",
        size: str = "og",
        type: Kind | None = None,  # noqa: A002  (the contract's name)
        out: Path,
        max_bytes: int | None = None,
    ) -> Drawing:
        """*post*'s card as a file in *out*, drawn only when something it is made of has changed.

        Raises `RenderError` when it cannot be drawn, `UserError` for an unknown layout or size.
        """
        request = Request(layout=layout, size=size, type=type, max_bytes=max_bytes)
        key = self._key(post, request, out)
        return self._kept(key, out) or self._drawn(post, request, out, key)

    def draw_all(
        self,
        post: Post,
        requests: Iterable[Request],
        out: Path,
        *,
        told: Callable[[int, int], object] | None = None,
    ) -> list[Result]:
        """*post*'s cards for *requests*, in their order; its picture is decoded once for all.

        A card that cannot be drawn leaves its error in its place. *told* hears how many of those
        that are not kept are done, of how many: before the first one, and after each.
        """
        wanted = [(request, self._key(post, request, out)) for request in requests]
        results: list[Result | None] = [self._kept(key, out) for _, key in wanted]
        left = [index for index, result in enumerate(results) if result is None]
        if len(left) > 1:
            self._foresee(post, [wanted[index][0] for index in left])
        for done, index in enumerate(left):
            if told:
                told(done, len(left))
            try:
                results[index] = self._drawn(post, wanted[index][0], out, wanted[index][1])
            except SharekitError as error:
                results[index] = error
        if left and told:
            told(len(left), len(left))
        return [result for result in results if result is not None]

    def kept(self, post: Post, request: Request, out: Path) -> Drawing | None:
        """The card in *out* when nothing that it is made of has changed since it was drawn.

        Reads no picture: a file's time and size speak for it.
        """
        return self._kept(self._key(post, request, out), out)

    def _kept(self, key: str, out: Path) -> Drawing | None:
        record = self._cache.get(key)
        card = records.standing(record, out) if record else None
        return Drawing(card=card, kept=True) if card else None

    def remembered(self, post: Post, request: Request, out: Path) -> Card | None:
        """The card last drawn into *out* of just this, wherever its file is by now."""
        record = self._cache.get(self._key(post, request, out))
        return records.remembered(record, out) if record else None

    def remember(self, post: Post, request: Request, out: Path, card: Card) -> None:
        """Take *card*, which another machine has drawn for *out*, as drawn here."""
        if not records.lost_picture(card.problems):
            self._cache.put((self._key(post, request, out), records.record_of(card)))

    def outlook(self, post: Post, request: Request, out: Path) -> tuple[Path, tuple[Problem, ...]]:
        """Where the card belongs, and what is known to be wrong with it. Draws nothing.

        The file's name changes with all that it is made of, so a card that is not there is
        missing or stale.
        """
        recipe = self._recipe(post, request)
        record = self._cache.get(f"{recipe.digest} {out}")
        problems = records.remembered(record, out).problems if record else recipe.problems
        return out / self._name(recipe, request), problems

    # -- layouts ----------------------------------------------------------------------------

    def layouts(self) -> list[Any]:
        """What layouts there are: `name`, `origin` and `about` of each."""
        from sharekit.composer import describe

        return describe.entries(self.library)

    def layout(self, name: str) -> Any:
        """The layout *name*, checked in every size; `describe(size)` lists its boxes."""
        from sharekit.composer import describe

        return describe.Described(self.library.check(name), self.library)

    def grid(self, name: str, size: str, path: Path, post: Post | None = None) -> Path:
        """Draw *name* with its boxes and their names over it into the PNG *path*."""
        from sharekit.composer import describe

        return describe.draw_grid(self, name, named(size), path, post)

    def picture(self, post: Post, out: Path, *, side: int = 1400) -> Path | None:
        """*post*'s picture, whole and uncut, as a JPEG in *out*; `None` when it has none.

        Its longer side is *side* px at most. Raises `RenderError` when it cannot be read.
        """
        asset = content.picture_of(post)
        if asset is None or asset.src is None:
            return None
        from sharekit.composer import encode

        with placed(post):
            source = self._fetcher.locate(asset.src, post)
            stamp = f"{source} {names.stamp_of(source)}"
            path = out / f"{names.digest_of_bytes(stamp.encode())}.jpg"
            if not path.is_file():
                image = self._kitchen.pictures.open(source, asset.src).thumbnail(side)
                encode.write(image.convert("RGB"), path, "jpeg")
        return path

    def covered(self, post: Post, layout: str, size: str) -> tuple[str, ...]:
        """The masters in whose shape a network shows this card and prints over something in it.

        Nothing is painted. Raises `RenderError` when the card cannot be drawn.
        """
        master = named(size)
        if not master.shown_as:
            return ()
        with placed(post):
            canvas = self._easel.canvas(self._kitchen.recipe(post, layout, master, ""))
        return tuple(
            name
            for name in master.shown_as
            if any(checks.under(canvas, master.covered_as(named(name))))
        )

    def canvas(self, post: Post, layout: str, size: Size) -> Canvas:
        """*post*'s card painted but not saved, with every layer's place."""
        from sharekit.composer.paint import paint

        recipe = self._kitchen.recipe(post, layout, size, "")
        canvas = self._easel.canvas(recipe)
        paint(canvas)
        return canvas

    def new_layout(self, name: str, *, extends: str, folder: Path) -> Path:
        """Start *folder*/*name*.yaml, which changes a few layers of *extends*."""
        from sharekit.composer import describe

        return describe.new(self.library, name, extends, folder)

    def eject(self, name: str, *, folder: Path) -> Path:
        """Copy the layout *name* whole into *folder*, to be changed freely."""
        from sharekit.composer import describe

        return describe.eject(self.library, name, folder)

    # -- the parts, each made when something is really drawn -------------------------------

    @cached_property
    def mark(self) -> Mark | None:
        """The site's logo. Raises `UserError` when its file is missing or broken."""
        path = self.theme.logo or self.site.logo
        if path is None:
            return None
        from sharekit.composer import marks

        return marks.load(path)

    @cached_property
    def setter(self) -> Setter:
        """What sets the texts."""
        from sharekit.composer.setting import Setter
        from sharekit.typeset import Fonts

        return Setter(self.theme, Fonts(system=self.system_fonts, cache=self.cache_dir))

    @cached_property
    def _easel(self) -> Easel:
        memory.keep()
        return Easel(self.setter, self.mark, self._kitchen.pictures)

    @cached_property
    def _kitchen(self) -> Kitchen:
        tokens = self.theme.tokens
        look = {
            **{name: hexed(color) for name in COLOR_NAMES if (color := tokens.color(name))},
            "radius": tokens.radius,
            "address": tokens.address,
            "logo": str(self.theme.logo or self.site.logo or ""),
        }
        return Kitchen(self.site, self.library, self._fetcher, look, self.look)

    @cached_property
    def look(self) -> str:
        """A digest of what all cards share: renderer, theme, fonts, logo."""
        from sharekit.composer.setting import fonts_digest

        logo = self.theme.logo or self.site.logo
        parts = (
            names.RENDERER,
            repr(self.theme.tokens),
            self.theme.logo_tint,
            names.digest_of_file(logo) if logo else "",
            fonts_digest(self.theme),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    @cached_property
    def stamp(self) -> str:
        """A digest of all that a card is made of besides its post: look, layouts, site."""
        seen = (self.look, self.library.stamps, self.site)
        return hashlib.blake2b(repr(seen).encode(), digest_size=20).hexdigest()

    # -- one card ---------------------------------------------------------------------------

    def _key(self, post: Post, request: Request, out: Path) -> str:
        """The key of a card by its inputs, none of which is opened."""
        asset = content.picture_of(post)
        stamp: object = None
        if asset and asset.src and "://" not in asset.src:
            stamp = names.stamp_of(folder_of(post) / asset.src)
        seen = (self.stamp, post, stamp, request, str(out))
        return hashlib.blake2b(repr(seen).encode(), digest_size=20).hexdigest()

    def _recipe(self, post: Post, request: Request) -> Recipe:
        how = f"{request.type} {request.max_bytes}"
        return self._kitchen.recipe(post, request.layout, named(request.size), how)

    def _foresee(self, post: Post, requests: Sequence[Request]) -> None:
        """Tell each picture how large it will be needed, so that it is decoded once."""
        for request in requests:
            try:
                for picture, scale in self._easel.scales(self._recipe(post, request)):
                    picture.want(scale)
            except SharekitError:
                # Whoever draws this card will be told.
                continue

    def _drawn(self, post: Post, request: Request, out: Path, key: str) -> Drawing:
        with placed(post):
            return self._draw(post, request, out, key)

    def _draw(self, post: Post, request: Request, out: Path, key: str) -> Drawing:
        recipe = self._recipe(post, request)
        content_key = f"{recipe.digest} {out}"
        record = self._cache.get(content_key)
        card = records.standing(record, out) if record else None
        kept = card is not None
        card = card or self._write(recipe, request, out)
        entry = records.record_of(card)
        # A picture that could not be had may be there the next time: only the key of what was
        # drawn is kept then, not that of the post, so that the picture is looked for again.
        lasting = [] if records.lost_picture(card.problems) else [(key, entry)]
        self._cache.put((content_key, entry), *lasting)
        return Drawing(card=card, kept=kept)

    def _write(self, recipe: Recipe, request: Request, out: Path) -> Card:
        from sharekit.composer import encode

        drawn = self._paint(recipe, request)
        kind = _kind(recipe, request)
        path = out / self._name(recipe, request)
        try:
            written = encode.write(drawn.image, path, kind, request.max_bytes)
        except OSError as error:
            reason = error.strerror or str(error)
            raise RenderError(
                f"the card {path} cannot be written: {reason}",
                code="card-unwritable",
                hint="Check the folder and the space on the disk.",
            ) from error
        where = recipe.post.source or recipe.who
        return Card(
            path=path,
            mime=MIMES[kind],
            width=drawn.image.width,
            height=drawn.image.height,
            bytes=written.bytes,
            alt=drawn.alt,
            digest=recipe.digest,
            layout=drawn.layout,
            size=recipe.size.name,
            problems=(*drawn.problems, *checks.file_problems(written, request.max_bytes, where)),
        )

    def _paint(self, recipe: Recipe, request: Request) -> Drawn:
        """The card in memory, in another layout where this one does not work out."""
        how = f"{request.type} {request.max_bytes}"
        try:
            return self._easel.draw(recipe)
        except Unsuited as outcome:
            if outcome.layout is None:
                raise RenderError(
                    f"{recipe.who}: its picture leaves no legible place for the text",
                    code="contrast-low",
                    hint="Choose another layout, such as framed or split.",
                ) from outcome
            return self._easel.draw(self._kitchen.other_layout(recipe, outcome.layout))
        except RenderError as error:
            if not error.problems[0].code.startswith("picture-"):
                raise
            other = self._kitchen.without_picture(recipe, error, request.layout, how)
            return self._easel.draw(other)

    def _name(self, recipe: Recipe, request: Request) -> str:
        title = recipe.post.title or recipe.post.id
        return names.card_name(title, recipe.digest, SUFFIXES[_kind(recipe, request)])


def _kind(recipe: Recipe, request: Request) -> Kind:
    """What a card is saved as: as asked, as its layout says, else by whether it has a picture."""
    usual: Kind = "jpeg" if recipe.pictures else "png"
    return request.type or recipe.layout.head.type or usual
