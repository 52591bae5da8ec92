"""What the page's buttons do: each calls the app once, and says in a sentence what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sharekit.app import looking, overrides, planning, times, workshop
from sharekit.errors import SharekitError, UserError
from sharekit.model import Delivery
from sharekit.preview.guard import linked
from sharekit.preview.pages import accounts, article, layouts
from sharekit.preview.words import listed, w

if TYPE_CHECKING:
    from sharekit.preview.desk import Desk, Item

__all__ = ["ACTIONS", "WAITING"]

BY = "preview"


def _item(desk: Desk, data: Mapping[str, Any], *, fresh: bool = False) -> Item:
    key = str(data.get("post") or "")
    item = desk.fresh(key) if fresh else desk.item(key)
    if item is None:
        raise UserError(w("error.no_article"), hint=w("error.reload"), code="post-unknown")
    return item


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str):
        raise UserError(f"{name} must be a text", code="usage")
    return value


def _texts(data: Mapping[str, Any], name: str) -> list[str]:
    value = data.get(name)
    if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
        raise UserError(f"{name} must be a list of texts", code="usage")
    return value


# -- words --------------------------------------------------------------------------------


def count(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Count texts that somebody is typing, for each of the accounts they concern."""
    item = _item(desk, data)
    typed = data.get("typed")
    if not isinstance(typed, Mapping) or not all(isinstance(v, str) for v in typed.values()):
        raise UserError("typed must be texts by channel", code="usage")
    known = desk.app.config.accounts
    names = [name for name in _texts(data, "accounts") if name in known]
    said = {str(key): value for key, value in typed.items()}
    return {"panels": [article.read_count(desk, item, name, said) for name in names]}


def save(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Keep an edit. A value that was changed elsewhere meanwhile raises `overrides.Conflict`."""
    item = _item(desk, data, fresh=True)
    key, value = _text(data, "key"), data.get("value")
    base = data.get("base")
    path = overrides.save(
        desk.app.config, item.post, key, value, base=base if isinstance(base, str) else None
    )
    desk.changed(())
    now = _item(desk, data)
    return {
        "base": overrides.fingerprint(now.post, key),
        "says": w("said.saved", time=desk.clock.time(desk.clock.now), file=path.name),
    }


# -- planning -----------------------------------------------------------------------------


def when(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """What a day and a time of day are, in words."""
    found = planning.understood(desk.app, _text(data, "wall"))
    clock = desk.clock
    return {
        "day": clock.day(found.utc) + f", {found.wall:%H:%M}",
        "zone": clock.zone_words(found.utc),
        "utc": clock.utc(found.utc),
        "note": found.note,
    }


def plan(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Plan an article for accounts at a time; approved, or to be approved by somebody."""
    item = _item(desk, data, fresh=True)
    approve = bool(data.get("approve"))
    names = _texts(data, "accounts") if "accounts" in data else article.ready(desk, item)
    if not names:
        raise UserError(w("plan.nothing_ready"), hint=item.post.title, code="plan")
    again = bool(data.get("again"))
    found = planning.plan(
        desk.app, item.post, names, _text(data, "wall"), approve=approve, again=again, by=BY
    )
    desk.touch()
    done = [p for p in found if p.delivery]
    problems = [f"{_label(desk, p.account)}: {p.problem.message}" for p in found if p.problem]
    due = next((p.delivery.due for p in done if p.delivery), None)
    key = "said.planned" if approve else "said.asked"
    says = w(key, n=len(done), when=desk.clock.say(due)) if done else w("said.nothing_planned")
    return {
        "says": says,
        "problems": problems,
        "sent": [_sent(desk, p.account, p.sent) for p in found if p.sent],
        "undo": {
            "path": "/queue/cancel",
            "ids": [p.delivery.id for p in done if p.delivery and p.fresh],
        },
    }


def _sent(desk: Desk, name: str, delivery: Delivery) -> dict[str, str]:
    """What the page asks before a post is sent a second time."""
    day = desk.clock.day(delivery.due) if delivery.due else ""
    return {"account": name, "says": w("article.sent", channel=_label(desk, name), day=day)}


def _label(desk: Desk, name: str) -> str:
    account = desk.app.config.accounts.get(name)
    return desk.label(account) if account else name


def move(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Give deliveries another day (their time of day stays) or another time."""
    ids, to = _texts(data, "ids"), _text(data, "to")
    before: list[Delivery] = []
    after: list[Delivery] = []
    for id_ in ids:
        delivery = desk.app.queue.get(id_)
        found = times.moved(desk.app, delivery, at=to, in_=None, tz=None)
        moved = desk.app.queue.move(id_, found, rev=delivery.rev, by=BY)
        if delivery.approved and moved.state == "draft":
            # Whoever moves a post decides about its time; its words are as they were approved.
            moved = desk.app.queue.approve(id_, rev=moved.rev, by=BY, note=w("note.moved"))
        before.append(delivery)
        after.append(moved)
    desk.touch()
    if not after:
        raise UserError(w("error.nothing_moved"), code="usage")
    kept = before[0].wall and after[0].wall and before[0].wall[11:16] == after[0].wall[11:16]
    due = after[0].due
    assert due is not None
    says = w("said.moved_kept" if kept else "said.moved", title=after[0].message.title or "",
             day=desk.clock.day(due), time=desk.clock.time(due), when=desk.clock.say(due))  # fmt: skip  # noqa: E501
    was = before[0].wall
    undo = {"path": "/queue/move", "ids": ids, "to": was.replace("T", " ")[:16]} if was else None
    return {"says": says, "undo": undo}


# -- queue --------------------------------------------------------------------------------


def _each(
    word: str, verb: Callable[[Desk, str, Mapping[str, Any]], object]
) -> Callable[[Desk, Mapping[str, Any]], dict[str, Any]]:
    """An action that does *verb* to each of the deliveries `ids`, and says *word*."""

    def action(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
        ids = _texts(data, "ids")
        problems: list[str] = []
        done = 0
        for id_ in ids:
            try:
                verb(desk, id_, data)
                done += 1
            except SharekitError as error:
                problems.append(error.problems[0].message)
        desk.touch()
        says = w(word, n=done) if done else w("said.nothing_done")
        return {"says": says, "problems": problems}

    return action


def _resolve(desk: Desk, id_: str, data: Mapping[str, Any]) -> object:
    if not data.get("posted"):
        desk.app.queue.resolve(id_, None, by=BY)
        return desk.app.queue.retry(id_, by=BY)
    return desk.app.queue.resolve(id_, str(data.get("url") or "").strip(), by=BY)


def ask(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Look at a channel for a post that may be there. Nothing is sent."""
    (id_,) = _texts(data, "ids")
    found = looking.look(desk.app, id_)
    says = w(f"said.look_{found.verdict}", words=found.words)
    desk.looked_up[id_] = (says, linked(found.url))
    return {"says": says, "url": linked(found.url)}


def run(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Send what is approved and due, once, as `sharekit publish --due` does."""
    del data
    if not desk.running.acquire(blocking=False):
        raise UserError(w("error.running"), code="usage")
    try:
        done = desk.app.publish_due()
    finally:
        desk.running.release()
    desk.touch()
    sent = sum(item.state == "published" for item in done)
    says = [w("said.ran", n=sent)] if sent else []
    if other := len(done) - sent:
        says.append(w("said.ran_not", n=other))
    return {"says": " ".join(says) or w("said.ran_none")}


def refresh(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Put the article's words as they are now into deliveries that hold older ones."""
    item = _item(desk, data, fresh=True)
    for id_ in _texts(data, "ids"):
        delivery = planning.refresh(desk.app, desk.app.queue.get(id_), item.post, by=BY)
        if data.get("approve") and delivery.state == "draft":
            desk.app.queue.approve(id_, rev=delivery.rev, by=BY)
    desk.touch()
    return {"says": w("said.refreshed")}


def hold_all(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Send nothing more, for any account, until somebody lets it run."""
    del data
    names = [f"{a.channel}:{a.account}" for a in desk.app.accounts()]
    for name in names:
        desk.app.queue.pause(name, reason=w("note.held"), by=BY)
    desk.touch()
    return {"says": w("said.held_all")}


def resume(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Send for accounts again."""
    for name in _texts(data, "accounts"):
        desk.app.queue.resume(name, by=BY)
    desk.touch()
    return {"says": w("said.resumed", names=listed(map(desk.called, _texts(data, "accounts"))))}


def look_again(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Read the sources anew."""
    del data
    before = {item.key for item in desk.items()}
    desk.changed(())
    new = sum(item.key not in before for item in desk.items())
    return {"says": w("said.looked", n=new) if new else w("said.looked_none")}


# -- layouts and accounts -----------------------------------------------------------------


def compare(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Cards before and after the look `tokens`."""
    return {"cards": layouts.compared(desk, dict(data.get("tokens") or {}))}


def save_look(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Keep a look in the config."""
    path = workshop.save_look(desk.app, dict(data.get("tokens") or {}))
    desk.changed({path.resolve()})
    return {"says": w("said.look_saved", file=path.name)}


def add_account(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Add an account, or keep new secrets for one."""
    if not desk.alone:
        raise UserError(w("accounts.not_alone"), hint="sharekit accounts add", code="usage")
    values = data.get("values")
    if not isinstance(values, Mapping) or not all(isinstance(v, str) for v in values.values()):
        raise UserError("values must be texts by name", code="usage")
    return accounts.added(desk, _text(data, "channel"), _text(data, "name"), values)


def test(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """Sign in to an account and read; nothing is posted."""
    name = _text(data, "account")
    if name not in desk.app.config.accounts:
        raise UserError(w("error.no_account"), code="account-unknown")
    return accounts.tested(desk, name)


ACTIONS: Mapping[str, Callable[[Desk, Mapping[str, Any]], dict[str, Any]]] = {
    "/count": count,
    "/save": save,
    "/when": when,
    "/schedule": plan,
    "/refresh": look_again,
    "/queue/move": move,
    "/queue/approve": _each("said.approved", lambda d, i, _: d.app.queue.approve(i, by=BY)),
    "/queue/cancel": _each("said.cancelled", lambda d, i, _: d.app.queue.cancel(i, by=BY)),
    "/queue/retry": _each("said.retried", lambda d, i, _: d.app.queue.retry(i, by=BY)),
    "/queue/resolve": _each("said.resolved", _resolve),
    "/queue/ask": ask,
    "/queue/run": run,
    "/queue/refresh": refresh,
    "/queue/hold": hold_all,
    "/queue/resume": resume,
    "/layouts/draw": layouts.drawn,
    "/layouts/compare": compare,
    "/layouts/save": save_look,
    "/accounts/add": add_account,
    "/accounts/test": test,
}
"""The routes that are posted to, and what they do."""

WAITING = ("/queue/ask", "/queue/run", "/accounts/add", "/accounts/test")
"""Those that wait for a network: others may work on the desk meanwhile."""
