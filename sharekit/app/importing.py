"""Importing a plan: a CSV's lines to new deliveries, and to changes of those they name by id.

Everything is looked at first, and told with file and line; then all of it holds, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.app import wishes
from sharekit.app.messages import account_of
from sharekit.app.posts import choose
from sharekit.app.scheduling import Scheduled, costs, remarks_on, reworded
from sharekit.app.times import Mover, Planner, is_slot
from sharekit.errors import Problem, SharekitError, UserError
from sharekit.model import Delivery, Message, Post
from sharekit.queue import AlreadyScheduled, Plan, When, exchange
from sharekit.queue.rows import number_of
from sharekit.text.slug import name_of_id

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.app.wishes import Wish
    from sharekit.queue.exchange import Line

__all__ = ["import_csv"]

FIXED = ("publishing", "published", "unknown", "cancelled")
"""States in which a delivery is not changed any more."""


def import_csv(app: App, path: Path, *, dry_run: bool, by: str = "") -> Scheduled:
    """Queue and change what the CSV *path* lists: all of it, or nothing when a line is wrong.

    A line whose `id` is that of a delivery changes its time and its words where they differ;
    any other line is a new delivery, unless its post goes to that account already.
    """
    lines, problems = exchange.from_csv(path)
    plan = _Import(app, path, Scheduled(problems=list(problems)))
    for line in lines:
        plan.read(line)
    result = plan.result
    if any(p.severity == "error" for p in result.problems):
        result.problems.sort(key=_line_of)
        return result
    found = app.queue.carry_out([p.plan for p in plan.planned], by=by, dry_run=dry_run)
    for planned, one in zip(plan.planned, found, strict=True):
        plan.told(planned, one)
    result.remarks += costs(app, result.new)
    return result


def _line_of(problem: Problem) -> int:
    return int((problem.where or "").rpartition(":")[2] or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """What one line comes to: *wish* for a new delivery, else a change of *before*."""

    line: int
    plan: Plan
    wish: Wish | None = None
    before: Delivery | None = None


@dataclass(slots=True)
class _Import:
    """The lines of one file, one after the other."""

    app: App
    path: Path
    result: Scheduled
    planned: list[_Planned] = field(default_factory=list)
    slots: dict[str, list[datetime]] = field(default_factory=dict)
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)
    known: Sequence[Post] | None = None

    def read(self, line: Line) -> None:
        """Plan *line*, or note what is wrong with it."""
        try:
            there = self._there(line)
            if line.id and line.state in FIXED and there is None:
                # A queue forgets no delivery: another database gave this id.
                self._say(line.line, f"{line.id} was {line.state} in another queue; left out")
                return
            before = self._before(line, there)
            if before:
                self._change(line, before)
            else:
                self._add(line)
        except SharekitError as error:
            self._wrong(line.line, error.problems)

    def _wrong(self, line: int, problems: Iterable[Problem]) -> None:
        self.result.problems += [replace(p, where=f"{self.path}:{line}") for p in problems]

    def _once(self, line: int, *key: str) -> None:
        """Raise `UserError` when another line is about the same."""
        if first := self.lines.get(key):
            raise UserError(
                f"{' to '.join(key)} stands in line {first} already",
                hint="Leave one of the lines out.",
                code="csv",
            )
        self.lines[key] = line

    def _there(self, line: Line) -> Delivery | None:
        if not line.id:
            return None
        number_of(line.id)
        try:
            return self.app.queue.get(line.id)
        except UserError:
            return None

    def _before(self, line: Line, item: Delivery | None) -> Delivery | None:
        """*item*, which *line* names, where the line changes it.

        One of another database, or one that was cancelled since the line was written, is queued
        anew.
        """
        if item is None:
            return None
        if item.state == "cancelled" and line.state != "cancelled":
            return None
        message = item.message
        account = f"{message.channel}:{message.account}"
        if line.post not in (message.post_id, name_of_id(message.post_id)) or line.to not in (
            account,
            message.channel,
        ):
            raise UserError(
                f"{item.id} is {name_of_id(message.post_id)} to {account}, "
                f"not {line.post} to {line.to}",
                hint="Leave its id empty, and the line is a new delivery.",
                code="csv",
            )
        return item

    def _change(self, line: Line, item: Delivery) -> None:
        self._once(line.line, item.id)
        account = account_of(self.app.config, item.message)
        self.lines[item.message.post_id, account.name] = line.line
        when, message = self._time(line, item), self._words(line, item)
        if (when or message) and item.state in FIXED:
            raise UserError(
                f"{item.id} is {item.state}, and cannot be changed any more",
                hint="Leave its line out, or as it was; without the id it is a new delivery.",
                code="queue-state",
            )
        plan = Plan(id=item.id, rev=item.rev, message=message, when=when, own=message is not None)
        self.planned.append(_Planned(line=line.line, plan=plan, before=item))

    def _time(self, line: Line, item: Delivery) -> When | None:
        """The time that *line* gives *item*, if it is another."""
        if not line.at or line.at == exchange.at_of(item):
            return None
        slot = is_slot(line.at)
        mover = Mover(
            self.app, at=None if slot else line.at, in_=None, slot=slot, zone=None, given=self.slots
        )
        when = mover.when(item)
        return None if when.utc == item.due else when

    def _words(self, line: Line, item: Delivery) -> Message | None:
        """The message with the words that *line* gives *item*, if they are others.

        Of a thread a table holds the first part, so that is what it can change.
        """
        if not line.text or line.text == exchange.plain(item.message.text):
            return None
        return reworded(self.app, item, line.text, parts=item.message.parts)

    def _add(self, line: Line) -> None:
        posts = self._posts(line.post)
        planner = Planner(self.app, at=line.at, in_=None, slot=False, zone=None, given=self.slots)
        one = Scheduled()
        named = [post.id for post in posts if len(posts) == 1]
        for wish in wishes.of(self.app, posts, [line.to], one, text=line.text, named=named):
            self._once(line.line, wish.post.id, wish.account.name)
            plan = replace(wish.plan, when=planner.when(wish.account))
            self.planned.append(_Planned(line=line.line, plan=plan, wish=wish))
        self._wrong(line.line, one.problems)
        for item in one.deliveries:
            account = account_of(self.app.config, item.message)
            self._once(line.line, item.message.post_id, account.name)
            self.result.there(AlreadyScheduled(item))
        self._say(line.line, *one.remarks, *one.already)

    def _posts(self, name: str) -> Sequence[Post]:
        if self.known is None:
            self.known = self.app.posts().posts if self.app.config.sources else ()
        try:
            return choose(self.known, name)
        except UserError:
            return self.app.select([name]).posts

    def _say(self, line: int, *remarks: str) -> None:
        self.result.remarks += [f"{self.path}:{line}: {remark}" for remark in remarks if remark]

    def told(self, planned: _Planned, one: Delivery | UserError) -> None:
        """Note what came of *planned*."""
        before, line = planned.before, planned.line
        if isinstance(one, AlreadyScheduled):
            self._say(line, self.result.there(one))
        elif isinstance(one, UserError):
            self._wrong(line, one.problems)
        elif planned.wish:
            self.result.add(one)
            self._say(line, *remarks_on(self.app, planned.wish, planned.plan.when))
        elif before:
            self.result.add(one)
            if one.rev == before.rev:
                self.result.known.add(one.id)
                return
            self.result.changed.add(one.id)
            self._say(line, planned.plan.when.note if planned.plan.when else "")
            if before.approved and not one.approved:
                self._say(
                    line, f"{one.id} was approved as it was before: sharekit approve {one.id}"
                )
