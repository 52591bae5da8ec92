"""Posts as files: Markdown, reStructuredText or HTML with front matter, one file or a folder.

Hugo, Jekyll, Zola, Eleventy, Astro, Docusaurus, MkDocs, Pelican and Nikola are known by their
config, which says what the posts do not: address, zone, language, defaults. Without one, the
front matter counts alone. Each post's file, what is wrong in it and where, is named in reports;
the rest of the folder is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.errors import Problem, ReadError
from sharekit.model import Post
from sharekit.ports import ReaderSettings
from sharekit.readers import _fences, _input
from sharekit.text.slug import slugify

if TYPE_CHECKING:
    from sharekit.readers._frontmatter_post import Maker
    from sharekit.readers._sites import Site
    from sharekit.web import Session

__all__ = ["FrontMatter"]

MAX_BYTES = 2_000_000
_MAX_POSTS = 50_000
# Of a folder without a known site, these are about the folder and no posts.
_NO_POSTS = frozenset(("readme", "changelog", "contributing", "license", "code_of_conduct"))
_ROOTS = frozenset((".git", "sharekit.yaml", "package.json", "pyproject.toml"))


class FrontMatter(ReaderSettings):
    """A file or a folder of posts with front matter."""

    permalink: str | None = None
    """A post's address, for sites whose own config does not tell: `/blog/:year/:slug/`."""
    social_text: str | None = None
    """The field with the words for social networks, if it is none of the usual names."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield the posts in the order of their files' names, drafts among them (`draft`).

        A file that cannot be read is reported. Raises `ReadError` when a single file cannot be
        read, or when there is no post in the folder.
        """
        from sharekit.readers import _sites
        from sharekit.readers._frontmatter_post import Maker

        source = Path(self.source)
        if self.source == _input.STDIN or not source.is_dir():
            site = _sites.find(source) if self.source != _input.STDIN else _sites.Site()
            found = _input.load(self.source, web, max_bytes=MAX_BYTES)
            maker = Maker(self, site, _boundary(source, site), web)
            fenced = _fenced(found.data, found.name)
            post = maker.post(source, fenced)
            if post is None:
                raise ReadError("is a page of the site and no post", where=self.source)
            yield post
            return
        site = _sites.find(source)
        maker = Maker(self, site, _boundary(source, site), web)
        posts = list(self._folder(source, site, maker, web))
        if not posts and not web.problems:
            raise ReadError(
                "there is no post in this folder",
                where=self.source,
                code="folder-empty",
                hint="Posts are Markdown, reStructuredText or HTML files with front matter.",
            )
        yield from _with_ids(posts)

    def _folder(self, source: Path, site: Site, maker: Maker, web: Session) -> Iterator[Post]:
        from sharekit.readers._sites.base import walk

        is_root = site.root is not None and source.resolve() == site.root.resolve()
        folders = [path for path in site.content() if path.is_dir()] if is_root else []
        count = 0
        for folder in folders or [source]:
            for file in walk(folder, site):
                try:
                    data = _input.file_bytes(file, max_bytes=MAX_BYTES)
                    if not data.strip():
                        if not _is_about_folder(file, site):
                            web.report(_left_out(file))
                        continue
                    fenced = _fenced(data, str(file))
                    if not _is_post(file, fenced, site):
                        continue
                    post = maker.post(file, fenced)
                except ReadError as error:
                    web.report(error)
                    continue
                if post is None:
                    continue
                yield post
                count += 1
                if count == _MAX_POSTS:
                    message = f"there are more than {_MAX_POSTS:,} posts; the rest is left out"
                    web.report(ReadError(message, where=self.source, code="too-many"))
                    return


def _fenced(data: bytes, name: str) -> _fences.Fenced:
    """The text of a post's file, divided. Raises `ReadError` for one that is empty or no text."""
    text = _input.decode(data)
    if "\x00" in text:
        hint = "Posts are Markdown, reStructuredText or HTML files."
        raise ReadError("is no text: it holds NUL bytes", where=name, code="binary", hint=hint)
    if not text.strip():
        raise ReadError("is empty", where=name, code="empty", hint="Write the post, or delete it.")
    fenced = _fences.split(text, name)
    return fenced if fenced.kind else _with_meta_file(fenced)


def _with_meta_file(fenced: _fences.Fenced) -> _fences.Fenced:
    """With what `NAME.meta` beside it says: https://getnikola.com/handbook.html#metadata-fields."""
    path = Path(fenced.name).with_suffix(".meta")
    if fenced.name == _input.STDIN or not path.is_file():
        return fenced
    beside = _fences.split(_input.decode(_input.file_bytes(path, max_bytes=MAX_BYTES)), str(path))
    return replace(fenced, data=beside.data, kind=beside.kind)


def _left_out(file: Path) -> Problem:
    return Problem(
        code="empty",
        severity="warning",
        message="is empty, so it is left out",
        where=str(file),
        hint="Write the post, or delete the file.",
    )


def _is_about_folder(file: Path, site: Site) -> bool:
    return not site.generator and file.stem.lower() in _NO_POSTS


def _is_post(file: Path, fenced: _fences.Fenced, site: Site) -> bool:
    """Whether a file of a folder is one. Those with front matter are; of others it depends."""
    if fenced.kind and fenced.kind != "html":
        return True
    if fenced.kind == "html" or fenced.markup == "html":
        return site.generator in ("pelican", "nikola") and bool(fenced.data)
    if _is_about_folder(file, site):
        return False
    return bool(fenced.body.strip())


def _with_ids(posts: Iterable[Post]) -> Iterator[Post]:
    """*posts* with unique ids: of files of one name, all but one get their folders' names, too.

    The oldest post keeps the short id, so that a new post never changes the id, and with it the
    history, of an old one.
    """
    found = list(posts)
    taken: set[str] = set()
    ids = [post.id for post in found]
    if len(set(ids)) < len(ids):
        for at in sorted(range(len(found)), key=lambda at: (_age(found[at]), found[at].source)):
            ids[at] = _free(ids[at], found[at], taken)
            taken.add(ids[at])
    for name, post in zip(ids, found, strict=True):
        yield post if post.id == name else replace(post, id=name)


def _free(name: str, post: Post, taken: set[str]) -> str:
    """*name*, with as many of the names of the post's folders, or a number, as it takes."""
    folders = Path(post.source.rpartition(":")[0]).parts[:-1]
    candidates = [name]
    for folder in reversed(folders):
        candidates.append(slugify(f"{folder}-{candidates[-1]}"))
    candidates += [f"{name}-{number}" for number in range(2, len(taken) + 3)]
    return next(candidate for candidate in candidates if candidate not in taken)


def _age(post: Post) -> tuple[bool, float]:
    return (post.published is None, post.published.timestamp() if post.published else 0)


def _boundary(source: Path, site: Site) -> Path:
    """The folder that pictures may come from: the site's, else that of the project around it."""
    if site.root is not None:
        return site.root
    start = (source if source.is_dir() else source.parent).absolute()
    for folder in (start, *start.parents):
        if any((folder / name).exists() for name in _ROOTS) or _has_config(folder):
            return folder
    return start.parent


def _has_config(folder: Path) -> bool:
    """Whether sharekit's own config is in *folder*."""
    path = folder / "config.yaml"
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(200).lstrip(b"\xef\xbb\xbf \n").startswith(b"sharekit:")
