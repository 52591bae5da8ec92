"""The straight line, wired once. The command line and the preview page call only `App`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit.config import Config, Source, default, find, kept, load
from sharekit.errors import ConfigError, UserError
from sharekit.model import Card, Count, Delivery, Message, Post

if TYPE_CHECKING:
    import threading

    from sharekit.app.cards import Rendered
    from sharekit.app.manifest import Manifest
    from sharekit.app.posts import Reading
    from sharekit.app.show import Shown
    from sharekit.composer import Composer
    from sharekit.config.accounts import Account
    from sharekit.queue import Queue
    from sharekit.web import Session

__all__ = ["App"]


class App:
    """One config, and everything that can be done with it."""

    def __init__(self, config: Config, *, offline: bool = False) -> None:
        self.config = config
        self.offline = offline or config.offline

    @classmethod
    def open(cls, folder: Path, path: Path | None = None, *, offline: bool = False) -> App:
        """The app for *path*, or for the config that is found from *folder* up, or for none.

        Raises `ConfigError` with every problem of the config.
        """
        if path is not None:
            path = path if path.is_absolute() else folder / path
            if not path.is_file():
                raise ConfigError("does not exist", where=str(path), hint="sharekit init")
            return cls(_checked(path), offline=offline)
        found = find(folder)
        return cls(_checked(found) if found else default(folder.resolve()), offline=offline)

    # -- the parts, each made when it is first needed ---------------------------------------

    @cached_property
    def web(self) -> Session:
        """The one door to the network."""
        from sharekit.web import Session

        return Session(
            allow=self.config.allow,
            offline=self.offline,
            cache=self.config.state / "http",
            contact=self.config.site.url or None,
        )

    @cached_property
    def composer(self) -> Composer:
        """What draws the cards."""
        from sharekit.composer import Composer

        return Composer(
            site=self.config.site,
            theme=self.config.theme,
            layout_folders=(self.config.layouts,),
            cache_dir=self.config.state / "cache",
            web=self.web,
        )

    @cached_property
    def queue(self) -> Queue:
        """The table of deliveries."""
        from sharekit.config.accounts import unset_variable
        from sharekit.queue import Queue

        if name := unset_variable(self.config.database):
            raise UserError(
                f"the queue's database is not known: {name} is not set in the environment",
                hint=f"Set {name}, or write queue.database into the config.",
                code="queue-database",
            )
        return Queue(self.config.database, self.config.state)

    # -- posts ------------------------------------------------------------------------------

    def posts(
        self,
        sources: Sequence[str] = (),
        *,
        reader: str | None = None,
        supplement: Path | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Reading:
        """The posts of *sources* (paths, addresses or names from the config; none: all of them).

        What cannot be read is reported in the reading's problems; the rest is read.
        """
        from sharekit.app import overrides, posts

        if not sources and (reader or supplement or settings):
            raise UserError(
                "--reader, --supplement and --set are for a SOURCE, and none is named",
                hint="Name it, or put them into the config.",
            )
        named = [
            self._source(where, reader=reader, supplement=supplement, settings=settings or {})
            for where in sources
        ]
        chosen = named or list(self.config.sources.values())
        if not chosen:
            raise UserError(
                self._no_config() or "there is no source to read",
                hint="Name a path or an address, or put `sources` into the config (sharekit init).",
                code="source-absent",
            )
        reading = posts.read_all(chosen, self.config.site, self.web)
        edited = overrides.apply(reading.posts, self.config)
        return posts.Reading(edited, reading.problems, reading.readers)

    def _no_config(self) -> str | None:
        """Why the config that a person may think of does not count."""
        from sharekit.config import overlooked

        why = None if self.config.path else overlooked(self.config.folder)
        return f"{why}, so there is no source to read" if why else None

    def select(self, wanted: Sequence[str], **reading: Any) -> Reading:
        """The posts that *wanted* names: sources, files, addresses, short names or ids."""
        from sharekit.app import selection

        return selection.select(self, wanted, **reading)

    def _source(
        self,
        where: str,
        *,
        reader: str | None,
        supplement: Path | None,
        settings: Mapping[str, Any],
    ) -> Source:
        from sharekit.app import posts

        if where in self.config.sources and not (reader or supplement or settings):
            return self.config.sources[where]
        return posts.ad_hoc(where, reader=reader, supplement=supplement, settings=settings)

    # -- cards and words --------------------------------------------------------------------

    def render(self, found: Sequence[Post], **options: Any) -> tuple[int, Iterator[Rendered]]:
        """Draw the cards of *found*: how many rows, and the rows. See `cards.render`."""
        from sharekit.app import cards

        return cards.render(self, found, **options)

    def manifest(
        self, wanted: Sequence[str], reading: Mapping[str, Any], options: Mapping[str, Any]
    ) -> Manifest | None:
        """What `render` with these sources and options last saw of them. See `manifest.of`."""
        from sharekit.app import manifest

        return manifest.of(self, wanted, reading, options)

    def render_together(
        self, found: Sequence[Post], **options: Any
    ) -> tuple[int, Iterator[Rendered]]:
        """As `render`, shared with every worker of the queue's database. See `chunks.render`."""
        from sharekit.app import chunks

        return chunks.render(self, found, **options)

    def card(self, post: Post, account: Account, *, layout: str | None = None) -> Card:
        """The card of *post* for *account*, drawn or kept."""
        from sharekit.app import cards

        return cards.card(self, post, account, layout=layout)

    def message(self, post: Post, account: Account, *, strict: bool = False, draw: bool = True,
                layout: str | None = None, card: Card | None = None) -> Message:  # fmt: skip
        """The very message that *account* would be given for *post*.

        With *strict*, what must not go out (an unknown token, a missing title) is a `UserError`.
        *card* is one that is drawn already.
        """
        from sharekit.app import messages

        return messages.made(
            self, post, account, strict=strict, draw=draw, layout=layout, card=card
        )

    def show(self, wanted: str, channels: Sequence[str] = (), **options: Any) -> list[Shown]:
        """What each account (or bare channel) in *channels* would be given for one post."""
        from sharekit.app import show

        return show.show(self, wanted, channels, **options)

    def count(self, text: str, channel: str) -> Count:
        """How long *text* is on *channel*, an account's name or a channel's."""
        from sharekit.app import messages
        from sharekit.text import count

        return count.count(text, messages.account_for(self.config, channel).limits)

    # -- the queue --------------------------------------------------------------------------

    def accounts(self, names: Iterable[str] = ()) -> list[Account]:
        """The accounts that *names* stand for, each once; all of them for no names."""
        wanted = list(names)
        if not wanted:
            return list(self.config.accounts.values())
        found = {a.name: a for name in wanted for a in self.config.named(name)}
        return list(found.values())

    def schedule(self, found: Sequence[Post], names: Sequence[str], **options: Any) -> Any:
        """Queue *found* for the accounts *names*; see `scheduling.schedule` for the options."""
        from sharekit.app import scheduling

        return scheduling.schedule(self, found, names, **options)

    def publish_due(
        self,
        *,
        only: Sequence[str] = (),
        limit: int | None = None,
        stop: threading.Event | None = None,
    ) -> list[Delivery]:
        """Send what is due, once, until *stop* is set. Returns the deliveries that were touched."""
        from sharekit.app import delivery

        return delivery.publish_due(self, only=only, limit=limit, stop=stop)

    def work(self, *, tell: Callable[[str], None], follow_every: float | None = None) -> bool:
        """Send what is due until a signal comes; see `delivery.work`."""
        from sharekit.app import delivery

        return delivery.work(self, say=tell, follow_every=follow_every)

    def follow(self, names: Sequence[str] = (), **options: Any) -> Any:
        """Queue what is new in the sources; see `following.follow`."""
        from sharekit.app import following

        return following.follow(self, names, **options)

    def evergreen(self, names: Sequence[str] = (), **options: Any) -> Any:
        """Fill the slots of the config's rotations; see `evergreens.fill`."""
        from sharekit.app import evergreens

        return evergreens.fill(self, names, **options)

    # -- looking at itself, and at its files ------------------------------------------------

    def describe(self) -> dict[str, Any]:
        """The config's values as plain data, secrets masked."""
        from sharekit.app import description

        return description.describe(self.config)

    def watch(self, tell: Callable[[UserError], None] | None = None) -> Iterator[App]:
        """A new app each time a file changes that posts, cards or texts are made of.

        A config that does not load is told to *tell*, and its next change waited for.
        """
        from sharekit.app import watching

        app = self
        while True:
            for _ in watching.changes(app):
                try:
                    app = App(load(app.config.path) if app.config.path else app.config,
                              offline=app.offline)  # fmt: skip
                except UserError as error:
                    if tell is None:
                        raise
                    tell(error)
                else:
                    yield app
                # Watched anew: an editor may have put another file in a file's place.
                break


def _checked(path: Path) -> Config:
    """The config in *path*, which is checked whole unless it was found right as it stands."""
    if config := kept.recall(path):
        return config
    config = load(path)
    kept.remember(config)
    return config
