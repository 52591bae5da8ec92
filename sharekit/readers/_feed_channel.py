"""What a feed says of itself: its name, its language, its authors, and where it belongs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.readers._feed_links import is_address, is_alternate
from sharekit.readers._feed_text import person, text_construct
from sharekit.readers._xml import XML, name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from sharekit.readers.feed import Feed

__all__ = ["Channel", "channel_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed says of itself, and *where* it is in messages."""

    name: str
    language: str | None
    authors: tuple[str, ...]
    base: str
    atom: bool
    where: str


def channel_of(root: Element, settings: Feed, where: str, url: str | None) -> Channel:
    """What the feed says of itself."""
    atom = name_of(root).removeprefix("atom:") in {"feed", "entry"}
    holder = root
    if not atom:
        holder = next((e for e in root.iter() if name_of(e) == "channel"), root)
    fields: defaultdict[str, list[Element]] = defaultdict(list)
    for child in holder:
        fields[name_of(child).removeprefix("atom:" if atom else "")].append(child)
    titles = [text_construct(element, atom=atom).title for element in fields["title"]]
    base = settings.site_url or url or _own_address(fields) or ""
    said = [text_of(e) for e in (*fields["language"], *fields["dc:language"])]
    said += [(e.get(f"{XML}lang") or "").strip() for e in (holder, root)]
    authors = [person(element) for element in fields["author"]] if atom else []
    return Channel(
        name=next(filter(None, titles), ""),
        language=next(filter(None, said), None),
        authors=tuple(filter(None, authors)),
        base=base,
        atom=atom,
        where=where,
    )


def _own_address(fields: dict[str, list[Element]]) -> str | None:
    links = [*fields.get("link", ()), *fields.get("atom:link", ())]
    said = [text_of(e) for e in links if e.get("href") is None]
    said += [e.get("href") or "" for e in links if is_alternate(e)]
    said += [e.get("href") or "" for e in links if (e.get("rel") or "").lower() == "self"]
    return next((one.strip() for one in said if is_address(one.strip())), None)
