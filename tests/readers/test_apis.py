"""The APIs over the network: what is asked for, page after page, and with which credentials."""

from __future__ import annotations

import json

import pytest

from sharekit.errors import ReadError
from sharekit.readers import guess
from sharekit.readers.ghost import Ghost
from sharekit.readers.jsonapi import JsonApi
from sharekit.readers.wordpress import WordPress


def wp_post(number):
    return {
        "id": number,
        "guid": {"rendered": f"https://wp.example/?p={number}"},
        "title": {"rendered": f"Post {number}"},
        "link": f"https://wp.example/{number}/",
        "date_gmt": "2026-03-08T11:45:00",
        "status": "publish",
    }


def wordpress_route(total):
    def route(query, headers):
        size, page = int(query["per_page"]), int(query.get("page", 1))
        found = [wp_post(n) for n in range(1, total + 1)][(page - 1) * size : page * size]
        return 200, {"X-WP-TotalPages": str(-(-total // size))}, found

    return route


def test_wordpress_is_read_page_by_page_from_the_sites_address(site, web):
    site.routes["/blog/wp-json/wp/v2/posts"] = wordpress_route(250)

    found = list(WordPress(source=f"{site.url}/blog/", limit=230).read(web))

    assert [p.id for p in found[:2]] == ["https://wp.example/?p=1", "https://wp.example/?p=2"]
    assert len(found) == 230
    assert [query.get("page") for _, query, _ in site.asked] == [None, "2", "3"]
    assert all(query["_embed"] == "1" for _, query, _ in site.asked)


def test_wordpress_gets_an_application_password_that_shows_nowhere(site, web):
    site.routes["/wp-json/wp/v2/posts"] = lambda query, headers: (
        401,
        {},
        {"code": "rest_forbidden", "message": headers["Authorization"]},
    )
    with pytest.raises(ReadError) as caught:
        list(WordPress(source=site.url, user="ann", password="very secret words").read(web))
    assert site.asked[0][2]["Authorization"] == "Basic YW5uOnZlcnkgc2VjcmV0IHdvcmRz"
    assert "very secret" not in str(caught.value)
    assert "YW5uOnZlcnk" not in str(caught.value)


def test_one_post_of_wordpress_by_its_own_route(site, web):
    site.routes["/wp-json/wp/v2/posts/7"] = lambda query, headers: (200, {}, wp_post(7))
    (post,) = WordPress(source=f"{site.url}/wp-json/wp/v2/posts/7").read(web)
    assert post.title == "Post 7"
    assert "per_page" not in site.asked[0][1]


def test_ghost_is_read_page_by_page_with_its_key(site, web):
    def route(query, headers):
        assert query["include"] == "tags,authors"
        page = int(query.get("page", 1))
        following = page + 1 if page < 3 else None
        posts = [{"id": f"{page}", "title": f"Post {page}", "url": f"https://g.example/{page}/"}]
        return 200, {}, {"posts": posts, "meta": {"pagination": {"next": following}}}

    site.routes["/ghost/api/content/posts/"] = route
    found = list(Ghost(source=site.url, key="22444f78447824223cefc48062").read(web))

    assert [p.title for p in found] == ["Post 1", "Post 2", "Post 3"]
    assert {query["key"] for _, query, _ in site.asked} == {"22444f78447824223cefc48062"}
    assert all("22444f78447824223cefc48062" not in p.source for p in found)


def node(number, **related):
    return {
        "type": "node--article",
        "id": f"n{number}",
        "attributes": {"title": f"Node {number}", "drupal_internal__nid": number},
        "relationships": {name: {"data": data} for name, data in related.items()},
    }


def test_jsonapi_asks_for_what_posts_refer_to_and_follows_the_pages(site, web):
    user = {"type": "user--user", "id": "u", "attributes": {"display_name": "Ann"}}
    reference = {"type": "user--user", "id": "u"}

    def route(query, headers):
        assert headers["Authorization"] == "Bearer t0ken-t0ken"
        included = [user] if "uid" in query.get("include", "") else []
        if query.get("page[offset]"):
            return 200, {}, {"data": [node(2, uid=reference)], "included": included}
        following = f"{site.url}/jsonapi/node/article?page[offset]=1&include=uid"
        links = {"next": {"href": following}}
        return 200, {}, {"data": [node(1, uid=reference)], "included": included, "links": links}

    site.routes["/jsonapi/node/article"] = route
    source = f"{site.url}/jsonapi/node/article"
    found = list(JsonApi(source=source, token="t0ken-t0ken").read(web))

    assert [(p.title, p.authors) for p in found] == [("Node 1", ("Ann",)), ("Node 2", ("Ann",))]
    assert found[0].url == f"{site.url}/node/1"
    assert site.asked[0][1]["sort"] == "-created"


def test_jsonapi_does_with_less_where_a_relationship_may_not_be_included(site, web):
    media = {"type": "media--image", "id": "m"}
    term = {"type": "taxonomy_term--tags", "id": "t"}
    included = [
        {**term, "attributes": {"name": "Water"}},
        {
            **media,
            "relationships": {
                "thumbnail": {"data": {"type": "file--file", "id": "f", "meta": {"alt": "Alt"}}}
            },
        },
        {"type": "file--file", "id": "f", "attributes": {"uri": {"url": "/files/f.jpg"}}},
    ]

    def route(query, headers):
        if "field_media_image.field_media_image" in query.get("include", ""):
            return 400, {}, {"errors": [{"detail": "not a valid relationship"}]}
        data = [node(1, field_media_image=media, field_tags=[term])]
        return 200, {}, {"data": data, "included": included if "include" in query else []}

    site.routes["/jsonapi/node/article"] = route
    (post,) = JsonApi(source=f"{site.url}/jsonapi/node/article").read(web)

    assert (post.tags, post.image.alt) == (("Water",), "Alt")
    assert post.image.src == f"{site.url}/files/f.jpg"
    assert (
        site.asked[-1][1]["include"] == "field_media_image,field_tags,field_media_image.thumbnail"
    )


def test_a_token_does_not_follow_to_another_server(site, web):
    seen = []

    def elsewhere(query, headers):
        seen.append(headers.get("Authorization"))
        return 200, {}, {"data": []}

    site.routes["/jsonapi/node/article"] = lambda query, headers: (
        200,
        {},
        {
            "data": [node(1)],
            "links": {"next": {"href": f"http://localhost:{site.server.server_port}/other"}},
        },
    )
    site.routes["/other"] = elsewhere
    web._allowed = type(web._allowed)([site.host, f"localhost:{site.server.server_port}"])
    list(JsonApi(source=f"{site.url}/jsonapi/node/article", token="t0ken-t0ken").read(web))
    assert seen == [None]


def test_a_page_that_is_no_json_is_named(site, web):
    site.routes["/wp-json/wp/v2/posts"] = lambda query, headers: (200, {}, b"<html>login</html>")
    with pytest.raises(ReadError, match="is not JSON") as caught:
        list(WordPress(source=site.url).read(web))
    assert site.host in str(caught.value)


@pytest.mark.parametrize(
    ("path", "body", "reader"),
    [
        ("/a", {"version": "https://jsonfeed.org/version/1.1", "items": []}, "feed"),
        ("/b", {"data": [node(1)]}, "jsonapi"),
        ("/c", [wp_post(1)], "wordpress"),
        ("/d", {"posts": [{"id": "1", "feature_image": None}]}, "ghost"),
        ("/e", b"<!doctype html><html><head></head></html>", "html"),
        ("/f", b"<?xml version='1.0'?><rss><channel/></rss>", "feed"),
        ("/g", b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", "sitemap"),
        ("/h", b"title,url\na,https://a.example\n", "table"),
        ("/wp-json/wp/v2/posts", None, "wordpress"),
        ("/ghost/api/content/posts/", None, "ghost"),
        ("/en/jsonapi/node/article", None, "jsonapi"),
    ],
)
def test_guesses_by_what_an_address_answers(site, web, path, body, reader):
    if body is not None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        site.routes[path] = lambda query, headers: (200, {}, content)
    assert guess(site.url + path, web) == reader
