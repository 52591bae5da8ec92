from __future__ import annotations

import time

import pytest

from sharekit.composer import values
from sharekit.composer.content import view
from sharekit.model import Asset, Post, Site


@pytest.fixture
def context():
    post = Post(
        id="1",
        title="Otters {{ 7 * 7 }} are back",
        tags=("River", "News"),
        image=Asset(src="a.jpg", alt=""),
        extra={"deep": {"er": "found"}},
    )
    return view(post, Site(name="Trust", url="https://www.trust.example/x"), {"ink": "#111214"})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("{{ post.title }}", "Otters {{ 7 * 7 }} are back"),
        ("{{post.kicker}} / {{ site.host }}", "River / trust.example"),
        ("{{ post.extra.deep.er }}", "found"),
        ("{{ post.extra.no.such }}", ""),
        ("{{ post.url }}", ""),
        ("{{ post.title | upper | truncate(6) }}", "OTTERS"),
        ("{% if post.summary %}yes{% else %}no{% endif %}", "no"),
        ("{{ post.tags | join(' + ') }}", "River + News"),
        ("{{ post.quote.text or 'none' }}", "none"),
    ],
)
def test_a_value_names_chooses_and_joins(context, text, shown) -> None:
    assert values.template(text)(context) == shown


def test_content_is_never_a_template(context) -> None:
    assert "49" not in values.template("{{ post.title }}!")(context)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ pots.title }}", "unknown name pots; did you mean post?"),
        ("{{ post.titel }}", "unknown name post.titel; did you mean post.title?"),
        ("a {{ post.title.x }}", "unknown name post.title.x; nothing stands below post.title"),
        ("{{ post.title | md5 }}", "unknown filter md5"),
        ("{{ unclosed", "is not a template"),
    ],
)
def test_mistakes_are_found_when_the_layout_is_loaded(text, message) -> None:
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        values.template(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{ 99 ** 99999999 }}",
        "{% for x in post.tags %}{% endfor %}",
        "{% for a in (1,2) %}{% for b in (1,2) %}{% endfor %}{% endfor %}",
        "{{ lipsum(1000) }}",
        "{{ cycler('a') }}",
        "{{ range(10**9) }}",
        "{{ 'a' * 10**9 }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ post.__class__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ post.title.format() }}",
        "{{ post.title | replace('a', 'aaaaaaaa') }}",
        "{{ post.title | indent(10**9) }}",
        "{{ post.title | attr('__class__') }}",
        "{% set x = 1 %}",
        "{% macro m() %}{% endmacro %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ namespace(x=1) }}",
        "{{ [1] | map('string') }}",
        "{{ post.title is callable }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ post.title ~ " * 300 + "1" + " }}" * 300,
    ],
)
def test_a_value_cannot_compute_call_or_loop(text) -> None:
    start = time.perf_counter()
    with pytest.raises(ValueError, match=r"cannot stand|unknown|not a template"):
        values.template(text)
    assert time.perf_counter() - start < 30


def test_a_value_ends_even_where_its_parts_are_long(context) -> None:
    long = dict(context) | {"post": {**context["post"], "title": "x" * 1_000_000}}
    assert len(values.template("{{ post.title }}")(long)) == values.MAX_RESULT


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("post.image", True),
        ("not post.image", False),
        ("post.share_image", False),
        ("post.image and post.kicker == 'River'", True),
        ("(post.title | length) > 100", False),
        ("post.series.of > 12", False),
        ("post.number.percent is none", True),
    ],
)
def test_conditions(context, text, holds) -> None:
    assert values.condition(text)(context) is holds


def test_a_condition_is_checked_too() -> None:
    with pytest.raises(ValueError, match=r"unknown name post\.imge; did you mean post\.image"):
        values.condition("post.imge")
