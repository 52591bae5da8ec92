"""Articles: what needs somebody, and where each article stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sharekit.errors import Problem
from sharekit.preview import states
from sharekit.preview.pages.listing import FILTERS, Wanted
from sharekit.preview.words import listed, w

if TYPE_CHECKING:
    from sharekit.preview.desk import Desk, Item
    from sharekit.queue.rows import Entry

__all__ = ["context", "problem_words"]

AT_ONCE = 12
"""So many articles are looked through while the page waits; the others' gaps follow later."""
NAMED = 3
"""More channels than this are counted, not named."""
LACKS = {
    "picture-none": "picture",
    "alt-missing": "alt",
    "text-cut": "long",
    "text-too-long": "long",
    "title-missing": "title",
    "url-missing": "link",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of *Where it stands*."""

    kind: str
    word: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One article. *tags* are the filters it is in, *lacks* what it may be searched for.

    *missing* is `None` while it is not known.
    """

    key: str
    title: str
    untitled: bool
    dated: str
    draft: bool
    missing: Sequence[tuple[str, str]] | None
    lines: Sequence[Line]
    tags: Sequence[str]
    lacks: Sequence[str]
    fixes: Sequence[str]
    button: str
    href: str

    def says_all(self, words: Iterable[str]) -> bool:
        """Whether each of *words*, casefolded, stands somewhere in what the row shows."""
        shown = [
            self.title,
            self.dated,
            w("articles.is_draft") if self.draft else "",
            self.button,
            *(lack for _, lack in self.missing or ()),
            *(f"{line.word} {line.who}" for line in self.lines),
        ]
        said = " ".join(shown).casefold()
        return all(word in said for word in words)


def context(desk: Desk, wanted: Wanted) -> dict[str, Any]:
    """What the template shows: of the rows, those that are *wanted*."""
    entries: dict[str, list[Entry]] = {}
    for entry in desk.app.queue.entries():
        entries.setdefault(entry.post, []).append(entry)
    labels = desk.labels()
    rows = [
        _row(desk, item, problems, entries.get(item.post.id, ()), labels)
        for item, problems in _looked_through(desk)
    ]
    found = wanted.of_all(rows)
    return {
        "rows": found[wanted.start : wanted.n],
        "found": len(found),
        "all": len(rows),
        "wanted": wanted,
        "unread": sum(row.missing is None for row in rows),
        "todo": _todo(desk, rows, [e for some in entries.values() for e in some], labels),
        "filters": _filters(rows),
        "next": _next(desk, entries),
        "problems": desk.reading.problems,
        "sources": list(desk.app.config.sources.values()),
    }


def _looked_through(desk: Desk) -> Iterable[tuple[Item, list[Problem] | None]]:
    """Each article with what it lacks, as far as that is known soon."""
    left = AT_ONCE
    for item in desk.items():
        problems = desk.known(item)
        if problems is None and left:
            problems = desk.missing(item)
            left -= 1
        elif problems is None:
            desk.unread.set()
        yield item, problems


def _row(
    desk: Desk,
    item: Item,
    known: Sequence[Problem] | None,
    entries: Sequence[Entry],
    labels: Mapping[tuple[str, str], str],
) -> Row:
    post = item.post
    problems = known or ()
    lines = _lines(desk, entries, labels)
    kinds = {line.kind for line in lines}
    tags = [
        *(("work",) if _to_fix(problems) else ()),
        *(("failed",) if kinds & {"unk", "fail", "held"} else ()),
        *(kind for kind in ("wait", "plan", "sent") if kind in kinds),
    ]
    button, href = _button(item, kinds, problems)
    when = post.published or post.updated
    return Row(
        key=item.key,
        title=post.title or w("articles.untitled"),
        untitled=not post.title,
        dated=w("articles.since", day=desk.clock.long_day(when)) if when else "",
        draft=post.draft,
        missing=None
        if known is None
        else [("held" if p.severity == "info" else "warn", problem_words(p, desk)) for p in known],
        lines=lines or [Line(kind="draft", word=w("state.draft"), who=w("articles.nowhere"))],
        tags=tags,
        lacks=list(dict.fromkeys(LACKS[p.code] for p in problems if p.code in LACKS)),
        fixes=[LACKS.get(p.code, "else") for p in problems if p.severity != "info"],
        button=button,
        href=href,
    )


def _to_fix(problems: Iterable[Problem]) -> bool:
    return any(problem.severity != "info" for problem in problems)


def problem_words(problem: Problem, desk: Desk) -> str:
    """*problem* in a few words; the account that it is about stands in its hint."""
    account = desk.app.config.accounts.get(problem.hint or "")
    channel = desk.label(account) if account else ""
    try:
        return w(f"lacks.{problem.code}", channel=channel)
    except KeyError:
        return f"{channel}: {problem.message}" if channel else problem.message


def _lines(
    desk: Desk, entries: Sequence[Entry], labels: Mapping[tuple[str, str], str]
) -> list[Line]:
    """At most one line for each state and time, in order of trouble."""
    groups: dict[tuple[int, str, str], list[Entry]] = {}
    for entry in entries:
        if kind := states.kind_of(entry):
            day = desk.clock.say(entry.due) if entry.due and kind != "sent" else ""
            groups.setdefault((states.ORDER.index(kind), day, kind), []).append(entry)
    found = []
    for (_, day, kind), some in sorted(groups.items(), key=lambda g: g[0]):
        names = [labels.get((e.channel, e.account), f"{e.channel}:{e.account}") for e in some]
        who = listed(names) if len(names) <= NAMED else w("common.channels", n=len(names))
        found.append(Line(kind=kind, word=states.word(kind), who=f"{who}, {day}" if day else who))
    return found


def _button(item: Item, kinds: set[str], problems: Sequence[Problem]) -> tuple[str, str]:
    page = f"/articles/{item.key}"
    if "unk" in kinds:
        return w("articles.check"), "/queue#unknown"
    if "fail" in kinds:
        return w("articles.see_failed"), "/queue#failed"
    fixes = [p for p in problems if p.severity != "info"]
    if fixes and not kinds & {"plan", "sent"}:
        return w("articles.fix", n=len(fixes)), page
    if "wait" in kinds:
        return w("articles.review"), page
    return w("articles.open" if kinds - {"draft"} else "articles.start"), page


def _filters(rows: Sequence[Row]) -> list[tuple[str, str, int]]:
    return [
        ("all", w("articles.all"), len(rows)),
        *(
            (name, w(f"articles.is_{name}"), sum(name in row.tags for row in rows))
            for name in FILTERS
        ),
    ]


def _todo(
    desk: Desk,
    rows: Sequence[Row],
    entries: Sequence[Entry],
    labels: Mapping[tuple[str, str], str],
) -> list[dict[str, str]]:
    """What needs somebody: at most four cells, each with a sentence and one button."""
    kinds: dict[str, list[Entry]] = {}
    for entry in entries:
        kinds.setdefault(states.kind_of(entry) or "", []).append(entry)
    found = []
    if some := kinds.get("unk"):
        names = listed(
            dict.fromkeys(labels.get((e.channel, e.account), e.channel) for e in some[:NAMED])
        )
        found.append(_cell("unk", len(some), "/queue#unknown", channel=names))
    if some := kinds.get("fail"):
        causes = len({(e.channel, e.account, e.cause) for e in some})
        found.append(_cell("fail", len(some), "/queue#failed", causes=w("todo.causes", n=causes)))
    if some := kinds.get("wait"):
        posts = {e.post for e in some}
        first = min(some, key=lambda e: (e.due is None, e.due))
        item = desk.by_id().get(first.post)
        href = f"/articles/{item.key}" if item else "/queue"
        found.append(_cell("wait", len(posts), href, when=desk.clock.say(first.due)))
    if work := [row for row in rows if "work" in row.tags]:
        lacks = dict.fromkeys(word for row in work for word in row.fixes)
        says = listed(w(f"todo.lacks_{word}") for word in lacks)
        found.append(
            _cell("warn", len(work), f"/articles/{work[0].key}", lacks=says[:1].upper() + says[1:])
        )
    return found


def _cell(kind: str, n: int, href: str, **values: Any) -> dict[str, str]:
    return {
        "kind": kind,
        "head": w(f"todo.{kind}", n=n),
        "says": w(f"todo.{kind}_says", n=n, **values),
        "button": w(f"todo.{kind}_button", n=n, **values),
        "href": href,
    }


def _next(desk: Desk, entries: Mapping[str, Sequence[Entry]]) -> str | None:
    """When the next post goes out."""
    times = [e.due for some in entries.values() for e in some if e.state == "scheduled" and e.due]
    return desk.clock.say(min(times)) if times else None
