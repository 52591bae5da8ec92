"""`init`: look at the folder, and write a config.yaml that fits what is there."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit import files, marked
from sharekit.app import loose
from sharekit.app.loose import Found
from sharekit.errors import SharekitError, UserError

if TYPE_CHECKING:
    from sharekit.config import Config
    from sharekit.model import Post

__all__ = ["KINDS", "REMOTE", "Found", "Plan", "look", "plan", "steps", "write"]

KINDS = (
    "auto", "rss", "hugo", "jekyll", "eleventy", "mkdocs", "pelican", "wordpress", "drupal",
    "ghost", "dump", "markdown",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The files that `init` will write: path to content. *found* is what the config is for."""

    path: Path
    files: Mapping[Path, str]
    found: Found


def look(folder: Path) -> Found | None:  # noqa: PLR0911  (one for each generator)
    """What kind of site *folder* is, by the generator's own config; `None` when unsure."""
    for name in ("hugo.toml", "hugo.yaml", "hugo.json", "config.toml"):
        if (path := folder / name).is_file():
            return _hugo(path)
    if (path := folder / "_config.yml").is_file():
        return _jekyll(path)
    if (path := folder / "mkdocs.yml").is_file():
        return _mkdocs(path)
    for name in (
        ".eleventy.js",
        "eleventy.config.js",
        "eleventy.config.mjs",
        "eleventy.config.cjs",
    ):
        if (folder / name).is_file():
            return Found(
                kind="eleventy", evidence=name, posts=_first(folder, "posts", "content", "src")
            )
    if (folder / "pelicanconf.py").is_file():
        return Found(kind="pelican", evidence="pelicanconf.py", posts=_first(folder, "content"))
    for name in ("content/posts", "content/blog", "content", "_posts", "posts", "src/content"):
        if (folder / name).is_dir() and any((folder / name).rglob("*.md")):
            return Found(kind="markdown", evidence=f"{name}/", posts=name)
    return loose.look(folder)


def _first(folder: Path, *names: str) -> str:
    return next((name for name in names if (folder / name).is_dir()), ".")


def _settings(path: Path) -> dict[str, Any]:
    """A generator's config as plain data; empty when it is beyond us (it is only a hint)."""
    try:
        text = path.read_text("utf-8-sig")
        if path.suffix == ".toml":
            return tomllib.loads(text)
        if path.suffix == ".json":
            return dict(json.loads(text))
        data = marked.parse(text, str(path), tags={"!ENV": str, "!relative": str}).data
    except (OSError, ValueError, SharekitError):
        return {}
    return data if isinstance(data, dict) else {}


def _hugo(path: Path) -> Found:
    data = _settings(path)
    return Found(
        kind="hugo",
        evidence=path.name,
        posts=_first(path.parent, "content/posts", "content/post", "content/blog", "content"),
        name=str(data.get("title", "")),
        url=str(data.get("baseURL", data.get("baseurl", ""))),
        language=str(data.get("languageCode", "")),
        timezone=str(data.get("timeZone", "")),
    )


def _jekyll(path: Path) -> Found:
    data = _settings(path)
    return Found(
        kind="jekyll",
        evidence=path.name,
        posts=_first(path.parent, "_posts"),
        name=str(data.get("title") or ""),
        url=f"{data.get('url') or ''}{data.get('baseurl') or ''}",
        language=str(data.get("lang") or ""),
        timezone=str(data.get("timezone") or ""),
    )


def _mkdocs(path: Path) -> Found:
    data = _settings(path)
    docs = str(data.get("docs_dir") or "docs")
    return Found(
        kind="mkdocs",
        evidence=path.name,
        posts=_first(path.parent, f"{docs}/blog/posts", f"{docs}/posts", docs),
        name=str(data.get("site_name") or ""),
        url=str(data.get("site_url") or ""),
    )


def plan(
    folder: Path,
    *,
    kind: str = "auto",
    url: str | None = None,
    layout: str | None = None,
    force: bool = False,
) -> Plan:
    """What `init` would write in *folder*. Raises `UserError` when there is nothing to go by."""
    found = look(folder) if kind in ("auto", "hugo", "jekyll", "mkdocs", "eleventy", "pelican",
                                     "markdown") else None  # fmt: skip
    if kind == "dump":
        found = loose.dump(folder)
    if kind != "auto" and (found is None or found.kind != kind):
        found = _asked_for(folder, kind)
    if found is None:
        known = Found(kind="markdown", evidence="nothing known", posts="posts", there=False)
        found = replace(known, kind="rss", there=True) if url else known
    if url:
        found = replace(found, url=url)
    elif found.kind in REMOTE:
        raise UserError(f"--from {found.kind} needs the site's address", hint="Add --url URL.")
    path = _target(folder, force=force)
    from sharekit.config.schema import schema

    state = folder / ".sharekit"
    return Plan(
        path=path,
        found=found,
        files={
            path: _config(found, layout),
            state / ".gitignore": "*\n",
            state / "schema.json": json.dumps(schema(), indent=1) + "\n",
        },
    )


def _asked_for(folder: Path, kind: str) -> Found:
    """What `--from` names, where nothing in *folder* looks like it."""
    posts = _first(folder, _HOMES.get(kind, "posts"), "content", "posts")
    posts = _HOMES.get(kind, "posts") if posts == "." else posts
    return Found(
        kind=kind,
        evidence="--from",
        posts=posts,
        there=kind in REMOTE or (folder / posts).exists(),
    )


def _target(folder: Path, *, force: bool) -> Path:
    """config.yaml, or sharekit.yaml where a config.yaml belongs to another program."""
    from sharekit.config import is_ours

    theirs = (folder / "config.yaml").is_file() and not is_ours(folder / "config.yaml")
    path = folder / ("sharekit.yaml" if theirs else "config.yaml")
    for other in (path, folder / "sharekit.yaml"):
        if other.exists() and not force:
            raise UserError("is there already", where=str(other), hint="--force replaces it.")
    return path


def _config(found: Found, layout: str | None) -> str:
    from sharekit.config.schema import MODELINE

    zone = found.timezone or _local_zone()
    chosen = f", layout: {layout}" if layout else ""
    return "\n".join(
        (
            MODELINE,
            "sharekit: 1",
            "",
            "site:",
            f"  name: {_quoted(found.name)}",
            f"  url: {_quoted(_site_url(found))}",
            f"  timezone: {_quoted(zone)}       # for dates that name no zone, and for --at",
            f"  language: {_quoted(found.language or 'en')}",
            "  # logo: logo.png",
            "",
            "theme:",
            "  use: press            # or night, marigold, civic, rose, forest",
            '  # accent: "#0b5d8a"    # colours need their quotes',
            "",
            "sources:",
            *_source(found),
            "",
            "channels:",
            f"  outbox: {{folder: outbox{chosen}}}   # each message as a folder; needs no account",
            "  # mastodon:main:                  # sharekit accounts add mastodon writes this",
            "  #   server: https://mastodon.example",
            "  #   token: !env MASTODON_TOKEN",
            "  # bluesky:main:",
            "  #   handle: you.bsky.example",
            "  #   app_password: !env BLUESKY_APP_PASSWORD",
            "",
            "schedule:",
            '  slots: ["mon-fri 09:00"]',
            "",
        )
    )


def _site_url(found: Found) -> str:
    """The site's own address; a feed's is below it."""
    if found.kind == "rss" and "://" in found.url:
        return "/".join(found.url.split("/")[:3])
    return found.url.rstrip("/")


def _source(found: Found) -> list[str]:
    url = found.url.rstrip("/")
    if found.kind == "rss":
        return ["  feed:", "    reader: feed", f"    url: {_quoted(found.url)}"]
    if found.kind == "wordpress":
        return ["  blog:", "    reader: wordpress", f"    url: {_quoted(url)}"]
    if found.kind == "drupal":
        return [
            "  site:",
            "    reader: jsonapi",
            f"    url: {_quoted(url + '/jsonapi/node/article')}",
            "    # social_text: field_tweet_text",
        ]
    if found.kind == "ghost":
        return ["  blog:", "    reader: ghost", f"    url: {_quoted(url)}",
                "    key: !env GHOST_CONTENT_KEY"]  # fmt: skip
    missing = "" if found.there else f"   # is not there yet: {_WANTED[found.kind == 'dump']}"
    path = f"    path: {_quoted(found.posts)}{missing}"
    if found.kind in loose.READERS:
        name = loose.READERS[found.kind]
        supplement = (
            f"    supplement: {_quoted(found.supplement)}"
            if found.supplement
            else "    # supplement: supplement.yaml   # titles, links and pictures"
        )
        return [f"  {found.kind}:", f"    reader: {name}", path, supplement]
    posts = ["  posts:", "    reader: frontmatter", path]
    if found.kind == "markdown":  # no site whose config says where posts are
        posts += ["    # permalink: /blog/:year/:slug/   # a post's address, where it names none"]
    return posts


REMOTE = ("rss", "wordpress", "drupal", "ghost")
"""Sites that are read over the network."""
_HOMES = {"dump": "dump.txt", "hugo": "content/posts", "jekyll": "_posts", "mkdocs": "docs/blog"}
"""Where posts are usually put."""
_WANTED = ("put Markdown files into this folder", "save the listing as text in this file")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _local_zone() -> str:
    """The zone of this machine where it tells, else UTC."""
    import os

    name = os.environ.get("TZ", "")
    if not name:
        try:
            name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
        except OSError:
            name = ""
    from zoneinfo import available_timezones

    return name if name in available_timezones() and name != "Etc/UTC" else "UTC"


def steps(found: Sequence[Post], config: Config) -> list[str]:
    """What is still to be said in *config* before *found* can go out, as it was just written."""
    where = config.path.name if config.path else "config.yaml"
    bare = [post for post in found if not post.url]
    if not bare:
        return []
    if all("path" in post.extra for post in bare):
        return [f"set `url:` under `site:` in {where}; the addresses of posts begin with it"]
    if any(source.reader == "frontmatter" for source in config.sources.values()):
        both = "" if config.site.url else ", and the site's `url:`"
        return [f"set `permalink:` in {where}{both}; the posts do not say their addresses"]
    return [f"name links, titles and pictures in a `supplement:` (see {where}); posts lack links"]


def write(planned: Plan) -> None:
    """Write the planned files, each whole or not at all."""
    for path, content in planned.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, content)
