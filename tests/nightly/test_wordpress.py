"""A real WordPress, from the distribution's packages: its API, its feed and its export agree.

`tests/nightly/setup` installs what this needs; without it the tests are skipped. Everything runs
on this computer: MariaDB behind a socket in a temporary folder, PHP's own server on 127.0.0.1.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sharekit.readers.feed import Feed
from sharekit.readers.wordpress import WordPress
from sharekit.readers.wxr import Wxr
from sharekit.web import Session

PACKAGED = Path("/usr/share/wordpress")
FILL = Path(__file__).parent / "fill.php"
NEEDED = ("mariadbd", "mariadb-install-db", "php")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.peer,
    pytest.mark.skipif(
        not (PACKAGED / "wp-load.php").exists() or not all(map(shutil.which, NEEDED)),
        reason="needs what tests/nightly/setup installs",
    ),
]

CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', '{url}'); define('WP_SITEURL', '{url}');
define('WP_CONTENT_DIR', '{folder}/wp-content'); define('WP_CONTENT_URL', '{url}/wp-content');
define('WP_ENVIRONMENT_TYPE', 'local'); define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true); define('AUTOMATIC_UPDATER_DISABLED', true);
define('AUTH_KEY', 'a'); define('SECURE_AUTH_KEY', 'b'); define('LOGGED_IN_KEY', 'c');
define('NONCE_KEY', 'd'); define('AUTH_SALT', 'e'); define('SECURE_AUTH_SALT', 'f');
define('LOGGED_IN_SALT', 'g'); define('NONCE_SALT', 'h');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) {{ define('ABSPATH', __DIR__ . '/'); }}
require_once ABSPATH . 'wp-settings.php';
"""
ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file(__DIR__ . $path)) { return false; }
$_SERVER['SCRIPT_NAME'] = '/index.php';
require __DIR__ . '/index.php';
"""


class Site(NamedTuple):
    url: str
    host: str
    folder: Path
    made: dict[str, Any]


@pytest.fixture(scope="module")
def wordpress(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wordpress")
    database = folder / "db"
    place = folder / "s"  # a socket's path may have no more than 107 characters
    who = ["--user=root"] if os.getuid() == 0 else []
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", *who, f"--datadir={database}", "--skip-test-db",
         "--auth-root-authentication-method=normal"],
        check=True, capture_output=True,
    )  # fmt: skip
    server = subprocess.Popen(
        ["mariadbd", "--no-defaults", *who, f"--datadir={database}", f"--socket={place}",
         "--skip-networking", f"--pid-file={folder}/pid", "--innodb-buffer-pool-size=16M"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    php = None
    try:
        until(place.exists)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        site = folder / "site"
        shutil.copytree(PACKAGED, site, symlinks=False, ignore_dangling_symlinks=True)
        (site / "wp-content" / "uploads").mkdir()
        (site / "wp-config.php").write_text(CONFIG.format(socket=place, url=url, folder=site))
        (site / "router.php").write_text(ROUTER)
        make = f"$db = new mysqli('localhost', 'root', '', '', 0, '{place}'); $db->query('CREATE DATABASE wordpress CHARACTER SET utf8mb4');"
        subprocess.run(["php", "-r", make], check=True, capture_output=True)
        done = subprocess.run(
            ["php", FILL, site, url], capture_output=True, text=True, check=False, timeout=120
        )
        assert (site / "made.json").exists(), done.stdout[-2_000:] + done.stderr[-2_000:]
        php = subprocess.Popen(
            ["php", "-S", f"127.0.0.1:{port}", "-t", site, site / "router.php"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(lambda: answers(f"{url}/wp-json/"))
        made = json.loads((site / "made.json").read_text())
        yield Site(url, f"127.0.0.1:{port}", site, made)
    finally:
        for process in filter(None, (php, server)):
            process.terminate()
            process.wait(30)


def free_port():
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return opened.getsockname()[1]


def until(ready, seconds=60):
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it did not start"
        time.sleep(0.1)


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture
def web(wordpress):
    with Session(allow=[wordpress.host], pace=0, retries=0) as session:
        yield session


@pytest.mark.parametrize("route", ["/", "/wp-json/wp/v2/posts", "/?rest_route=/wp/v2/posts"])
def test_posts_through_the_api(wordpress, web, route):
    later, nets = WordPress(source=wordpress.url + route).read(web)

    assert web.problems == []
    assert nets.title == "Nets & twine: it’s slow, 5 < 6"
    assert nets.url == f"{wordpress.url}/2024/03/nets-twine-its-slow-5-6/"
    assert nets.summary == "A hole, a knot & patience."
    assert nets.body == "First the hole… then the knot.\n\nneedle\ntwine"
    assert nets.published.isoformat() == "2024-03-08T19:45:00+00:00"
    assert nets.authors == ("Mira O’Falk",)
    assert nets.tags == ("Craft & Trade", "nets", "slow food")
    assert nets.image.src.startswith(f"{wordpress.url}/wp-content/uploads/")
    assert nets.image.src.endswith("/net.png")
    assert nets.image.alt == 'A torn net & a needle, "before"'
    assert nets.flags == {"sticky": True}
    assert not nets.draft

    assert later.title == "漁網を直す"
    assert later.published.isoformat() == "2024-07-01T07:30:00+00:00"
    assert later.image is None
    assert later.body == (
        "A post from the classic editor,\non two lines.\n\nAnd a second paragraph [sic]."
    )


def test_the_picture_can_be_fetched_as_it_is_named(wordpress, web):
    _, nets = WordPress(source=wordpress.url).read(web)
    assert web.get(nets.image.src).content.startswith(b"\x89PNG")


def test_drafts_with_an_application_password(wordpress, web):
    source = f"{wordpress.url}/wp-json/wp/v2/posts?status=draft"
    (draft,) = WordPress(source=source, user="mira", password=wordpress.made["password"]).read(web)
    assert (draft.title, draft.draft, draft.body) == ("Not yet", True, "Soon.")


def test_one_post_by_its_number(wordpress, web):
    source = f"{wordpress.url}/wp-json/wp/v2/posts/{wordpress.made['nets']}"
    (nets,) = WordPress(source=source).read(web)
    assert (nets.authors, nets.image.alt) == (("Mira O’Falk",), 'A torn net & a needle, "before"')


def said(post):
    # Only what goes out has its apostrophes curled; the export has them as they were typed.
    post = dataclasses.replace(post, title=post.title.replace("’", "'"))
    return post.id, post.url, post.title, post.published, post.authors, sorted(post.tags), post.body


def test_the_feed_and_the_export_say_the_same(wordpress, web):
    through_api = {post.id: post for post in WordPress(source=wordpress.url).read(web)}
    in_feed = {post.id: post for post in Feed(source=f"{wordpress.url}/feed/").read(web)}
    exported = {p.id: p for p in Wxr(source=str(wordpress.folder / "export.xml")).read(web)}

    assert web.problems == []
    assert {key: said(post) for key, post in in_feed.items()} == {
        key: said(post) for key, post in through_api.items()
    }
    drafts = [post for post in exported.values() if post.draft]
    assert [post.title for post in drafts] == ["Not yet"]
    for key, post in through_api.items():
        assert said(exported[key]) == said(post)
        assert exported[key].image == post.image
        assert exported[key].flags == post.flags
