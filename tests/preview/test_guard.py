from __future__ import annotations

import base64
import re

import pytest
import requests
import urllib3

from sharekit.preview.static_files import address


def test_a_foreign_host_is_refused_on_every_route(shared):
    served = shared
    for method, path in served.routes():
        for host in (
            "evil.example",
            f"evil.example:{served.door.port}",
            "127.0.0.1:1",
            "127.0.0.1",
        ):
            answer = served.session.request(
                method,
                served.base + path,
                headers={"host": host, "origin": served.base},
                timeout=60,
            )
            assert answer.status_code == 421, (method, path, host)


def test_a_foreign_page_is_refused_on_every_route(shared):
    served = shared
    for method, path in served.routes():
        for headers in (
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"origin": f"http://127.0.0.1:{served.door.port + 1}"},
            {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
            {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
        ):
            answer = served.session.request(
                method, served.base + path, headers=headers, json={}, timeout=60
            )
            assert answer.status_code == 403, (method, path, headers)


def test_nothing_is_shown_without_the_link(shared):
    served = shared
    for method, path in served.routes():
        headers = {"origin": served.base} if method == "POST" else {}
        answer = requests.request(
            method, served.base + path, headers=headers, json={}, timeout=60, allow_redirects=False
        )
        assert answer.status_code == 401, (method, path)


def test_a_change_without_an_origin_is_refused(shared):
    served = shared
    for method, path in served.routes():
        if method == "POST":
            assert served.session.post(served.base + path, json={}, timeout=60).status_code == 403


def test_nothing_changes_on_get(shared):
    served = shared
    for method, path in served.routes():
        if method == "POST":
            assert served.get(path).status_code == 405


def test_the_link_works_once_and_leaves_the_address_bar(start):
    served = start()
    path = f"/plan?week=2026-12-01&token={served.door.token}"
    first = requests.get(served.base + path, allow_redirects=False, timeout=60)
    assert first.status_code == 303
    assert first.headers["location"] == "/plan?week=2026-12-01"
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    again = requests.get(served.base + path, allow_redirects=False, timeout=60)
    assert again.status_code == 401
    assert "used before" in again.text
    follow = requests.get(served.base + "/plan", cookies=first.cookies, timeout=60)
    assert follow.status_code == 200


def test_the_link_leads_nowhere_else(start):
    served = start()
    path = f"//evil.example/?token={served.door.token}"
    answer = requests.get(served.base + path, allow_redirects=False, timeout=60)
    assert answer.headers.get("location", "/") in ("/", "/?")


def test_a_wrong_cookie_opens_nothing(shared):
    served = shared
    for value in ("", "x", served.door.session[:-1], served.door.session + "x"):
        answer = requests.get(served.base, cookies={served.door.cookie: value}, timeout=60)
        assert answer.status_code == 401


def test_every_answer_has_its_headers(shared):
    served = shared
    paths = [p for m, p in served.routes() if m == "GET" and p != "/events"]
    for path in [*paths, "/nothing-here"]:
        answer = served.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in answer.headers
    refused = requests.get(served.base, headers={"host": "evil.example"}, timeout=60)
    assert "default-src 'none'" in refused.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/files/../config.yaml",
        "/files/%2e%2e%2fconfig.yaml",
        "/files/config.yaml",
        f"{address()}/../words.yaml",
        f"{address()}/%2e%2e/words.yaml",
        f"{address()}/%2e%2e%2f%2e%2e%2fwords.yaml",
        "/thumbs/..%2f..%2fconfig.yaml",
    ],
)
def test_files_go_out_by_their_ids_alone(shared, path):
    served = shared
    with urllib3.HTTPConnectionPool("127.0.0.1", served.door.port) as pool:
        answer = pool.urlopen(
            "GET", path, headers={"cookie": f"{served.door.cookie}={served.door.session}"},
            redirect=False,
        )  # fmt: skip
    assert answer.status in (307, 404)
    assert b"sharekit: 1" not in answer.data


def test_the_pages_own_files_are_kept_at_an_address_that_changes_with_them(shared):
    page = shared.get("/").text
    asked = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(asked) >= 8
    for path in asked:
        answer = shared.get(path)
        assert path.startswith(f"{address()}/"), path
        assert answer.status_code == 200, path
        assert answer.headers["cache-control"].endswith("immutable"), path
    assert shared.get("/static/page.js").status_code == 404


def test_a_card_goes_out_with_its_own_type(shared):
    served = shared
    page = served.get(served.path_of("flood-meadow")).text
    path = re.search(r"/files/[0-9a-f]{32}", page)[0]
    answer = served.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] in ("image/jpeg", "image/png")


def test_read_only_changes_nothing(start):
    served = start(read_only=True)
    looking = {"/count", "/when", "/layouts/draw", "/layouts/compare"}
    for method, path in served.routes():
        if method == "POST" and path not in looking:
            answer = served.post(path, {})
            assert answer.status_code == 403, path
            assert "reading" in answer.text
    assert not (served.folder / ".sharekit/overrides.yaml").exists()


def test_large_and_endless_bodies_are_refused(shared):
    served = shared
    assert served.post("/count", {"x": "y" * 300_000}).status_code == 413
    endless = iter([b"{", b"}"])
    answer = served.session.post(
        served.base + "/count", data=endless, headers={"origin": served.base}, timeout=60
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'"text"', b"[" * 5000])
def test_what_the_page_never_sends_is_refused(shared, body):
    served = shared
    for path in ("/count", "/save", "/schedule", "/queue/move"):
        answer = served.session.post(
            served.base + path, data=body, headers={"origin": served.base}, timeout=60
        )
        assert answer.status_code == 400, path


@pytest.mark.parametrize("data", [{}, {"post": 1}, {"post": "x", "ids": "q"}, {"ids": [1]}])
def test_what_is_not_right_is_told_in_a_sentence(start, data):
    served = start()
    for method, path in served.routes():
        if method == "POST" and path not in ("/refresh", "/queue/hold", "/queue/run", "/layouts/draw",
                                             "/layouts/compare", "/layouts/save"):  # fmt: skip
            answer = served.post(path, data)
            assert answer.status_code == 400, path
            assert answer.json()["says"], path


# --- a password, for others in the network


def test_a_password_lets_others_in(start):
    served = start(password="correct horse")
    served.session.cookies.clear()
    assert served.get("/").status_code == 401
    assert "Basic" in served.get("/").headers["www-authenticate"]
    wrong = base64.b64encode(b"x:wrong").decode()
    assert served.get("/", headers={"authorization": f"Basic {wrong}"}).status_code == 401
    assert served.get("/", headers={"authorization": "Basic %%%"}).status_code == 401
    right = base64.b64encode(b"anybody:correct horse").decode()
    answer = served.get("/", headers={"authorization": f"Basic {right}"})
    assert answer.status_code == 303
    assert served.get("/").status_code == 200  # by the cookie


def test_with_a_password_addresses_are_names_and_other_names_are_not(start):
    served = start(password="correct horse")
    port = served.door.port
    assert served.get("/", headers={"host": f"192.0.2.7:{port}"}).status_code == 200
    assert served.get("/", headers={"host": f"evil.example:{port}"}).status_code == 421


def test_another_address_needs_a_password(monkeypatch, tmp_path):
    from sharekit.app import App
    from sharekit.errors import UserError
    from sharekit.preview.server import PASSWORD, Address, serve

    monkeypatch.delenv(PASSWORD, raising=False)
    for host in ("0.0.0.0", "192.0.2.7", "::", "example.org"):
        with pytest.raises(UserError, match="no password"):
            serve(App.open(tmp_path), Address(host=host), tell=print)


def test_the_routes_are_all_asked(shared):
    served = shared
    known = {path for _, path in served.routes()}
    assert {"/", "/plan", "/queue", "/layouts", "/accounts", "/events", "/save"} <= known
    assert len(known) > 30
