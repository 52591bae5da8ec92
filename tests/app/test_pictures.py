"""A post's picture: where its address leads, how it is kept, and who is told when it cannot be had."""

from __future__ import annotations

import gzip
import hashlib
import json

import pytest
from PIL import Image

from sharekit.app import App
from sharekit.cli.main import run
from sharekit.composer import decode
from sharekit.errors import RenderError
from sharekit.testing.server import FakeServer, Reply


def picture(path, colour="#335577"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (1200, 800), colour).save(path)
    return path.read_bytes()


@pytest.fixture
def server(tmp_path):
    body = picture(tmp_path / "elsewhere" / "a.jpg")
    routes = {"/a.jpg": Reply(body=body, headers={"ETag": '"1"'})}
    with FakeServer(handler=lambda r: routes.get(r.path, Reply(status=404))) as server:
        server.routes = routes
        yield server


@pytest.fixture
def site(tmp_path, server):
    """A folder with a config that lets *server* be asked, and stands for a site at its address."""
    folder = tmp_path / "site"
    folder.mkdir()
    host = server.url.removeprefix("http://")
    (folder / "config.yaml").write_text(
        f'sharekit: 1\nsite: {{name: Otter News, url: "{server.url}"}}\n'
        f'network: {{allow: ["{host}"]}}\n'
        "sources: {posts: {reader: frontmatter, path: content}}\n"
    )
    return folder


def write(site, name, **meta):
    path = site / "content" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("---\n" + json.dumps({"title": name, **meta}) + "\n---\nWords.\n")
    return path


def kept(site):
    return sorted((site / ".sharekit/cache/pictures").glob("*"))


def render(site, capsys, *arguments):
    """The rows of `render`, by the post's title, and the problems."""
    code = run(["-C", str(site), "render", "--json", *map(str, arguments)])
    document = json.loads(capsys.readouterr().out)
    return code, document["data"], document["problems"]


def asked(server):
    return [request.path for request in server.requests]


def test_is_kept_under_the_digest_of_its_content(site, server, capsys):
    for name, address in (("a.md", "/a.jpg"), ("b.md", "/same.jpg"), ("c.md", "/other.jpg")):
        write(site, name, image=server.url + address)
    server.routes["/same.jpg"] = server.routes["/a.jpg"]
    other = picture(site.parent / "elsewhere" / "b.jpg", "#aa5522")
    server.routes["/other.jpg"] = Reply(body=other)
    code, rows, _ = render(site, capsys, "--all", "--size", "og", "--size", "square")
    assert (code, len(rows)) == (0, 6)
    assert {row["layout"] for row in rows} == {"photo"}
    contents = (server.routes["/a.jpg"].body, other)
    digests = sorted(hashlib.sha256(content).hexdigest()[:40] for content in contents)
    assert [path.stem for path in kept(site)] == digests
    assert all(
        path.read_bytes() in contents and path.is_relative_to(site / ".sharekit")
        for path in kept(site)
    )
    assert sorted(asked(server)) == ["/a.jpg", "/other.jpg", "/same.jpg"]
    # and nowhere else
    assert [*(site / ".sharekit/http").glob("*")] == []
    render(site, capsys, "--all", "--size", "story")
    assert len(asked(server)) == 3


BOMB = gzip.compress(bytes(20_000_000))
WRONG = {
    "gone": (Reply(status=404), "picture-unreachable", "answered 404"),
    "shut": (Reply(status=403), "picture-unreachable", "answered 403"),
    "empty": (Reply(status=204), "picture-unreachable", "answered 204"),
    "unasked": (Reply(status=304), "picture-unreachable", "answered 304"),
    "page": (Reply(body=b"<!doctype html><p>sign in"), "picture-unreadable", "text/html"),
    "svg": (Reply(body=b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "picture-unreadable", "svg"),
    "cut": (Reply(body=b"\x89PNG\r\n\x1a\n"), "picture-unreadable", "picture"),
    "big": (Reply(body=bytes(decode.MAX_FILE + 1)), "picture-unreachable", "more than 50,000,000"),
    "bomb": (
        *(Reply(body=BOMB, headers={"Content-Encoding": "gzip"}), "picture-unreachable"),
        "more than",
    ),
    "loop": (
        *(Reply(status=302, headers={"Location": "/loop"}), "picture-unreachable"),
        "redirects more than 5 times",
    ),
    "inner": (
        Reply(status=302, headers={"Location": "http://169.254.169.254/latest"}),
        "picture-unreachable",
        "169.254.169.254",
    ),
}


def test_what_cannot_be_had_is_told_with_the_posts_place_and_the_rest_is_drawn(
    site, server, capsys
):
    paths = {}
    for name, (reply, _, _) in WRONG.items():
        server.routes[f"/{name}"] = reply
        paths[name] = write(site, f"{name}.md", image=f"{server.url}/{name}")
    write(site, "fine.md", image=f"{server.url}/a.jpg")
    code, rows, problems = render(site, capsys, "--all", "--size", "og")
    assert code == 1
    assert len(rows) == len(WRONG) + 1
    assert [row["layout"] for row in rows].count("photo") == 1
    for name, (_, problem_code, said) in WRONG.items():
        own = [p for p in problems if p["where"].startswith(f"{paths[name]}:")]
        (told,) = [p for p in own if p["severity"] == "error"]
        assert told["code"] == problem_code, name
        assert said in told["message"], name
        assert told["where"].rpartition(":")[2].isdigit()
        assert told["hint"], name
    # Only what may be a picture is kept.
    assert {path.read_bytes()[:8] for path in kept(site)} == {
        server.routes["/a.jpg"].body[:8],
        b"\x89PNG\r\n\x1a\n",
    }


def test_what_cannot_be_had_is_asked_for_once_for_all_sizes(site, server, capsys):
    write(site, "a.md", image=f"{server.url}/gone.jpg")
    render(site, capsys, "--all", "--size", "og", "--size", "square", "--size", "story")
    assert asked(server) == ["/gone.jpg"]


def test_a_picture_of_yesterday_is_better_than_none(site, server, monkeypatch, capsys):
    write(site, "a.md", image=f"{server.url}/a.jpg")
    render(site, capsys, "--all")
    monkeypatch.setattr("sharekit.composer.fetch._FRESH", 0)
    before = 1
    for reply in (Reply(status=410), Reply(body=b"<p>sign in"), Reply(status=500)):
        server.routes["/a.jpg"] = reply
        write(site, "a.md", image=f"{server.url}/a.jpg", summary=f"{reply.status} {reply.body!r}")
        code, rows, _ = render(site, capsys, "--all")
        assert code == 0
        assert [row["layout"] for row in rows] == ["photo"]
        assert asked(server).count("/a.jpg") > before
        before = asked(server).count("/a.jpg")
    assert len(kept(site)) == 1


@pytest.mark.parametrize("src", ["gone.jpg", "{url}/gone.jpg", "a.txt"])
@pytest.mark.parametrize("layout", ["photo", "article"])
def test_every_way_to_a_picture_names_the_post(site, server, src, layout):
    path = write(site, "a.md", image=src.replace("{url}", server.url))
    (path.parent / "a.txt").write_text("no picture")
    app = App.open(site)
    (post,) = app.posts().posts
    with pytest.raises(RenderError) as caught:
        app.composer.picture(post, site / "whole")
    assert caught.value.problems[0].where == post.source
    if layout == "photo":
        with pytest.raises(RenderError) as caught:
            app.composer.draw(post, layout="photo", out=site / "cards")
        problems = caught.value.problems
    else:
        problems = app.composer.draw(post, out=site / "cards").card.problems
    assert {problem.where for problem in problems} == {post.source}
    assert post.source.startswith(f"{path}:")


def image_of(site, *, reading=()):
    app = App.open(site)
    (post,) = app.posts(*reading).posts
    return app.composer.picture(post, site / "whole"), post.image.src


def test_beside_a_post_in_its_bundle(site, server):
    write(site, "posts/spring/index.md", image="quay.png")
    picture(site / "content/posts/spring/quay.png")
    found, _ = image_of(site)
    assert found.is_file()
    assert asked(server) == []


def test_at_the_root_of_the_site(site, server):
    (site / "hugo.toml").write_text(f'baseURL = "{server.url}/"\n')
    write(site, "posts/a.md", images=["/img/share.png"])
    picture(site / "static/img/share.png")
    found, _ = image_of(site)
    assert found.is_file()
    assert asked(server) == []


@pytest.mark.parametrize(
    ("src", "path"),
    [
        ("../img/a.jpg", "/posts/img/a.jpg"),
        ("/img/a.jpg", "/img/a.jpg"),
        ("a.jpg", "/posts/p/a.jpg"),
    ],
)
def test_relative_to_a_page(site, server, src, path):
    server.routes[path] = server.routes["/a.jpg"]
    server.routes["/posts/p/"] = Reply(
        body=f'<title>A</title><meta property="og:image" content="{src}">'.encode()
    )
    found, address = image_of(site, reading=([f"{server.url}/posts/p/"],))
    assert address == server.url + path
    assert found.is_file()
    assert asked(server)[-1] == path


@pytest.mark.parametrize(
    ("base", "path"), [("", "/a.jpg"), ('xml:base="/posts/p/"', "/posts/p/a.jpg")]
)
def test_relative_to_the_site_of_a_feed_or_to_its_base(site, server, base, path):
    server.routes[path] = server.routes["/a.jpg"]
    feed = (
        f'<rss version="2.0" {base}><channel><title>t</title><item><title>A</title>'
        f"<link>{server.url}/posts/p/</link>"
        "<description>&lt;img src='a.jpg' alt='x'&gt;</description></item></channel></rss>"
    )
    server.routes["/blog/feed"] = Reply(body=feed.encode())
    found, address = image_of(site, reading=([f"{server.url}/blog/feed"],))
    assert address == server.url + path
    assert found.is_file()


def test_a_post_from_the_web_has_no_say_over_files_here(site, server, tmp_path):
    secret = tmp_path / "elsewhere" / "a.jpg"
    for src in (str(secret), f"file://{secret}", f"//{secret}", "../../elsewhere/a.jpg"):
        server.routes["/p"] = Reply(
            body=f'<title>A</title><meta property="og:image" content="{src}">'.encode()
        )
        app = App.open(site)
        (post,) = app.posts([f"{server.url}/p"]).posts
        if post.image is None:
            continue
        with pytest.raises(RenderError) as caught:
            app.composer.picture(post, site / "whole")
        assert caught.value.problems[0].where == post.source
    assert kept(site) == []
