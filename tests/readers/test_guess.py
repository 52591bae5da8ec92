from __future__ import annotations

import io
import sys

import pytest

from sharekit.errors import ReadError
from sharekit.readers import guess

DUMP = "Words.\n\nDate\n\nThursday, March 8, 2018 - 11:45am\n\nStyle\n\nStandard\n"
WXR = '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel/></rss>'


@pytest.mark.parametrize(
    ("name", "content", "reader"),
    [
        ("a.md", "Words without front matter.", "frontmatter"),
        ("a.md", '{"title": "JSON front matter"}\n\nWords.', "frontmatter"),
        ("a.txt", "---\ntitle: A\n---\nWords.", "frontmatter"),
        ("a.txt", ".. title: Nikola\n.. date: 2026-03-08\n\nWords.", "frontmatter"),
        ("a.rst", "Title\n=====\n", "frontmatter"),
        ("a.html", "---\ntitle: A\n---\n<p>x</p>", "frontmatter"),
        ("a.txt", DUMP, "dump"),
        ("a.txt", "\ufeff" + DUMP.replace("\n", "\r\n"), "dump"),
        ("a.xml", "<?xml version='1.0'?>\n<!-- x -->\n<rss version='2.0'/>", "feed"),
        ("a.xml", "<feed xmlns='http://www.w3.org/2005/Atom'/>", "feed"),
        ("a.xml", "<rdf:RDF xmlns:rdf='x'/>", "feed"),
        ("a.xml", WXR, "wxr"),
        ("a.xml", "<?xml version='1.0'?><?x y?><urlset/>", "sitemap"),
        ("a.xml", "<sitemapindex/>", "sitemap"),
        ("a.json", '{"version": "https://jsonfeed.org/version/1"}', "feed"),
        ("a.json", '{"jsonapi": {"version": "1.0"}, "data": []}', "jsonapi"),
        ("a.json", '[{"id": 1, "title": {"rendered": "x"}}]', "wordpress"),
        ("a.json", '{"db": [{"data": {"posts": []}}]}', "ghost"),
        ("a.json", '[{"title": "x", "url": "y"}]', "table"),
        ("a.jsonl", '{"title": "x"}\n', "table"),
        ("a.csv", "title,url\nx,y\n", "table"),
        ("a.txt", "title;url\nx;y\n", "table"),
        ("a.yaml", "---\n- title: x\n", "table"),
        ("page", "<!DOCTYPE html><html></html>", "html"),
        ("page.html", "<div>a fragment</div>", "html"),
    ],
)
def test_knows_a_file_by_its_content(tmp_path, offline, name, content, reader):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8", newline="")
    assert guess(str(path), offline) == reader


def test_knows_a_packed_sitemap(tmp_path, offline):
    import gzip

    path = tmp_path / "sitemap.xml.gz"
    path.write_bytes(gzip.compress(b"<urlset></urlset>"))
    assert guess(str(path), offline) == "sitemap"


@pytest.mark.parametrize(
    ("files", "reader"),
    [
        ({"a.md": "x", "b.txt": DUMP}, "frontmatter"),
        ({"page-1.txt": DUMP, "supplement.yaml": "- order: 1\n"}, "dump"),
        ({"one.json": '[{"title": {"rendered": "x"}}]'}, "wordpress"),
        ({"hugo.toml": 'baseURL = "https://a.example"', "content/a.html": "x"}, "frontmatter"),
    ],
)
def test_knows_a_folder_by_what_it_holds(tmp_path, offline, files, reader):
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    assert guess(str(tmp_path), offline) == reader


def test_a_folder_beside_a_sites_posts_is_not_the_sites(tmp_path, offline):
    (tmp_path / "mkdocs.yml").write_text("site_name: x")
    (tmp_path / "docs").mkdir()
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "a.txt").write_text(DUMP)
    assert guess(str(tmp_path / "dumps"), offline) == "dump"


def test_standard_input_is_looked_into_and_left_whole(monkeypatch, offline):
    data = io.BufferedReader(io.BytesIO(DUMP.encode()))
    monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": data}))
    assert guess("-", offline) == "dump"
    assert data.read().decode() == DUMP


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0", b"Just some words."])
def test_says_what_there_is_to_choose_from_when_unsure(tmp_path, offline, content):
    path = tmp_path / "thing.bin"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=r"--reader: dump, feed, frontmatter") as caught:
        guess(str(path), offline)
    assert str(path) in str(caught.value)


def test_what_does_not_exist_is_named(tmp_path, offline):
    with pytest.raises(ReadError, match="does not exist"):
        guess(str(tmp_path / "nope"), offline)
    with pytest.raises(ReadError, match="this folder is empty"):
        guess(str(tmp_path), offline)
