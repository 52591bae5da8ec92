"""What a Mastodon server takes for a link, a hashtag and a mention, and what they cost."""

from __future__ import annotations

import pytest

from sharekit.publishers.mastodon import Mastodon
from sharekit.text import hashtags, links
from sharekit.text.count import count

LIMITS = Mastodon.default_limits


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("See https://otters.example.", "https://otters.example"),
        ("(http://otters.com/weir)", "http://otters.com/weir"),
        ("https://otters.com/a_(song)_(live)", "https://otters.com/a_(song)_(live)"),
        ("“https://otters.com/!”", "https://otters.com/!”"),
        ('"https://otters.com/"', "https://otters.com/"),
        ("<https://otters.com/>", "https://otters.com/"),
        ("「https://otters.com/」", "https://otters.com/"),
        ("https://otters.com/川獺\u3000abc", "https://otters.com/川獺"),
        ("https://otters.com/?q=выдра&x=1#top!", "https://otters.com/?q=выдра&x=1#top"),
        ("https://otters.com/a<b>c", "https://otters.com/a"),
        ("https://выдра.рф/", "https://выдра.рф/"),
        ("gemini://otters.com/log", "gemini://otters.com/log"),
        ("otters.com", None),
        ("http://otters\\.com", None),
        ("http://weir", None),
    ],
)
def test_links(text, address) -> None:
    if address == "https://otters.example":
        address = None  # no top-level domain that the server knows
    assert [link.url for link in links.find(text, LIMITS)] == ([address] if address else [])


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#otter, #Otter_News. #3d #_x_", ["otter", "Otter_News", "3d", "_x_"]),
        ("a\xa0#otter\n#weir", ["otter", "weir"]),
        ("＃川獺 #วิดรา #ｏｔｔｅｒ", ["川獺", "วิดรา", "ｏｔｔｅｒ"]),
        ("#one·two· #川・獺 #کتاب\u200cها", ["one·two", "川・獺", "کتاب\u200cها"]),
        ("#2026 #·otter x#otter (#otter) é#otter", []),
        ("https://otters.com/a.#otter", []),
        ("#otterhttps://weir #otter://", ["otter", "otter"]),
    ],
)
def test_hashtags(text, tags) -> None:
    found = hashtags.find(text, LIMITS.tag_rule)
    assert [tag.tag for tag in found] == tags
    assert [text[tag.start + 1 : tag.end] for tag in found] == tags


@pytest.mark.parametrize(
    ("text", "warning", "length"),
    [
        ("o" * 500, "", 500),
        ("o" * 300, "w" * 200, 500),
        ("o" * 476 + " https://otters.com/" + "a" * 99, "", 500),
        ("o" * 492 + " @otter@social.example", "", 499),
        # What is no link and no mention costs what it is.
        ("o" * 476 + "https://otters.com/a", "", 496),
        ("o" * 480 + "@otter@social.example", "", 501),
        ("otters.com/" + "a" * 30, "", 41),
        # A link in a warning is not one.
        ("o", "https://otters.com/" + "a" * 20, 40),
        ("👩\u200d👩\u200d👧\u200d👦e\u0301" * 250, "", 500),
    ],
)
def test_what_it_costs(text, warning, length) -> None:
    found = count(text, LIMITS, warning=warning)
    assert (found.length, found.fits) == (length, length <= 500)
