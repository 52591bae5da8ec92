"""The codes of all problems: what each means and what to do, grouped as the docs show them.

Codes are public: scripts select and ignore problems by them, so none is renamed. A code stands
here once; a test holds this table to the source, and docs/reference/problems.md is made of it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import chain

from sharekit.errors import UserError

__all__ = ["GROUPS", "PAGE", "completions", "every", "require"]

PAGE = "docs/reference/problems.md"

# What the YAML itself can have wrong, and what a model of its keys finds.
_YAML = {
    "comment": "A value is empty because # starts a comment; put the colour in quotes.",
    "key": "A key is no plain text; write it as one.",
    "size": "The file is nested too deeply or holds too many values; make it simpler.",
    "syntax": "The file is not YAML; look at the line that is shown.",
    "tag": "A tag such as !env is not known here; correct it.",
    "twice": "A key stands twice; keep one of the two.",
}
_KEYS = {
    "choice": "A value is none of those that can be chosen; take one that is listed.",
    "empty": "A key has no value; write one, or leave the key out.",
    "missing": "A key that must be there is missing; add it.",
    "type": "A value is of the wrong kind, say a number for a text; write it as asked.",
    "unknown-key": "A key is not known here; correct its spelling.",
    "value": "A value cannot be used; the message says why.",
}


def _family(root: str, bare: str, *kinds: dict[str, str]) -> dict[str, str]:
    below = {f"{root}-{end}": text for kind in kinds for end, text in kind.items()}
    return {root: bare, **below}


GROUPS: dict[str, dict[str, str]] = {
    "Use and configuration": {
        "usage": "The command or its options are wrong; the message and --help say how.",
        "file": "The system lets a file or folder not be read or written; check rights and room.",
        "error": "Something failed that has no code of its own; the message says what.",
        "code-unknown": "--select or --ignore has a text that no code begins with; correct it.",
        "account-unknown": "No account has this name; `sharekit accounts` lists them.",
        "config-absent": "There is no config file; `sharekit init` writes one.",
        **_family(
            "config", "The config cannot be read or is wrong; the message says where.", _YAML, _KEYS
        ),
        "config-unset": "An environment variable that !env names is not set; set it.",
        "config-plugin": "The config names a reader, channel or shortener that is not installed.",
        **_family("theme", "The theme cannot be used; the message says why.", _KEYS),
        "edit-conflict": "Somebody else changed this edit first; load it again.",
        **_family(
            "overrides", "The file of edits from the preview is wrong; correct the line.", _YAML
        ),
        "plugin": "A reader, publisher or layout package is missing, broken or offered twice.",
        "preview-open": "The preview would be open to others without a password; set one.",
        "preview-port": "The preview's port is taken; give another with --port.",
        "ref-unknown": "What to compare with is no folder and no commit; correct it.",
        "render-workers": "A worker has another config or release; give every machine the same.",
        "source-unknown": "No source in the config has this name; correct it.",
        "wire": "There is no ready file of this name; `sharekit wire` lists them.",
        "zone-unknown": "This time zone does not exist; write one such as Europe/Berlin.",
        **_family("yaml", "A text or a file that is to be YAML cannot be read as such.", _YAML),
    },
    "Reading posts": {
        "read": "A post or a source cannot be read; the others are.",
        "api": "The answer of an API is none that the reader knows; check the address.",
        "api-item": "An item of an API is no post; the others are read.",
        "binary": "The file is no text; take it out of the source, or save it as UTF-8.",
        "csv": "The table is no CSV, or a row of it cannot be used; correct the line.",
        "csv-cells": "A row has more cells than there are columns; put quotes around commas.",
        "csv-header": "Two columns have one name; rename one.",
        "dump-date": "A date of the text dump cannot be read; correct it.",
        "dump-empty": "The text holds no posts; copy the whole page, with its labels.",
        "dump-incomplete": "The text ends inside a post, which is left out; copy the rest.",
        "dump-term": "A term is not in the vocabulary; correct it, or add it there.",
        "empty": "A file or an item says nothing; write the post, or delete it.",
        "feed-date": "A date of the feed cannot be read; correct it where the feed is made.",
        "feed-relative-link": "A link of the feed has no host and nothing to join it to.",
        "folder": "The path is a folder where a file is expected; name the file.",
        "folder-empty": "The folder holds no file that the reader takes; check path and reader.",
        "front-matter": "The front matter cannot be read; correct the line that is shown.",
        "front-matter-date": "A date in the front matter cannot be read; write it as 2024-05-31.",
        "front-matter-picture": "The picture lies outside the site's folder; move it inside.",
        "io": "The file cannot be read, say for want of rights; the message says why.",
        "json": "The file is not JSON; correct the line that is shown.",
        "jsonapi-type": "An item of the JSON:API is of a kind that is no post.",
        "no-page": "The address leads to something that is no web page.",
        "not-a-feed": "The file is no feed; check the address, or choose another reader.",
        "not-a-sitemap": "The file is no sitemap; check the address.",
        "not-found": "The file is not there; check the path.",
        "not-posts": "The file holds no posts, as far as the reader can see.",
        "not-xml": "The file has no tags, so it is not XML; check the address.",
        "post-unknown": "No post has this name; `sharekit posts` lists them.",
        "reader-unknown": "No reader fits the source; choose one with --reader.",
        "scheme": "Addresses of this kind cannot be read; use https or a path.",
        "setting": "A setting does not fit the reader; the message lists those that do.",
        "site-config": "The config of the site generator cannot be read; correct it there.",
        "source-absent": "The source is not there; check its path or name.",
        **_family(
            "supplement", "The supplement, which adds to posts, cannot be read.", _YAML, _KEYS
        ),
        "supplement-date": "A date in the supplement cannot be read; write it as 2024-05-31 09:00.",
        "supplement-entry": "An entry of the supplement has no keys; write some.",
        "supplement-image": "A picture in the supplement is not there; check its path.",
        "supplement-list": "The supplement must be a list of entries.",
        "supplement-pick": "An entry must say which post it is for, in one way only.",
        "supplement-twice": "The post of an entry has an entry already; keep one of the two.",
        "supplement-unmatched": "An entry fits no post, or several; say more exactly which.",
        "table-column": "The config names a column that the table does not have.",
        "table-columns": "The table has no column that the reader knows; name them in the config.",
        "table-date": "A date in the table cannot be read; write it as 2024-05-31.",
        "table-draft": "A cell does not say clearly whether the post is a draft.",
        "table-empty": "The table has no rows.",
        "table-field": "The config fills a field that a post does not have.",
        "table-list": "The list of posts in the file was not found; say where it is: items.",
        "table-row": "A row is no post: without fields, or without title, link and text.",
        "too-big": "A file or an answer is larger than is read; the message has the limit.",
        "too-many": "The source holds more posts than are read; the message has the limit.",
        "wxr": "The file is no WordPress export.",
        "xml": "The file is not XML; correct the line that is shown.",
        "xml-entities": "The XML defines entities of its own, which are not read, for safety.",
    },
    "The network": {
        "unreachable": "The far side did not answer; try again later.",
        "address-blocked": "The address is inside a private network, which is not asked by itself.",
        "bad-header": "A value cannot stand in a request, say a token with a line break.",
        "bad-packing": "The answer is packed in a way that cannot be opened.",
        "not-gzip": "The file is called gzip and is none.",
        "port-blocked": "The address has a port that is not asked.",
        "too-many-redirects": "The address leads on and on; correct it.",
        "url-odd": "The address is none that can be asked; correct it.",
    },
    "Cards and pictures": {
        "render": "A card cannot be drawn; the message says why.",
        "alt-missing": "The picture has no alt text; describe it in the post.",
        "card-missing": "A card is needed and not there; `sharekit render` draws it.",
        "card-changed": "The card's file is another than was drawn; draw it again.",
        "card-stale": "The card is missing or out of date; `sharekit render` draws it.",
        "card-text-cut": "A text on the card was cut because it has no room; shorten it.",
        "card-too-large": "The card has more bytes than allowed; choose another layout or type.",
        "card-unwritable": "The card cannot be written; check folder and rights.",
        "contrast-low": "A text hardly stands out from what is behind it; change a colour.",
        "glyph-missing": "No font has these characters; add one that has.",
        "hyphens-missing": "Nothing is there to hyphenate with: pip install 'sharekit[hyphens]'.",
        **_family("layout", "A layout cannot be used; the message says why.", _YAML, _KEYS),
        "layout-box": "A layer has no place on the card; give it a box.",
        "layout-exists": "There is a layout of this name already; choose another name.",
        "layout-kind": "A layer must be one of fill, image, text and so on; choose one.",
        "layout-missing": "A layer or key lacks what it needs; the message says what.",
        "layout-name": "This is no name for a layout; use lower-case letters, digits, - and _.",
        "layout-pick": "A layout picks nothing for a post; let its last choice always fit.",
        "layout-reference": "A layer refers to another that is not there; correct its name.",
        "layout-ring": "Layouts extend each other in a ring; break it.",
        "layout-size": "A layout has an unknown size, is made for others, or nests too deeply.",
        "layout-type": "A part of the layout is of the wrong kind; write it as asked.",
        "layout-unknown": "No layout has this name; `sharekit layouts` lists them.",
        "logo-missing": "The logo is not there; check its path.",
        "logo-unreadable": "The logo cannot be read as a picture; save it as PNG or SVG.",
        "output": "The folder or address for cards cannot be used; choose another --out.",
        "picture-enlarged": "The picture is too small for its place; take a larger one.",
        "picture-missing": "The post's picture is not there; check its path or address.",
        "picture-none": "The post has no picture.",
        "picture-too-costly": "The picture takes too much memory or time to open; save it anew.",
        "picture-unreachable": "The picture on the web did not answer as it should.",
        "picture-unreadable": "The file cannot be read as a picture; save it anew.",
        "picture-unwritable": "The fetched picture cannot be kept; check folder and rights.",
        "qr-long": "The text is too long for a QR code; shorten it.",
        "qr-missing": "The library for QR codes is not installed: pip install 'sharekit[qr]'.",
        "qr-small": "The QR code is too small to be read by a phone; make its box larger.",
        "size-unknown": "No card size has this name; take one that is listed.",
        "svg-broken": "The SVG cannot be drawn; save it anew.",
        "svg-large": "The SVG is too large; simplify it.",
        "svg-missing": "The library for SVG is not installed: pip install 'sharekit[svg]'.",
        "svg-refers": "The SVG refers to other files, which are not read; embed them.",
        "text-covered": "A network prints something of its own over this text; move it.",
        "text-missing": "The post has no text for a layer that must show it; give it one.",
        "text-small": "A text is hard to read on a phone; make it larger.",
        "unknown-font": "No font has this name; use one that is listed, or add its file.",
    },
    "Words of a message": {
        "attach-unsupported": "The channel cannot attach this; change `attach`.",
        "dialect-unknown": "No dialect of tokens has this name; take one that is listed.",
        "link-long": "The link could not be shortened, so the long one stands.",
        "tags-dropped": "Hashtags were left out for want of room; shorten the text.",
        "template": "A text template is wrong; correct the place that is shown.",
        "text-cut": "A text was cut because it has no room; shorten it.",
        "text-empty": "There are no words to send; give the post a text or a title.",
        "text-refused": "The channel would not take the text; the message says why.",
        "text-too-long": "The text is longer than the channel takes; shorten it.",
        "title-missing": "The channel needs a title, and the post has none.",
        "token-unknown": "A token in the text means nothing here; correct it.",
        "url-missing": "The post has no link where one is needed; give it one.",
        "warning-unsupported": "The channel shows no content warning; put it into the text.",
    },
    "Pages and pictures on the web (inspect, check --live)": {
        "canonical-elsewhere": "The canonical address is another page, whose card will be shown.",
        "card-type-missing": "The tag for the kind of card is missing; add it.",
        "image-format": "Not every network draws this format; use JPEG or PNG.",
        "image-heavy": "The picture has more bytes than a network takes; make it lighter.",
        "image-no-image": "og:image leads to something that is no picture.",
        "image-size-wrong": "og:image:width and height are not those of the picture.",
        "image-small": "The picture is too small for a large card; 1200x630 px is best.",
        "image-unknown": "The picture's size cannot be read; use JPEG or PNG.",
        "image-unreachable": "The picture of og:image did not answer.",
        "noindex": "The page asks not to be indexed; take noindex out if it is to be found.",
        "og-image-missing": "There is no og:image; `sharekit meta` prints the tag.",
        "og-image-relative": "og:image has no host; write it with https:// and the host.",
        "og-title-missing": "There is no og:title; `sharekit meta` prints the tags.",
        "og-url-elsewhere": "og:url is another page, whose card will be shown.",
        "page-unreachable": "The page did not answer; publish it first.",
        "picture-old": "The web shows another card than the one drawn; put the cards up again.",
        "picture-refused": "A network will not take the card at its address; see the message.",
        "robots-image": "robots.txt keeps crawlers from the picture, or cannot be had; mend it.",
        "robots-page": "robots.txt keeps crawlers from the page, or cannot be had; mend it.",
        "twitter-image-relative": "twitter:image has no host; write it with https:// and the host.",
    },
    "Accounts and sending": {
        "publish": "A post did not go out, or may not have; the message says why.",
        "account-paused": "The account is paused; mend the cause, then `sharekit queue resume`.",
        "account-unchecked": "The account was kept, but could not be asked who it is.",
        "failed": "The delivery failed for good; correct the cause, then `sharekit retry`.",
        "held": "The delivery's time is long past; `sharekit queue retry` or `move` it.",
        "hub": "The hub was not told of the new feed; readers find it later.",
        "outcome-unknown": "It may have been posted; look, then `sharekit queue resolve`.",
        "paused": "The account is paused; sign in again or resume.",
        "refused": "The channel will not take the message as it is; change it.",
        "retry-later": "It was not taken just now; it is tried again by itself.",
        "sign-in-ends": "The account's sign-in ends soon; renew it.",
        "unauthorized": "The sign-in is missing, wrong or expired; sign in again.",
        "unsure": "It may have been posted; look before it is sent again.",
    },
    "Queue and times": {
        "already-scheduled": "The post goes to that account already.",
        "draft": "The post is a draft, so it was not queued.",
        "evergreen": "There is no such rotation in the config; add it, or correct its name.",
        "flood": "Unusually many posts at once; none was queued. Check, then say so.",
        "nobody-works": "No worker runs to send what is due; start `sharekit worker`.",
        "plan": "Nothing of the post is ready to be planned.",
        "queue-account": "The account is not paused.",
        "queue-changed": "Somebody else changed the delivery first; look at it again.",
        "queue-damaged": "The queue's database is damaged; put the newest backup in its place.",
        "queue-database": "The queue's database cannot be used; check its address, try again.",
        "queue-id": "No delivery has this id; `sharekit queue list` lists them.",
        "queue-newer": "The queue was written by a newer sharekit; install that.",
        "queue-state": "The state of the delivery does not allow this.",
        "queue-url": "What is given as the address of a post is none; copy it from the post.",
        "rate": "This is not a rate; write it as the message shows.",
        "slots": "The slots or quiet hours cannot be read; write them as the message shows.",
        "switched-off": "The post is switched off for these accounts, so it was not queued.",
        "time-missing": "The time is missing; give one with --at, --in or --slot.",
        "time-past": "The time is past; give one to come, or `now`.",
        "time-unclear": "The time cannot be read, or not in one way; write it more exactly.",
    },
}


def every() -> dict[str, str]:
    """Each code with its sentence."""
    return dict(chain.from_iterable(group.items() for group in GROUPS.values()))


def require(texts: Iterable[str]) -> None:
    """Raise `UserError` unless each of *texts* is the beginning of a code.

    Readers and publishers from outside say theirs in a class attribute `codes`.
    """
    known = list(every())
    unknown = [text for text in texts if not _begins(text, known)]
    if unknown:
        known += _of_plugins()
    if unknown := [text for text in unknown if not _begins(text, known)]:
        # The end of a code may be left out, so the beginnings are near ones too.
        near = difflib.get_close_matches(unknown[0], _beginnings(known), n=1)
        meant = f"Did you mean {near[0]!r}? " if near else ""
        if "," in unknown[0]:
            meant = "Give the option once for each code. "
        raise UserError(
            f"no problem has a code that begins with {unknown[0][:60]!r}",
            hint=f"{meant}All codes: {PAGE}",
            code="code-unknown",
        )


def completions(start: str) -> list[tuple[str, str]]:
    """The codes that begin with *start*, with their sentences, for a shell."""
    return [(code, text) for code, text in every().items() if code.startswith(start)]


def _begins(text: str, known: Iterable[str]) -> bool:
    return bool(text) and any(code.startswith(text) for code in known)


def _beginnings(known: Iterable[str]) -> list[str]:
    ends = {code: [i for i, c in enumerate(code) if c == "-"] for code in known}
    return sorted({*ends, *(code[:end] for code, places in ends.items() for end in places)})


def _of_plugins() -> list[str]:
    from sharekit import plugins

    found: list[str] = []
    for group in (plugins.READERS, plugins.PUBLISHERS):
        for name in plugins.outside(group):
            found += getattr(plugins.load(group, name), "codes", ())
    return found
