"""Edits: what a person changed about a post on the preview page, kept beside the posts.

They are kept in `.sharekit/overrides.yaml`, by the post's id, or, where the config says
`preview: {save: frontmatter}`, in the post's own front matter under the one key `sharekit`:

    posts:
      flood-meadow:
        social: {"*": The meadow floods on purpose., mastodon: null}
        alt: A meadow under water
        focus: [0.4, 0.62]
        layout: split
        attach: {mastodon: image}
        off: [discord:main]

`null` takes away what the source says. Both are read: the file's word counts before the front
matter's, and either before the source's own fields.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from sharekit import files
from sharekit.errors import UserError
from sharekit.model import Asset, Attach, Post, Rules, digest_of

if TYPE_CHECKING:
    from sharekit.config import Config
    from sharekit.config.accounts import Account

__all__ = [
    "Conflict",
    "apply",
    "changed_last",
    "dumped",
    "file_of",
    "fingerprint",
    "rules_for",
    "save",
    "value_of",
    "voice",
]

KEY = "sharekit"
"""The key of the front matter, and of a post's `extra`, under which edits stand."""
_NAMED = ("social", "attach")
_HEAD = (
    "# What was changed on the page of `sharekit preview`; it comes before what the posts say.\n"
    "# Safe to edit or delete; null takes away what a post says.\n"
)
_CODE = "overrides"
_NUMBER = re.compile(r"[-+.\w]*\d[-+.\w]*", re.ASCII)


class Conflict(UserError):
    """The value was changed elsewhere since it was shown; *current* is what it is now."""

    code = "edit-conflict"
    exit_code = 1

    def __init__(self, where: str, current: Any) -> None:
        super().__init__(
            f"{where} was changed elsewhere meanwhile; nothing was saved",
            hint="Compare the two, then save again.",
        )
        self.current = current


def voice(account: Account) -> str:
    """The channel whose words *account* takes: its own, or the one it stands in for."""
    return str(account.settings.get("like") or account.channel)


def file_of(config: Config) -> Path:
    """Where edits of *config*'s posts are kept."""
    return config.state / "overrides.yaml"


# -- reading ------------------------------------------------------------------------------


def apply(posts: Iterable[Post], config: Config) -> tuple[Post, ...]:
    """*posts* with what was changed about them. Raises `UserError` for a file that is not right.

    Going on without the edits would let out texts that somebody has corrected.
    """
    kept = _read(file_of(config))
    return tuple(_edited(post, _merged(_own(post), kept.get(post.id))) for post in posts)


def _read(path: Path) -> Mapping[str, Mapping[str, Any]]:
    if not path.is_file():
        return {}
    from sharekit import marked

    file = marked.read(path, error=UserError, code=_CODE)
    posts = (file.data or {}).get("posts") if isinstance(file.data or {}, Mapping) else None
    if posts is None:
        return {}
    if not isinstance(posts, Mapping):
        raise UserError("`posts` is not a mapping", where=file.where(("posts",)), code=_CODE)
    for id_, entry in posts.items():
        if not isinstance(entry, Mapping):
            raise UserError("an edit is a mapping", where=file.where(("posts", id_)), code=_CODE)
        if wrong := _wrong(entry):
            raise UserError(
                f"{wrong!r} is not what can stand here",
                where=file.where(("posts", id_, wrong)),
                hint="Keys: social, alt, focus, layout, attach, off.",
                code=_CODE,
            )
    return {str(id_): entry for id_, entry in posts.items()}


def _wrong(entry: Mapping[str, Any]) -> str | None:
    """The first key of *entry* whose value cannot be meant."""
    for key, value in entry.items():
        good = {
            "social": lambda v: _texts(v, None),
            "attach": lambda v: _texts(v, get_args(Attach)),
            "alt": lambda v: v is None or isinstance(v, str),
            "layout": lambda v: v is None or isinstance(v, str),
            "focus": lambda v: v is None or _is_point(v),
            "off": lambda v: isinstance(v, list) and all(isinstance(x, str) for x in v),
        }.get(str(key))
        if good is None or not good(value):
            return str(key)
    return None


def _texts(value: Any, among: tuple[str, ...] | None) -> bool:
    return isinstance(value, Mapping) and all(
        item is None or (isinstance(item, str) and (among is None or item in among))
        for item in value.values()
    )


def _is_point(value: Any) -> bool:
    return (
        isinstance(value, (list, tuple))
        and len(value) == 2
        and all(isinstance(x, (int, float)) and 0 <= x <= 1 for x in value)
    )


def _own(post: Post) -> Mapping[str, Any]:
    """The edits in *post*'s own front matter; what cannot be meant is left out."""
    own = post.extra.get(KEY)
    if not isinstance(own, Mapping):
        return {}
    return {str(key): value for key, value in own.items() if not _wrong({key: value})}


def _merged(own: Mapping[str, Any], kept: Mapping[str, Any] | None) -> dict[str, Any]:
    merged = {**own, **(kept or {})}
    for key in _NAMED:
        if both := {**(own.get(key) or {}), **((kept or {}).get(key) or {})}:
            merged[key] = both
    return merged


def _edited(post: Post, edits: Mapping[str, Any]) -> Post:
    if not edits:
        return post
    said = {**post.social, **(edits.get("social") or {})}
    extra = {**post.extra, KEY: dict(edits)}
    if layout := edits.get("layout"):
        card = post.extra.get("card")
        extra["card"] = {**(card if isinstance(card, Mapping) else {}), "layout": layout}
    changed = dataclasses.replace(
        post, social={key: text for key, text in said.items() if text is not None}, extra=extra
    )
    return _with_picture(changed, edits)


def _with_picture(post: Post, edits: Mapping[str, Any]) -> Post:
    from sharekit.composer.content import picture_of

    picture = picture_of(post)
    if picture is None or not {"alt", "focus"} & set(edits):
        return post
    focus = edits.get("focus", picture.focus)
    changed = Asset(
        src=picture.src,
        alt=edits["alt"] if edits.get("alt") is not None else picture.alt,
        focus=(float(focus[0]), float(focus[1])) if focus else None,
    )
    field = "share_image" if post.share_image and post.share_image.src else "image"
    return dataclasses.replace(post, **{field: changed})  # type: ignore[arg-type]


def rules_for(post: Post, account: Account) -> Rules:
    """*account*'s rules, with what *post* itself says about attaching."""
    edits = post.extra.get(KEY)
    attach = (edits.get("attach") or {}).get(voice(account)) if isinstance(edits, Mapping) else None
    rules = account.rules
    return dataclasses.replace(rules, attach=attach) if attach in get_args(Attach) else rules


def value_of(post: Post, key: str) -> Any:
    """What *post* says for *key*: `social.*`, `social.x`, `alt`, `focus`, `layout`,
    `attach.x` or `off.x:main`.
    """
    kind, _, name = key.partition(".")
    edits = post.extra.get(KEY)
    edits = edits if isinstance(edits, Mapping) else {}
    if kind == "social":
        return post.social.get(name)
    if kind in ("alt", "focus"):
        from sharekit.composer.content import picture_of

        picture = picture_of(post)
        return getattr(picture, kind) if picture else None
    if kind == "attach":
        return (edits.get("attach") or {}).get(name)
    if kind == "off":
        return name in (edits.get("off") or ())
    if kind == "layout":
        return edits.get("layout")
    raise UserError(f"there is no {key[:60]!r} to edit", code=_CODE)


def fingerprint(post: Post, key: str) -> str:
    """A hash of what *post* says for *key*: what a page hands back to save a change of it."""
    return digest_of(value_of(post, key), 16)


def changed_last(config: Config, post: Post) -> tuple[Path, datetime] | None:
    """Of the files that *post*'s words stand in, the one last written, and when; `None`
    without any.
    """
    from sharekit.app import frontmatter

    kept = file_of(config)
    found = []
    for path in (frontmatter.file_of(post), kept):
        with contextlib.suppress(OSError):  # it may be gone by now
            if path is not None:
                found.append((path.stat().st_mtime, path))
    for when, path in sorted(found, reverse=True):
        # The file of edits is every post's, and mostly written for another one.
        if path != kept or post.id in _read(kept):
            return path, datetime.fromtimestamp(when, UTC)
    return None


# -- saving -------------------------------------------------------------------------------


def save(config: Config, post: Post, key: str, value: Any, *, base: str | None = None) -> Path:
    """Keep *value* (`None`: nothing) for *key* of *post*. Returns the file that was written.

    *base* is the `fingerprint` that was shown with the value; *post* is as it is now. Raises
    `Conflict` when the two are not the same, and `UserError` for a value that cannot be meant.
    """
    if isinstance(value, str):
        value = value.replace("\r\n", "\n")
    current = value_of(post, key)
    if base is not None and base != fingerprint(post, key) and current != value:
        raise Conflict(key, current)
    path = file_of(config)
    with files.lock(path.with_suffix(".lock")):
        kept = _read(path)
        here = config.save == "frontmatter" and post.id not in kept
        entry = _changed(_own(post) if here else kept.get(post.id, {}), key, value)
        if wrong := _wrong(entry):
            raise UserError(f"{wrong} cannot be {value!r}", code=_CODE)
        if here:
            from sharekit.app import frontmatter

            if written := frontmatter.put(post, KEY, entry):
                return written
        return files.write(path, _HEAD + dumped({"posts": {**kept, post.id: entry}}))


def _changed(entry: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    kind, _, name = key.partition(".")
    changed = dict(entry)
    if kind in _NAMED:
        changed[kind] = {**(entry.get(kind) or {}), name: value}
    elif kind == "off":
        others = [x for x in entry.get("off") or () if x != name]
        changed["off"] = [*others, name] if value else others
    else:
        changed[kind] = list(value) if isinstance(value, tuple) else value
    return changed


def dumped(data: Any) -> str:
    """*data* as YAML that people can read and edit."""
    import yaml

    text: str = yaml.dump(data, Dumper=_dumper(), allow_unicode=True, sort_keys=False, width=96)
    return text


def _dumper() -> Any:
    """Texts of several lines as people write them."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            del data
            return True

    def text(dumper: Any, said: str) -> Any:
        style = "|" if "\n" in said else None
        if _NUMBER.fullmatch(said):
            style = '"'  # YAML 1.2 takes more for a number than the dumper does
        return dumper.represent_scalar("tag:yaml.org,2002:str", said, style=style)

    Dumper.add_representer(str, text)
    return Dumper
