"""What an editor does, from the first look to the page for a colleague, in a real browser."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from sharekit.app import overrides
from sharekit.preview import words

pytestmark = pytest.mark.browser

BLUESKY = '.ch[data-account="outbox:bluesky"]'


def _post(served, post_id="flood-meadow"):
    return {post.id: post for post in served.desk.app.posts().posts}[post_id]


# --- first look


def test_the_list_says_where_everything_stands(start, opened, fate):
    served = start()
    fate.fill(served.desk.app)
    page = opened(served)
    assert page.locator(".item").count() == 4
    head = page.locator(".todo h3").all_inner_texts()
    assert head[0] == "1 post may be out already"
    assert head[1] == "2 posts failed"
    assert head[2] == "1 article waits for approval"
    meadow = page.locator(".item", has_text="hay meadow").locator(".lines").nth(1)
    lines = meadow.locator("strong").all_inner_texts()
    assert lines == ["May have been posted", "Failed", "Held", "Published"]
    assert page.locator(".nav .n").inner_text().startswith("3")

    page.keyboard.press("/")
    page.keyboard.type("kingfisher")
    page.click("[data-live=none] [data-clear]")
    expect(page.locator("#shown")).to_have_text("4 articles")
    page.fill("#q", "approval waiting")
    expect(page.locator(".item h3")).to_have_text([_post(served, "old-bends-ar").title])
    page.fill("#q", "")
    page.get_by_label("Failed").check(force=True)
    expect(page.locator("#shown")).to_have_text("1 article")
    page.get_by_label("All").check(force=True)
    page.select_option("#lacks", "picture")
    expect(page.locator("#shown")).to_have_text("2 articles")
    assert page.url.endswith("/?lacks=picture")

    page.select_option("#lacks", "")
    expect(page.locator("#shown")).to_have_text("4 articles")
    page.locator(".item h3 a", has_text="hay meadow").click()
    assert page.locator("h1").inner_text() == "The hay meadow that floods on purpose"
    assert page.locator(".ch[data-account]").count() == 8
    badges = page.locator(".ch .conf summary").all_inner_texts()
    assert {"source", "model", "report", "not checked"} <= {b.split("\n")[-1] for b in badges}


def test_what_is_drawn_is_the_very_message(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    post = _post(served)
    for account in served.desk.app.accounts():
        message = served.desk.app.message(post, account)
        panel = page.locator(f'.ch[data-account="{account.name}"]')
        assert panel.locator(".tx").first.evaluate("(e) => e.textContent") == message.text
        links = panel.locator(".tx").first.locator(".lk.link").all_inner_texts()
        assert links == [message.text[x.start : x.end] for x in message.links]
        tags = panel.locator(".tx").first.locator(".lk.tag").count()
        assert tags == len(message.tags)
        image = panel.locator(".d img").first
        assert image.evaluate("(e) => e.naturalWidth") == message.card.width


def test_all_eleven_networks_are_on_the_page(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    names = {n.split("\n")[-1] for n in page.locator(".ch h3").all_inner_texts()}
    assert names == {
        "X", "Bluesky", "Mastodon", "LinkedIn", "Threads", "Telegram", "Discord", "Slack",
        "Facebook", "WhatsApp", "Search result",
    }  # fmt: skip


def test_what_a_network_cuts_is_measured_and_named(start, opened):
    served = start()
    path = served.folder / "posts/flood-meadow.md"
    path.write_text(
        path.read_text().replace('tion = "A bank', f'tion = "{"A long story. " * 20}A bank')
    )
    served.desk.changed(())
    page = opened(served, served.path_of("flood-meadow"))
    line = page.locator(f"{BLUESKY} .cutline")
    expect(line).to_have_text("Cut short here: description.")
    assert page.locator(".ch[data-account='outbox:threads'] .cutline").is_hidden()


def test_drawings_have_their_networks_width(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))

    def width(network):
        return round(page.locator(f".d.n-{network}").first.bounding_box()["width"])

    assert (width("bluesky"), width("discord")) == (335, 300)
    page.check("input[name=width][value=computer]", force=True)
    assert (width("discord"), width("bluesky")) == (432, 487)
    linkedin = page.locator(".ch[data-account='outbox:linkedin'] .scale").inner_text()
    assert re.fullmatch(r"Drawn at 9\d% of 552 px", linkedin)
    page.reload()
    assert page.locator("input[name=width][value=computer]").is_checked()
    page.check("input[name=cards][value=dark]", force=True)
    shown = page.locator(f"{BLUESKY} .stage").evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert shown == "rgb(21, 25, 29)"


# --- edit with a live count


def test_a_text_is_counted_while_it_is_typed_and_saved_when_it_rests(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    page.locator(BLUESKY).get_by_role("button", name="Write its own").click()
    field = page.locator("#e-outbox-bluesky")
    assert field.is_visible()
    field.fill("otters " * 50)
    page.wait_for_selector(f"{BLUESKY} .cnt.over")
    count = page.locator(f"{BLUESKY} .cnt").inner_text()
    over = int(re.search(r"(\d+) over", count)[1])
    account = served.desk.app.config.accounts["outbox:bluesky"]
    typed = served.desk.app.count("otters " * 50, "outbox:bluesky").length
    assert over > typed - 300  # the link counts too
    marked = page.locator(f"{BLUESKY} .bk mark").inner_text()
    assert marked.rstrip().endswith("otters")
    assert len(marked) < 350
    assert page.locator(f"{BLUESKY} .tx").inner_text().count("…") == 1
    page.wait_for_function("() => document.querySelector('#saved').textContent.startsWith('Saved')")
    assert "CE" in page.locator("#saved").inner_text()  # a time has its zone
    post = _post(served)
    assert post.social["bluesky"].startswith("otters otters")
    sent = served.desk.app.message(post, account).text
    assert page.locator(f"{BLUESKY} .tx").inner_text() == sent
    expect(page.locator(".probs")).to_contain_text("too long for Bluesky")

    page.locator(BLUESKY).get_by_role("button", name="Use the shared text").click()
    page.get_by_role("button", name="Undo").wait_for()
    assert "bluesky" not in _post(served).social
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("() => document.querySelector('#toast').textContent === 'Put back.'")
    assert _post(served).social["bluesky"].startswith("otters otters")
    page.locator("#e-outbox-bluesky:focus").wait_for()


def test_the_shared_text_reaches_every_channel_without_its_own(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    page.fill("#shared", "One text for all. [node:url]")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.ch[data-account] .tx')]"
        ".every((tx) => tx.textContent.startsWith('One text for all.'))"
    )
    assert "utm" not in page.locator(f"{BLUESKY} .tx").inner_text()


def test_alt_text_attach_layout_and_off_are_kept(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    page.fill("#alt", "Grass under water")
    page.locator("#alt").blur()
    page.wait_for_function("() => document.querySelector('#saved').textContent.startsWith('Saved')")
    page.locator(BLUESKY).get_by_label("What to attach").select_option("image")
    # The card of before stands in until the new one is drawn.
    expect(page.locator(f"{BLUESKY} .pic img")).to_have_attribute("alt", re.compile("Grass under"))
    page.select_option("#layout", "split")
    page.wait_for_function(
        "() => document.querySelector('#layout').value === 'split' && !document.querySelector('[aria-busy]')"
    )
    page.wait_for_function("() => document.querySelector('#saved').textContent.startsWith('Saved')")
    page.locator(BLUESKY).get_by_label("Post here").uncheck(force=True)
    page.wait_for_function(
        "() => document.querySelector('#approve').textContent.includes('7 posts')"
    )
    page.reload()
    assert page.locator("#alt").input_value() == "Grass under water"
    assert page.locator("#layout").input_value() == "split"
    assert not page.locator(BLUESKY).get_by_label("Post here").is_checked()
    post = _post(served)
    assert overrides.value_of(post, "attach.bluesky") == "image"
    assert overrides.value_of(post, "off.outbox:bluesky") is True


# --- the focus point


def test_a_very_tall_picture_leaves_the_rest_of_the_page_in_sight(site, start, opened):
    """A screenshot of a whole page: shown whole, with its mark on it, no higher than useful."""
    tall = Image.linear_gradient("L").resize((200, 1500)).convert("RGB")
    tall.save(site / "photos/tall.png")
    (site / "posts/tall.md").write_text(
        "---\ntitle: Tall\ndate: 2026-01-02\nurl: /tall/\nimage: ../photos/tall.png\n---\nWords.\n"
    )
    served = start(site)
    key = next(item.key for item in served.desk.items() if item.post.title == "Tall")
    page = opened(served, f"/articles/{key}")
    small = page.locator(".side .pick img").bounding_box()
    assert small["height"] <= 320
    assert small["width"] / small["height"] == pytest.approx(200 / 1500, rel=0.05)
    mark = page.locator(".cross.mini").bounding_box()
    assert small["x"] <= mark["x"] + mark["width"] / 2 <= small["x"] + small["width"]
    page.get_by_role("button", name="Set the focus point").click()
    big = page.locator(".pick.big img").bounding_box()
    assert 320 < big["height"] <= 0.7 * 900
    page.mouse.click(big["x"] + big["width"] / 2, big["y"] + 0.1 * big["height"])
    assert page.locator("#fy").input_value() == "10"


def test_the_focus_point_is_set_by_a_click_and_seen_on_every_cut(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    before = page.locator(f"{BLUESKY} .lc img").get_attribute("src")
    page.get_by_role("button", name="Set the focus point").click()
    box = page.locator(".pick.big").bounding_box()
    square = page.locator(".r100 img[data-focal]")
    was = square.evaluate("(e) => e.style.objectPosition")
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.5)
    now = square.evaluate("(e) => e.style.objectPosition")
    assert now != was
    assert now.startswith("100%")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    assert page.locator("#fxo").inner_text() == "89%"
    assert page.locator("#fyo").inner_text() == "40%"
    assert "89% from the left" in page.locator("#cross").get_attribute("aria-label")
    page.get_by_role("button", name="Save the point").click()
    page.wait_for_function(
        f"() => document.querySelector(`{BLUESKY} .lc img`).getAttribute('src') !== '{before}'"
    )
    cards = page.locator("#focal [data-card]").evaluate_all("(all) => all.map((e) => e.src)")
    assert len(cards) == 2
    assert len(set(cards)) == 1
    x, y = _post(served).image.focus
    assert (round(x, 2), round(y, 2)) == (0.89, 0.4)


def test_a_cut_is_the_card_drawers_own(shared, opened):
    """The square cut of the page shows what `composer.crop.cover` takes."""
    from sharekit.composer.crop import cover

    page = opened(shared, shared.path_of("flood-meadow"))
    page.keyboard.press("f")
    page.locator("#fx").fill("80")
    page.locator("#fy").fill("20")
    for name in ("r100", "r191", "r080"):
        image = page.locator(f".{name} img[data-focal]").first
        at, size, natural = image.evaluate(
            "(e) => [e.style.objectPosition, [e.clientWidth, e.clientHeight],"
            " [e.naturalWidth, e.naturalHeight]]"
        )
        crop = cover(tuple(natural), tuple(size), focus=(0.8, 0.2))
        spare = (natural[0] - (crop.right - crop.left), natural[1] - (crop.bottom - crop.top))
        wanted = [
            100 * c / s if s > 1 else 50 for c, s in zip((crop.left, crop.top), spare, strict=True)
        ]
        shown = [float(part.rstrip("%")) for part in at.split()]
        assert shown == pytest.approx(wanted, abs=0.6), name


# --- approve and schedule


def test_approve_plan_move_and_take_back(start, opened):
    served = start()
    page = opened(served, served.path_of("kawabune-ja"))
    day = datetime.now(UTC).date() + timedelta(days=8)
    page.fill("#date", day.isoformat())
    page.fill("#time", "09:30")
    page.wait_for_function(
        f"() => document.querySelector('#say-when').textContent.includes('{day.day} ')"
        " && document.querySelector('#say-when').textContent.includes('09:30')"
    )
    assert "Berlin time (CE" in page.locator("#say-zone").inner_text()
    assert re.fullmatch(r"0[78]:30 UTC", page.locator("#utc").inner_text())
    page.get_by_role("button", name="Approve and plan 8 posts").click()
    page.get_by_text("Approved. 8 posts planned").wait_for()
    queue = served.desk.app.queue
    assert queue.counts() == {"scheduled": 8}
    assert all(d.approved for d in queue.list())
    expect(page.locator(".ch .ln", has_text="Planned")).to_have_count(8)

    page.goto(f"{served.base}/plan?week={day}")
    slot = page.locator(".slot", has_text="川舟")
    assert slot.locator(".hm").inner_text() == "09:30"
    target = page.locator(f'.day[data-date="{_other_day(day)}"]')
    slot.drag_to(target, target_position={"x": 20, "y": 300})
    page.get_by_text("still 09:30").wait_for()
    moved = queue.list()
    assert {d.wall for d in moved} == {f"{_other_day(day)}T09:30:00"}
    assert {d.state for d in moved} == {"scheduled"}
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("() => document.querySelector('#toast').textContent === 'Put back.'")
    assert {d.wall for d in queue.list()} == {f"{day}T09:30:00"}


def _other_day(day):
    """Another day of the same week."""
    return (day + timedelta(days=1 if day.weekday() < 6 else -1)).isoformat()


def test_the_plan_without_a_mouse(start, opened):
    served = start()
    day = datetime.now(UTC).date() + timedelta(days=14)
    from sharekit.app import planning

    planning.plan(served.desk.app, _post(served), ["outbox:x"], f"{day} 17:00", approve=False)
    page = opened(served, f"/plan?week={day}")
    step = 1 if day.weekday() < 6 else -1
    page.locator(".slot[draggable=true]").first.focus()
    page.keyboard.press("Alt+ArrowRight" if step == 1 else "Alt+ArrowLeft")
    page.get_by_text("still 17:00").wait_for()
    (delivery,) = served.desk.app.queue.list()
    assert delivery.wall == f"{day + timedelta(days=step)}T17:00:00"
    page.wait_for_function("() => document.activeElement.matches('.slot')")
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Time, Berlin").fill("18:15")
    dialog.locator(f'button[data-date="{day}"]').click()
    page.get_by_text("18:15").first.wait_for()
    page.wait_for_function("() => document.querySelector('.slot .hm').textContent === '18:15'")
    (delivery,) = served.desk.app.queue.list()
    assert delivery.wall == f"{day}T18:15:00"


def test_an_article_without_a_time_is_dragged_from_the_tray(start, opened):
    served = start()
    day = datetime.now(UTC).date() + timedelta(days=7)
    page = opened(served, f"/plan?week={day}")
    slot = page.locator(".tray .slot", has_text="hay meadow")
    slot.drag_to(page.locator(f'.day[data-date="{day}"]'))
    page.get_by_text("8 posts wait for approval").wait_for()
    page.locator(f'.day[data-date="{day}"] .slot:focus').wait_for()
    assert served.desk.app.queue.counts() == {"draft": 8}
    page.get_by_role("button", name="Undo").click()
    page.locator(".tray .slot", has_text="hay meadow").wait_for()
    page.wait_for_function("() => document.activeElement !== document.body")
    page.locator(".tray .slot", has_text="hay meadow").focus()
    page.keyboard.press("Alt+ArrowRight")  # it stands on no day that it could leave
    page.keyboard.press("m")
    page.get_by_role("dialog").locator(f'button[data-date="{day}"]').click()
    page.locator(f'.day[data-date="{day}"] .slot:focus').wait_for()
    assert served.desk.app.queue.counts()["draft"] == 8
    page.goto(f"{served.base}/queue")
    page.get_by_role("button", name=re.compile("^Approve")).click()
    page.get_by_text("Approved 8 posts.").wait_for()
    assert served.desk.app.queue.counts()["scheduled"] == 8


def test_a_text_that_changed_after_approval_says_so(start, opened):
    served = start()
    from sharekit.app import planning

    planning.plan(
        served.desk.app, _post(served), ["outbox:bluesky"], "2030-01-01 09:00", approve=True
    )
    page = opened(served, served.path_of("flood-meadow"))
    expect(page.get_by_text("newer than the one that is planned")).to_have_count(0)
    page.fill("#shared", "Newer words.")
    page.get_by_role("button", name="Approve and plan this text instead").click()
    page.get_by_text("The new text is planned.").wait_for()
    (delivery,) = served.desk.app.queue.list()
    assert (delivery.state, delivery.message.text[:12]) == ("scheduled", "Newer words.")


# --- failure and retry


def test_failures_stand_by_cause_with_the_button_that_helps(start, opened, fate):
    served = start()
    fate.fill(served.desk.app)
    page = opened(served, "/queue")
    causes = page.locator("#failed .cause")
    assert causes.locator("h3").all_inner_texts() == [
        "Bluesky refused the post", "Mastodon was busy",
    ]  # fmt: skip
    assert causes.nth(0).locator(".b.p").inner_text() == "Open the text"
    assert causes.nth(1).locator(".b.p").count() == 0
    assert "The next try is at" in causes.nth(1).inner_text()
    signed_out = page.locator("#held .cause")
    assert signed_out.locator("h3").all_inner_texts() == ["X needs a sign-in"]
    assert signed_out.locator(".b.p").inner_text() == "Sign in to X"
    counts = [int(n) for n in page.locator(".toc b").all_inner_texts()]
    assert counts[:3] == [1, 2, 1]
    assert page.locator(".nav .n").inner_text().startswith("3")

    causes.nth(0).get_by_role("button", name="Send again").click()
    page.get_by_text("Goes out in the next run.").wait_for()
    fate.send(served.desk.app, {})
    page.reload()
    states = {d.message.account: d.state for d in served.desk.app.queue.list(post="flood-meadow")}
    assert states["bluesky"] == "published"
    assert page.get_by_text("Bluesky refused").count() == 0
    row = page.locator("#done tr", has_text="Bluesky")
    assert "https://social.example/" in row.get_by_role("link", name="See it").get_attribute("href")


def test_what_may_be_out_is_never_sent_again_by_one_button(start, opened, fate):
    served = start()
    fate.fill(served.desk.app)
    page = opened(served, "/queue")
    unknown = page.locator("#unknown .cause")
    assert unknown.get_by_role("button").all_inner_texts() == [
        "Ask Threads now", "It is there: mark as posted", "It is not there: send it",
    ]  # fmt: skip
    unknown.get_by_role("button", name="It is there").click()
    page.get_by_text("Noted.").wait_for()
    states = {d.message.account: d.state for d in served.desk.app.queue.list(post="flood-meadow")}
    assert states["threads"] == "published"
    expect(page.locator(".nav .n")).to_have_text(re.compile("^2"))


def test_where_a_post_was_found_is_kept_with_it(start, opened, fate, monkeypatch):
    from sharekit.app import looking

    served = start()
    fate.fill(served.desk.app)
    url = "https://social.example/found"
    found = looking.Found(verdict="there", words=url, url=url)
    monkeypatch.setattr(looking, "look", lambda app, id_: found)
    page = opened(served, "/queue")
    assert re.search(r"Sent today, \d\d:\d\d:\d\d CE", page.locator("#unknown").inner_text())
    page.get_by_role("button", name="Ask Threads now").click()
    page.locator("#unknown .looked").get_by_text("Found it").wait_for()
    page.reload()  # what was found is still there
    assert page.get_by_label("Its link").input_value() == url
    page.get_by_role("button", name="It is there").click()
    page.get_by_text("Noted.").wait_for()
    (threads,) = [d for d in served.desk.app.queue.list() if d.message.account == "threads"]
    assert threads.receipt.url == url
    row = page.locator("#done tr", has_text="Threads")
    assert row.get_by_role("link", name="See it").get_attribute("href") == url


def test_what_is_out_is_sent_again_only_by_somebody_who_chooses_that(start, opened, fate):
    served = start()
    fate.fill(served.desk.app)
    queue = served.desk.app.queue
    page = opened(served, served.path_of("flood-meadow"))
    # 4 are out and 1 may be; X is signed out: Bluesky and Mastodon can be planned anew.
    assert page.locator("#approve").inner_text() == "Approve and plan 2 posts"
    assert "5 are out already" in page.locator("#sum").inner_text()
    slack = page.locator(".ch[data-account='outbox:slack']")
    slack.get_by_role("button", name="Post it again").click()
    notice = page.locator(".second")
    assert "was posted on Slack already, on " in notice.inner_text()
    assert notice.locator("button:focus").inner_text() == "Leave it"
    page.keyboard.press("Enter")
    expect(notice).to_have_count(0)
    assert len(queue.list(account="outbox:slack", post="flood-meadow")) == 1
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send a second post").click()
    page.get_by_text("Approved. 1 post planned").wait_for()
    expect(slack.locator(".ln", has_text="Planned")).to_have_count(1)
    assert len(queue.list(account="outbox:slack", post="flood-meadow")) == 2


def test_what_is_due_goes_out_by_one_button(start, opened, monkeypatch):
    from sharekit.app import planning

    served = start()
    app = served.desk.app
    planning.plan(app, _post(served), ["outbox:slack"], "now", approve=True)
    page = opened(served, "/queue")
    page.locator("#main").get_by_role("button", name="Send what is due").click()
    page.get_by_text("1 post went out.").wait_for()
    assert app.queue.counts() == {"published": 1}
    assert (served.folder / ".sharekit/outbox/index.html").is_file()


def test_everything_is_held_and_let_run(start, opened):
    served = start()
    page = opened(served, "/queue")
    page.get_by_role("button", name="Hold everything").click()
    page.get_by_text("Everything is held").first.wait_for()
    assert all(a.paused for a in served.desk.app.queue.accounts())
    notice = page.locator(".after-note")
    assert notice.count() == 1  # one cause, one button
    assert "Nothing goes out on X, Mastodon" in notice.inner_text()
    notice.get_by_role("button", name="Let it run").click()
    page.get_by_text("Posts go out again on X, Mastodon").wait_for()
    assert not any(a.paused for a in served.desk.app.queue.accounts())


# --- layouts


def test_a_look_is_tried_compared_and_saved(start, opened):
    served = start()
    page = opened(served, "/layouts")
    tile = page.locator('.tile[data-layout="photo"] img')
    before = tile.get_attribute("src")
    page.locator("#t-accent").fill("#0a5a63")
    page.wait_for_function(
        f"() => document.querySelector('.tile[data-layout=photo] img').getAttribute('src') !== '{before}'"
    )
    page.locator("#ba-list button").first.wait_for()
    assert page.locator(".bef").get_attribute("src") != page.locator(".aft").get_attribute("src")
    page.get_by_role("button", name="Save the look").click()
    page.get_by_text("The look is saved in config.yaml.").wait_for()
    assert served.desk.app.config.theme.accent == "#0a5a63"
    assert "logo: logo.svg}" in (served.folder / "config.yaml").read_text()


def test_a_look_that_nobody_can_read_says_so(start, opened):
    served = start()
    page = opened(served, "/layouts")
    page.locator("#t-ink").fill("#eeeeee")
    page.get_by_text("has a contrast of").wait_for()
    assert page.locator("#contrast").get_attribute("class") == "st fail"
    page.seen.console.clear()  # the browser notes that the server refused it


def test_layouts_with_hard_titles_a_grid_and_other_sizes(start, opened):
    served = start()
    page = opened(served, "/layouts")
    image = page.locator('.tile[data-layout="editorial"] img')
    before = image.get_attribute("src")
    covered = page.locator(".tile .notes li", has_text="X prints the link's title")
    assert covered.count() > 3
    assert page.locator('.tile[data-layout="picture"] .notes li').count() == 0
    page.select_option("#extreme", "long")
    page.check("#with-grid", force=True)
    page.wait_for_function(
        "() => !document.querySelector('.tile.busy') && document.querySelector("
        f"'.tile[data-layout=editorial] img').getAttribute('src') !== '{before}'"
    )
    page.select_option("#extreme", "")
    page.uncheck("#with-grid", force=True)
    page.select_option("#size", "square")
    page.wait_for_url("**/layouts?*size=square*")
    assert covered.count() == 0
    assert (
        page.locator('.tile[data-layout="editorial"] img').evaluate("(e) => e.naturalHeight")
        == 1080
    )
    page.get_by_role("button", name="Use this for this article: split").click()
    page.get_by_text("Saved").wait_for()
    key = page.locator("#post").input_value()
    assert overrides.value_of(served.desk.item(key).post, "layout") == "split"


def test_every_layout_is_saved_as_a_picture(start):
    from io import BytesIO

    from PIL import Image

    served = start()
    answer = served.get("/layouts.zip?size=square")
    archive = zipfile.ZipFile(BytesIO(answer.content))
    names = [name.rpartition("/")[2] for name in archive.namelist()]
    assert {"photo.png", "split.png", "editorial.png"} <= set(names)
    for name in archive.namelist():
        with Image.open(BytesIO(archive.read(name))) as picture:
            assert (picture.format, picture.size) == ("PNG", (1080, 1080))


def test_text_and_card_are_taken_by_hand(start, opened):
    served = start()
    page = opened(
        served, served.path_of("flood-meadow"), permissions=["clipboard-read", "clipboard-write"]
    )
    page.locator(BLUESKY).get_by_role("button", name="Copy the text").click()
    page.get_by_text("Copied.").wait_for()
    text = page.evaluate("() => navigator.clipboard.readText()")
    account = served.desk.app.config.accounts["outbox:bluesky"]
    assert text == served.desk.app.message(_post(served), account).text
    with page.expect_download() as download:
        page.locator("#l-facebook").get_by_role("link", name="Save the card").click()
    assert download.value.suggested_filename.startswith("flood-meadow-")
    assert download.value.suggested_filename.endswith(".jpg")
    page.locator("#l-whatsapp").get_by_role("button", name="Copy the text").click()
    page.wait_for_function(
        "async () => (await navigator.clipboard.readText()).includes('https://withy.example')"
    )


# --- accounts


def test_an_account_is_tested_without_posting(start, opened):
    served = start()
    page = opened(served, "/accounts")
    page.locator('[data-test="outbox:x"]').click()
    page.get_by_text("Signed in as").wait_for()
    assert served.desk.app.queue.counts() == {}


def test_an_account_is_added_on_the_page(start, opened):
    served = start()
    path = served.folder / "config.yaml"
    path.write_text(path.read_text().replace("channels:", "channels:\n  telegram: {chat: '@x'}"))
    served.desk.changed({path.resolve()})
    page = opened(served, "/accounts")
    page.get_by_role("button", name="Add an account").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("#add-channel").select_option("bluesky")
    page.locator("#add-bluesky-handle").fill("withy.example")
    secret = page.locator("#add-bluesky-app_password")
    assert secret.evaluate("(e) => getComputedStyle(e).webkitTextSecurity") == "disc"
    secret.fill("s3cret-pass-word")
    page.keyboard.press("Enter")
    page.get_by_text("bluesky:main is added.").wait_for()
    assert 'bluesky: {handle: "withy.example"}' in path.read_text()
    kept = (served.folder / ".sharekit/credentials.json").read_text()
    assert "s3cret-pass-word" in kept
    assert "s3cret-pass-word" not in path.read_text() + page.content()
    assert secret.input_value() == ""
    expect(page.locator("tr", has_text="bluesky")).to_have_count(2)

    row = page.locator("tr", has_text="telegram").first
    assert "Missing: token." in row.inner_text()
    row.get_by_role("button", name="Sign in").click()
    assert not page.locator("#add-telegram-chat").is_visible()
    page.locator("#add-telegram-token").fill("123:abc")
    page.get_by_role("button", name="Keep this sign-in").click()
    page.get_by_text("telegram:main is signed in anew.").wait_for()
    expect(row).to_contain_text("Ready")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"channel": "nowhere"}, "no such channel"),
        ({"name": "a: {b"}, "small letters"),
        ({"values": {"handle": "x.example"}}, "missing"),
        ({"values": {"handle": 1}}, "texts by name"),
    ],
)
def test_what_is_no_account_is_told_and_nothing_kept(start, data, says):
    served = start()
    before = (served.folder / "config.yaml").read_text()
    good = {
        "channel": "bluesky",
        "name": "main",
        "values": {"handle": "x.example", "app_password": "p"},
    }
    answer = served.post("/accounts/add", {**good, **data})
    assert answer.status_code == 400
    assert says in answer.json()["says"]
    assert (served.folder / "config.yaml").read_text() == before
    assert not (served.folder / ".sharekit/credentials.json").exists()


def test_keys_are_not_taken_over_an_open_connection(start):
    served = start(password="correct horse")
    answer = served.post("/accounts/add", {"channel": "outbox", "name": "y", "values": {}})
    assert answer.status_code == 400
    assert "not encrypted" in answer.json()["says"]
    assert "sharekit accounts add" in served.get("/accounts").text
    assert "app_password" not in served.get("/accounts").text


# --- the page to sign off


def test_a_page_to_sign_off_needs_no_script_and_no_server(start, opened, chromium, tmp_path):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    page.get_by_role("link", name="Make a page to sign off").click()
    version = page.locator(".facts dd").nth(2).inner_text().split("\n")[0]
    assert re.fullmatch(r"[0-9a-f]{4}-[0-9a-f]{4}", version)
    assert page.locator("script").count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a folder").click()
    archive = tmp_path / "page.zip"
    download.value.save_as(archive)
    zipfile.ZipFile(archive).extractall(tmp_path / "out")
    (html,) = (tmp_path / "out").glob("*/*.html")

    context = chromium.new_context(java_script_enabled=False)
    offline = context.new_page()
    loaded: list[str] = []
    offline.on("request", lambda request: loaded.append(request.url))
    offline.goto(html.as_uri())
    assert offline.locator("h1").inner_text() == "The hay meadow that floods on purpose"
    assert all(url.startswith("file://") for url in loaded)
    assert offline.locator(".ch").count() == 11
    context.close()
    assert version in html.read_text()

    overrides.save(served.desk.app.config, _post(served), "social.*", "Other words")
    served.desk.changed(())
    page.reload()
    assert page.locator(".facts dd").nth(2).inner_text().split("\n")[0] != version


def test_all_pages_are_exported(tmp_path, start):
    from sharekit.cli.main import run

    served = start()
    out = tmp_path / "out"
    assert run(["-C", str(served.folder), "preview", "--export", str(out)]) == 0
    front = (out / "index.html").read_text()
    assert front.count('class="panel"') == 4
    pages = sorted(out.glob("*.html"))
    assert len(pages) == 5
    for page in pages:
        text = page.read_text()
        assert "<script" not in text
        for name in re.findall(r'(?:src|href)="([^"#][^"]*)"', text):
            assert (out / name).is_file(), name
    assert Path(out / "style/networks.css").is_file()


# --- from nothing


def _tab_to(page, name: str) -> None:
    """Press Tab until what has the focus is called *name*."""
    for _ in range(60):
        page.keyboard.press("Tab")
        said = page.evaluate("() => document.activeElement.innerText || ''")
        if re.match(name, said):
            return
    pytest.fail(f"Tab does not lead to {name}")


def test_from_an_empty_folder_to_a_planned_post_by_keyboard(tmp_path, start, opened):
    """No config, no article, no account: the open page says what comes next, and follows."""
    folder = tmp_path / "new"
    folder.mkdir()
    served = start(folder)
    page = opened(served)
    expect(page.locator("main")).to_contain_text("There is no config yet")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/accounts")
    _tab_to(page, "Add an account")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("sharekit init")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url(served.base + "/")

    command = [sys.executable, "-m", "sharekit", "init"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    expect(page.locator(".foot")).to_contain_text("config.yaml")
    (folder / "posts").mkdir()
    (folder / "posts/first.md").write_text(
        "---\ntitle: The first article\ndate: 2026-01-02\nurl: https://withy.example/first/\n"
        "---\nWords.\n"
    )
    page.locator(".item", has_text="The first article").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
    page.locator(".ch").first.wait_for()
    _tab_to(page, "Skip to approve")
    page.keyboard.press("Enter")
    _tab_to(page, r"Approve and plan 1 post$")
    page.keyboard.press("Enter")
    page.get_by_text("1 post planned").wait_for()
    (delivery,) = served.desk.app.queue.list()
    assert (delivery.state, delivery.message.title) == ("scheduled", "The first article")
    assert delivery.approved
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queue")
    expect(page.locator("main")).to_contain_text("The first article")


def test_a_title_that_x_cuts_is_named(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    line = page.locator(".ch[data-account='outbox:x'] .cutline")
    expect(line).to_have_text("Cut short here: title.")


def test_a_drawing_wider_than_its_column_is_scaled(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"), viewport={"width": 320, "height": 640})
    panel = page.locator(".ch[data-account='outbox:slack']")
    expect(panel.locator(".scale")).to_contain_text("of 360 px")
    assert panel.locator(".d").evaluate("(d) => d.offsetWidth") == 360


def test_a_layout_is_used_and_given_back(start, opened):
    served = start()
    page = opened(served, "/layouts")
    used = page.locator(".tile.used h2")
    expect(used).to_have_text("article")
    page.locator("[data-use=split]").click()
    expect(used).to_have_text("split")
    page.locator("[data-use=article]").click()
    expect(used).to_have_text("article")
    assert page.locator("[data-use=event]").get_attribute("aria-disabled") == "true"


def test_a_layout_that_an_article_cannot_fill_is_one_problem_in_an_editors_words(start, opened):
    served = start()
    overrides.save(served.desk.app.config, _post(served), "layout", "event")
    page = opened(served, served.path_of("flood-meadow"))
    problem = page.locator(".prob li")
    expect(problem).to_have_count(1)  # it may be known only once the card was tried
    expect(problem).to_contain_text("Stops X, Mastodon")
    expect(problem).to_contain_text(words.w("needs.event"))
    expect(page.locator(".ch .lc.overlay")).to_have_count(
        0
    )  # X has no place for a card without one
    problem.get_by_role("button", name="Try another layout").click()
    page.locator("#layout:focus").wait_for()


def test_what_could_not_be_read_of_an_article_is_told_on_its_page(site, start):
    (site / "config.yaml").write_text(
        "sharekit: 1\nsources: {posts: {reader: frontmatter, path: posts}}\nchannels: {outbox: {}}\n"
    )
    Image.new("RGB", (900, 600)).save(site.parent / "far.png")
    (site / "posts/far.md").write_text("---\ntitle: Far\nimage: ../../far.png\n---\nWords.\n")
    served = start(site)
    key = next(item.key for item in served.desk.items() if item.post.title == "Far")
    assert "lies outside the site&#39;s folder." in served.get(f"/articles/{key}").text
    assert "outside the site" not in served.get(served.path_of("flood-meadow")).text
