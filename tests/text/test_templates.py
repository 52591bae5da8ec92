from __future__ import annotations

import time

import pytest

from sharekit.model import Asset
from sharekit.text.templates import TemplateError, render


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ post.title }} {{ link }}", "Otters are back in the bay https://l.ink"),
        ("{{ post.title|upper|truncate(6, true, '') }}", "OTTERS"),
        ("{{ post.tags|join(', ') }}", "climate change, otters"),
        ("{{ post.tags|hashtags }}", "#ClimateChange #otters"),
        ("{% for tag in post.tags %}[{{ tag }}]{% endfor %}", "[climate change][otters]"),
        ("{{ post.published.strftime('%Y') }}", "2018"),
        ("{{ site.name }}: {{ post.authors[0] }}", "The Otter: Jane March"),
        ("{% if post.updated %}new{% else %}old{% endif %}", "old"),
        ("{{ post.updated or 'never' }}", "never"),
        ("{{ post.updated|default('never') }}", "never"),
        ("{% if post.share_image.alt %}x{% endif %}", ""),
        ("{{ post.extra.subtitle }}", "Sub"),
        ("{{ 2 * 3 }}", "6"),
        ("a\nb\n", "a\nb\n"),
    ],
)
def test_templates(post, site, template, text) -> None:
    made = render(template, post=post(extra={"subtitle": "Sub"}), site=site, link="https://l.ink")
    assert made == text


def test_content_is_only_a_value(post) -> None:
    title = "{{ 7 * 7 }} {% for x in y %} [node:url] <b>&amp;</b>"
    assert render("{{ post.title }}", post=post(title=title)) == title


@pytest.mark.parametrize(
    ("template", "missing"),
    [
        ("{{ post.title }}", "post.title"),
        ("{{ post.title|upper }}", "post.title"),
        ("{{ post.image.alt }}", "post.image.alt"),
        ("{{ post.title ~ '!' }}", "post.title"),
        ("{{ link }}", "link"),
    ],
)
def test_what_the_post_has_not_got_is_named(post, template, missing) -> None:
    with pytest.raises(TemplateError) as raised:
        render(template, post=post(title=None, image=None), link=None)
    assert raised.value.missing == missing
    assert missing in str(raised.value)
    assert "{% if" in str(raised.value)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ post.titel }}", "Did you mean 'title'?"),
        ("{{ pots.title }}", "Did you mean 'post'?"),
        ("{{ post.title", "line 1"),
        ("a\n{% if %}", "line 2"),
        ("{{ post.title|nonsense }}", "nonsense"),
        ("{% include 'x' %}", "may not"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "may not"),
        ("{% for a in post.body %}{% for b in post.body %}{% endfor %}{% endfor %}", "loop"),
        ("{% for a in post.tags recursive %}{{ loop(post.tags) }}{% endfor %}", "loop"),
        ("{{ post.title.__class__ }}", "unsafe"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ post.tags.append(1) }}", "append"),
        ("{{ 'a' * 1000000000 }}", "numbers"),
        ("{{ 9 ** 9 }}", "numbers"),
        ("{{ 99999999 * 99999999 }}", "large"),
        ("{{ '%1000000000d' % 1 }}", "numbers"),
        ("{{ '{:1000000000}'.format(1) }}", "safe"),
        ("{{ 'a'.center(1000000000) }}", "safe"),
        ("{{ 1 / 0 }}", "zero"),
        ("{{ range(1000000000) }}", "range"),
        ("{{ lipsum() }}", "lipsum"),
        ("{% for a in post.body %}{{ post.body }}{% endfor %}", "characters"),
    ],
)
def test_mistakes_and_attacks_end_at_once_in_one_sentence(post, template, said) -> None:
    start = time.monotonic()
    with pytest.raises(TemplateError) as raised:
        render(template, post=post(body="word " * 2000))
    assert said in str(raised.value)
    assert time.monotonic() - start < 30


def test_a_picture_is_seen_by_its_fields(post) -> None:
    made = render("{{ post.image.alt }}", post=post(image=Asset(src="a.jpg", alt="An otter")))
    assert made == "An otter"
