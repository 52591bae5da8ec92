"""`init`: look at the folder, and write a config.yaml that fits what is there."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sharekit import files, marked
from sharekit.errors import SharekitError, UserError

__all__ = ["KINDS", "Found", "Plan", "look", "plan", "write"]

KINDS = (
    "auto", "rss", "hugo", "jekyll", "eleventy", "mkdocs", "pelican", "wordpress", "drupal",
    "ghost", "dump", "markdown",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The kind of site that stands in a folder, and what its own config says."""

    kind: str
    evidence: str
    posts: str = ""
    name: str = ""
    url: str = ""
    language: str = ""
    timezone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The files that `init` will write: path to content."""

    path: Path
    files: Mapping[Path, str]


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
    return None


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
    if kind != "auto" and (found is None or found.kind != kind):
        found = Found(kind=kind, evidence="--from", posts=_first(folder, "content", "posts"))
    if found is None:
        found = Found(kind="rss" if url else "markdown", evidence="nothing known", posts="posts")
    if url:
        found = replace(found, url=url)
    elif found.kind in ("rss", "wordpress", "drupal", "ghost"):
        raise UserError(f"--from {found.kind} needs the site's address", hint="Add --url URL.")
    path = _target(folder, force=force)
    from sharekit.config.schema import schema

    state = folder / ".sharekit"
    return Plan(
        path=path,
        files={
            path: _config(found, layout),
            state / ".gitignore": "*\n",
            state / "schema.json": json.dumps(schema(), indent=1) + "\n",
        },
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
            f"  url: {_quoted(found.url.rstrip('/'))}",
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
    if found.kind == "dump":
        return ["  dump:", "    reader: dump", "    path: dump.txt",
                "    # supplement: supplement.yaml   # titles, links and pictures"]  # fmt: skip
    posts = ["  posts:", "    reader: frontmatter", f"    path: {_quoted(found.posts)}"]
    if found.kind == "markdown":  # no site whose config says where posts are
        posts += ["    # permalink: /blog/:year/:slug/   # a post's address, where it names none"]
    return posts


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


def write(planned: Plan) -> None:
    """Write the planned files, each whole or not at all."""
    for path, content in planned.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, content)
