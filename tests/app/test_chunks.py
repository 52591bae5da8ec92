"""Drawing with `render --workers`, into a folder and into an address."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from sharekit.app import App, chunks
from sharekit.cli.main import run
from sharekit.errors import RenderError, UserError
from sharekit.model import as_data
from sharekit.testing import sample_post


@pytest.fixture
def site(tmp_path, monkeypatch):
    (tmp_path / "posts").mkdir()
    for name in ("a", "b", "c"):
        text = f"---\ntitle: Post {name}\nurl: https://withy.example/{name}\n---\nWords.\n"
        (tmp_path / "posts" / f"{name}.md").write_text(text)
    (tmp_path / "config.yaml").write_text(
        "sharekit: 1\nsite: {name: Withy, url: https://withy.example}\n"
        "sources: {posts: {reader: frontmatter, path: posts}}\n"
        "channels: {outbox: {folder: out}}\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def render(capsys):
    def render(*arguments):
        assert run(["render", "--json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)["data"]

    return render


def by_post(rows):
    """What was drawn, wherever that was, and in however many bytes (see `png.deflater`)."""
    return {row["post"]: {**row, "path": Path(row["path"]).name, "bytes": 0} for row in rows}


def test_together_is_drawn_what_one_machine_draws(site, render):
    together = render("--workers", "--out", "together")
    assert {row["status"] for row in together} == {"drew"}
    alone = render("--out", "alone")
    assert by_post(together) == by_post(alone)
    for name in (p.name for p in (site / "alone").iterdir()):
        one, other = Image.open(site / "together" / name), Image.open(site / "alone" / name)
        assert one.tobytes() == other.tobytes(), name
    assert {row["status"] for row in render("--workers", "--out", "together")} == {"kept"}
    gone = Path(together[0]["path"])
    gone.unlink()
    again = render("--workers", "--out", "together")
    assert [row["path"] for row in again if row["status"] == "drew"] == [str(gone)]


def test_into_an_address(site, render):
    address = (site / "bucket").as_uri()
    first = render("--workers", "--out", address)
    assert {row["status"] for row in first} == {"drew"}
    names = sorted(p.name for p in (site / "bucket").iterdir())
    assert sorted(row["path"] for row in first) == [f"{address}/{name}" for name in names]
    (site / "bucket" / names[0]).write_bytes(b"half")
    second = render("--workers", "--out", address)
    assert sorted(row["status"] for row in second) == ["drew", *["kept"] * (len(first) - 1)]
    assert len((site / "bucket" / names[0]).read_bytes()) > 1000


@pytest.mark.parametrize(
    "post",
    [
        sample_post(id="a", flags={"x": None}, extra={"zone": "assumed"}),
        sample_post(id="b", image=None, published=None, social={"*": "words"}),
    ],
)
def test_a_post_survives_the_way(post):
    assert chunks._post(json.loads(json.dumps(as_data(post)))) == post


def test_a_machine_with_another_theme_refuses(site):
    app = App.open(site)
    with pytest.raises(UserError, match="another theme, logo, fonts or version"):
        chunks.tasks(app)["render"]({"look": "other", "where": "x", "orders": [], "posts": []})


def test_an_address_that_nothing_knows(site):
    with pytest.raises(UserError, match="cannot be written to"):
        list(App.open(site).render_together([sample_post()], where="nosuch://x/y")[1])


@pytest.fixture
def drivers():
    """Drivers as strict as those of S3 and SFTP: no word but `detail`, no bucket out of nothing."""
    import fsspec
    from fsspec.implementations.memory import MemoryFileSystem

    class Sftp(MemoryFileSystem):
        protocol = "strict-sftp"
        store, pseudo_dirs = {}, [""]

        @classmethod
        def _strip_protocol(cls, path):
            return super()._strip_protocol(path.rpartition("://")[2])

        def ls(self, path, detail=False):
            return super().ls(path, detail=detail)

    class S3(Sftp):
        protocol = ("strict-s3", "s3")
        store, pseudo_dirs = {}, ["", "/bucket"]

        def makedirs(self, path, exist_ok=False):
            raise AssertionError("there are no folders to make")

        def put_file(self, lpath, rpath, **_):
            self.pipe_file(rpath, Path(lpath).read_bytes())

    for name, kind in (("strict-sftp", Sftp), ("strict-s3", S3)):
        fsspec.register_implementation(name, kind, clobber=True)


@pytest.mark.usefixtures("drivers", "site")
@pytest.mark.parametrize("address", ["strict-s3://bucket/cards", "strict-sftp://host/srv/cards"])
def test_into_what_strict_drivers_know(render, address):
    assert {row["status"] for row in render("--workers", "--out", address)} == {"drew"}
    assert {row["status"] for row in render("--workers", "--out", address)} == {"kept"}


@pytest.mark.usefixtures("drivers", "site")
def test_a_mistyped_bucket_is_not_made(capsys):
    assert run(["render", "--workers", "--out", "strict-s3://buckte/cards"]) == 2
    assert "the bucket buckte is not there" in capsys.readouterr().err


@pytest.mark.usefixtures("site")
def test_a_password_in_an_address_is_refused_and_not_repeated(capsys):
    assert run(["render", "--workers", "--out", "sftp://otter:geheim@host/srv"]) == 2
    said = capsys.readouterr()
    assert "FSSPEC_SFTP_PASSWORD" in said.err
    assert "geheim" not in said.out + said.err


def test_an_address_that_takes_nothing_is_told_and_can_be_tried_again(site, monkeypatch):
    from sharekit.app import outputs
    from sharekit.testing import sample_card

    there = outputs.output((site / "bucket").as_uri(), site / ".sharekit")

    class Full:
        protocol = "file"

        def put_file(self, *_):
            raise OSError(28, "No space left on device")

    there.__dict__.update(_place=(Full(), "bucket"), _there={})
    with pytest.raises(RenderError, match="No space left"):
        there.put(sample_card(site))


def test_what_does_not_go_together(site, capsys):
    assert run(["render", "--workers", "--check"]) == 2
    assert run(["render", "--out", "s3://bucket/cards"]) == 2
    assert "--workers draws into an address" in capsys.readouterr().err
