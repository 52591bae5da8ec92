"""The placeholders that content systems write, each as a pattern and what its names mean.

A dialect only finds placeholders and says which Drupal token each one equals; what that is
worth is looked up in one place for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["DIALECTS", "Dialect", "detect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one system writes placeholders.

    *pattern* has the groups `kind` and `name`, or `name` alone, or `field` for a custom field,
    and perhaps `size`, the number of characters to keep.
    *names* maps a name to the token it equals.
    """

    pattern: re.Pattern[str]
    names: Mapping[str, str] = field(default_factory=dict)

    def token(self, match: re.Match[str]) -> tuple[str, str]:
        """Kind and name of the token that *match* equals; no kind for a name that is unknown."""
        groups = match.groupdict()
        if groups.get("field"):
            return "node", groups["field"]
        name = groups["name"]
        if groups.get("kind"):
            return groups["kind"], name
        if name in self.names:
            kind, _, equal = self.names[name].partition(":")
            return kind, equal
        return "", name


# Core's pattern sees bytes: only ASCII's white space is white.
_DRUPAL = Dialect(pattern=re.compile(r"\[(?P<kind>[^\s\[\]:]+):(?P<name>[^\[\]]+)\]", re.ASCII))

# https://github.com/Yoast/wordpress-seo inc/class-wpseo-replace-vars.php
_YOAST = Dialect(
    pattern=re.compile(r"%%(?:c[ft]_(?P<field>[^%\s]+)|(?P<name>[^%\s]+))%%?"),
    names={
        "title": "node:title",
        "sitename": "site:name",
        "sitedesc": "site:slogan",
        "excerpt": "node:excerpt",
        "excerpt_only": "node:summary",
        "date": "node:created:custom:F j, Y",
        "modified": "node:changed:custom:F j, Y",
        "category": "node:categories",
        "primary_category": "node:categories:first",
        "tag": "node:tags",
        "sep": "site:separator",
        "name": "node:author",
        "id": "node:nid",
        "permalink": "node:url",
        "currentyear": "date:custom:Y",
        "currentmonth": "date:custom:F",
        "currentday": "date:custom:j",
        "currentdate": "date:custom:F j, Y",
    },
)

# NextScripts' Social Networks Auto-Poster.
_SNAP = Dialect(
    pattern=re.compile(r"%(?:C[FT]-(?P<field>[^%\s]+)|(?P<name>[A-Z][A-Z0-9_]*))%"),
    names={
        "TITLE": "node:title",
        "URL": "node:url",
        "SURL": "node:url",
        "EXCERPT": "node:summary",
        "RAWEXCERPT": "node:summary",
        "ANNOUNCE": "node:summary",
        "FULLTEXT": "node:body",
        "TAGS": "node:tags",
        "CATS": "node:categories",
        "HTAGS": "node:hashtags",
        "HCATS": "node:hashtags",
        "IMG": "node:image",
        "AUTHORNAME": "node:author",
        "SITENAME": "site:name",
    },
)

# XPoster, once WP to Twitter. `#x#` for any other x is a hashtag and stays one.
_XPOSTER = Dialect(
    pattern=re.compile(
        r"\[\[(?P<field>[^\[\]]+)\]\]|#(?P<name>title|blog|post|category|cat_desc|date|modified"
        r"|url|longurl|author|displayname|account|@|tags|reference)#"
    ),
    names={
        "title": "node:title",
        "blog": "site:name",
        "post": "node:summary",
        "category": "node:categories:first",
        "date": "node:created:custom:F j, Y",
        "modified": "node:changed:custom:F j, Y",
        "url": "node:url",
        "longurl": "node:url",
        "author": "node:author",
        "displayname": "node:author",
        "tags": "node:hashtags",
        "cat_desc": "node:category-description",
        "account": "node:account",
        "@": "node:account",
        "reference": "node:reference",
    },
)

# Nelio Content and WP to Buffer write the same braces.
_NELIO = Dialect(
    pattern=re.compile(r"\{(?P<name>[a-z]+)\}"),
    names={
        "title": "node:title",
        "permalink": "node:url",
        "excerpt": "node:summary",
        "author": "node:author",
        "tags": "node:hashtags",
        "categories": "node:categories",
    },
)
_BUFFER = Dialect(
    pattern=re.compile(r"\{(?P<name>[a-z_]+)(?::characters\((?P<size>\d+)\))?\}"),
    names={
        "title": "node:title",
        "sitename": "site:name",
        "excerpt": "node:summary",
        "content": "node:body",
        "date": "node:created:custom:F j, Y",
        "url": "node:url",
    },
)

# XYZ Scripts' auto-publishers.
_XYZ = Dialect(
    pattern=re.compile(r"\{(?P<name>[A-Z][A-Z_]*)\}"),
    names={
        "POST_TITLE": "node:title",
        "PERMALINK": "node:url",
        "POST_EXCERPT": "node:summary",
        "POST_CONTENT": "node:body",
        "BLOG_TITLE": "site:name",
        "USER_NICENAME": "node:author",
        "USER_DISPLAY_NAME": "node:author:display-name",
        "POST_ID": "node:nid",
        "POST_PUBLISH_DATE": "node:created:custom:F j, Y",
    },
)

DIALECTS: Mapping[str, Dialect] = {
    "drupal": _DRUPAL,
    "yoast": _YOAST,
    "snap": _SNAP,
    "xposter": _XPOSTER,
    "nelio": _NELIO,
    "buffer": _BUFFER,
    "xyz": _XYZ,
}

_DRUPAL_KINDS = re.compile(
    r"\[(?:node|site|date|user|term|file|current-[a-z]+|comment|menu|random):[^\[\]]+\]"
)


def detect(text: str) -> str:
    """The dialect that most of *text*'s placeholders are written in; `drupal` where none is."""
    found = {name: _known(dialect, text) for name, dialect in DIALECTS.items() if name != "drupal"}
    found = {"drupal": len(_DRUPAL_KINDS.findall(text)), **found}
    return max(found, key=lambda name: found[name])


def _known(dialect: Dialect, text: str) -> int:
    tokens = (dialect.token(match) for match in dialect.pattern.finditer(text))
    return sum(1 for kind, _ in tokens if kind)
