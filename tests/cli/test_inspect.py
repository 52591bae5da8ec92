"""`inspect` and `meta` as a person meets them: words, data, codes to end with."""

from __future__ import annotations

import html
import json
import re

import pytest
from PIL import Image

from sharekit.cli.main import run
from sharekit.testing.server import FakeServer, Reply

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (1200).to_bytes(4) + (630).to_bytes(4)
PAGE = (
    '<title>Otters</title><meta property="og:title" content="Otters return \x1b[31m">'
    '<meta name="twitter:card" content="summary_large_image">'
    '<meta property="og:image" content="{url}/a.png">'
    '<meta property="og:image:alt" content="An otter">'
)


@pytest.fixture
def server():
    routes = {"/a.png": Reply(body=PNG)}

    def answer(request):
        return routes.get(request.path, Reply(status=404))

    with FakeServer(handler=answer) as server:
        server.routes = routes
        routes["/p"] = Reply(body=PAGE.replace("{url}", server.url).encode())
        routes["/old"] = Reply(status=301, headers={"Location": "/p"})
        yield server


@pytest.fixture
def told(tmp_path, server, capsys):
    """Runs a command in a folder whose config lets it ask *server*: code, stdout, stderr."""
    host = server.url.removeprefix("http://")
    (tmp_path / "config.yaml").write_text(
        f'sharekit: 1\nsite: {{name: Otter News, url: "https://otters.example"}}\n'
        f'network: {{allow: ["{host}"]}}\n'
        "sources: {posts: {reader: frontmatter, path: posts}}\n"
    )

    def call(*arguments):
        code = run(["-C", str(tmp_path), *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_a_page_without_fault(told, server):
    code, out, err = told("inspect", f"{server.url}/old")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:2] == [f"{server.url}/old leads to", f"{server.url}/p"]
    assert "og:title      Otters return  [31m" in lines
    assert f"{server.url}/a.png: image/png, 1200x630 px, 0 kB" in lines
    assert "mastodon  large  og:title  -            og:image  og:image:alt  let in      source" in (
        lines
    )
    assert "\x1b" not in out


def test_as_data_each_problem_stands_once(told, server):
    server.routes["/p"] = Reply(body=b"<title>Otters</title>")
    code, out, err = told("inspect", f"{server.url}/old", "--json")
    document = json.loads(out)
    assert (code, err) == (1, "")
    assert document["ok"] is False
    assert "problems" not in document["data"]
    assert [p["code"] for p in document["problems"]] == [
        *("og-title-missing", "og-image-missing", "card-type-missing")
    ]
    assert document["data"]["hops"] == [f"{server.url}/old"]
    assert len(document["data"]["views"]) == 10
    view = document["data"]["views"][0]
    assert (view["network"], view["title"], view["tags"]) == (
        *("bluesky", "Otters", {"title": "<title>"}),
    )


def test_one_network_alone(told, server):
    code, out, _ = told("inspect", f"{server.url}/p", "--as", "x", "--json")
    assert code == 0
    assert [view["network"] for view in json.loads(out)["data"]["views"]] == ["x"]


def test_codes_to_end_with(told, server, tmp_path):
    shut = b"User-agent: TelegramBot\nDisallow: /"
    server.routes["/robots.txt"] = Reply(body=shut)
    assert told("inspect", f"{server.url}/p")[0] == 0  # a warning
    assert told("inspect", f"{server.url}/p", "--strict")[0] == 1
    server.routes["/robots.txt"] = Reply(body=shut.replace(b"TelegramBot", b"*"))
    code, _, err = told("inspect", f"{server.url}/p")
    assert code == 1
    assert "robots.txt keeps" in err
    code, _, err = told("inspect", f"{server.url}/p", "--as", "fcebook")
    assert code == 2
    assert "facebook" in err
    assert told("inspect")[0] == 2
    code, _, err = told("inspect", f"{server.url}/gone")
    assert code == 1
    assert "answered 404" in err
    code, _, err = told("inspect", tmp_path / "no.html")
    assert code == 1
    assert f"{tmp_path}/no.html: there is no such file" in err
    code, _, err = told("inspect", "http://127.0.0.1:9/")
    assert code == 1
    assert "only 80 and 443" in err
    code, _, err = told("inspect", f"{server.url}/p", "--offline")
    assert code == 1
    assert "offline" in err


def test_a_server_that_fails_is_worth_another_try(told, server):
    server.routes["/p"] = Reply(status=500)
    code, out, err = told("inspect", f"{server.url}/p")
    assert (code, out) == (3, "")
    assert "answered 500" in err
    code, out, _ = told("inspect", f"{server.url}/p", "--json")
    assert code == 3
    assert json.loads(out)["problems"][0]["code"] == "unreachable"


def test_a_saved_page(told, server, tmp_path):
    path = tmp_path / "p.html"
    own = '<link rel="canonical" href="https://otters.example/p">'
    path.write_text(PAGE.replace("{url}", server.url) + own)
    assert told("inspect", path)[0] == 0


HOSTILE = "\"><script>alert(1)</script><!-- /sharekit:meta --> ' & <b> \\1 \\g<0> \u202e {{ x }}"


@pytest.fixture
def post(tmp_path):
    """The folder of a site with one post, whose title and alt text are made to break out."""
    (tmp_path / "posts").mkdir()
    Image.new("RGB", (1200, 800), "#335577").save(tmp_path / "posts" / "a.jpg")
    (tmp_path / "posts" / "a.md").write_text(
        "---\n" + json.dumps({"title": HOSTILE, "image": "a.jpg", "image_alt": HOSTILE,
                              "tags": [HOSTILE], "description": HOSTILE}) + "\n---\nWords.\n"
    )  # fmt: skip
    return tmp_path


def test_a_hostile_title_stays_a_value(told, post):
    code, out, err = told("meta", "posts")
    assert code == 0, err
    begin, *tags, end = out.splitlines()
    assert (begin, end) == ("<!-- sharekit:meta -->", "<!-- /sharekit:meta -->")
    forms = [
        re.fullmatch(r'<meta (?:name|property)="([\w:]+)" content="([^"<>]*)">', t) for t in tags
    ]
    assert all(forms), tags
    said = {form[1]: html.unescape(form[2]) for form in forms}
    assert "<script>alert(1)</script>" in said["og:title"]
    assert "{{ x }}" in said["og:title"]
    assert "\\g<0>" in said["og:title"]
    assert said["og:image"].startswith("https://otters.example/cards/")


def test_the_block_is_read_as_it_was_written(told, post, server):
    page = post / "page.html"
    page.write_text("<head><title>x</title></head><body>\\1</body>")
    for _ in range(2):
        code, out, _ = told("meta", "posts", "--write", page, "--cards-url", server.url)
        assert (code, out) == (0, "")
    text = page.read_text()
    assert text.count("<!-- sharekit:meta -->") == text.count("<!-- /sharekit:meta -->") == 1
    assert text.endswith("</head><body>\\1</body>")
    name = re.search(rf"{server.url}/([\w.-]+)", text)[1]
    server.routes[f"/{name}"] = Reply(body=(post / "cards" / name).read_bytes())
    _, out, _ = told("inspect", page, "--json")
    seen = json.loads(out)
    assert [p["code"] for p in seen["problems"] if p["severity"] == "error"] == []
    assert (seen["data"]["width"], seen["data"]["height"]) == (1200, 630)
    titles = {view["title"] for view in seen["data"]["views"]}
    assert len(titles) == 1
    assert "<script>alert(1)</script>" in titles.pop()


def test_a_square_card_too(told, post):
    code, out, _ = told("meta", "posts", "--square")
    assert code == 0
    sizes = re.findall(r'og:image:(width|height)" content="(\d+)"', out)
    assert sizes == [("width", "1200"), ("height", "630"), ("width", "1080"), ("height", "1080")]
    pictures = re.findall(r'og:image" content="https://otters\.example/cards/([\w.-]+)"', out)
    assert len(pictures) == 2
    assert (post / "cards" / pictures[1]).stat().st_size <= 300_000


def test_a_card_without_its_picture_is_printed_and_ends_with_one(told, post):
    (post / "posts" / "a.jpg").unlink()
    code, out, err = told("meta", "posts")
    assert code == 1
    assert "og:image" in out
    assert f"{post / 'posts' / 'a.md'}:" in err


def test_mistakes_of_meta(told, post, tmp_path):
    (post / "posts" / "b.md").write_text("---\ntitle: Other\n---\n")
    code, out, err = told("meta", "posts")
    assert (code, out) == (2, "")
    assert "'posts' is 2 posts; name one" in err
    code, _, err = told("meta", "other", "--write", "absent.html")
    assert code == 2
    assert "absent.html" in err
    page = tmp_path / "page.html"
    page.write_text("<head><!-- sharekit:meta --></head>")
    code, out, err = told("meta", "other", "--write", page)
    assert (code, out) == (2, "")
    assert f"{page}:1: <!-- sharekit:meta --> stands there without" in err
    config = post / "config.yaml"
    config.write_text(config.read_text().replace(', url: "https://otters.example"', ""))
    code, _, err = told("meta", "other")
    assert code == 2
    assert "--cards-url" in err
