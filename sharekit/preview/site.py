"""The Starlette application: its routes, and what each answers with."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, Any

import jinja2
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route

from sharekit.app.overrides import Conflict
from sharekit.errors import SharekitError
from sharekit.preview import networks, signoff, states
from sharekit.preview.actions import ACTIONS, WAITING
from sharekit.preview.guard import Guard
from sharekit.preview.live import REST
from sharekit.preview.pages import accounts, article, articles, layouts, plan, queue
from sharekit.preview.pages.listing import Wanted
from sharekit.preview.static_files import KEEP, Static, address
from sharekit.preview.words import section, sentence, told, w

if TYPE_CHECKING:
    from starlette.requests import Request

    from sharekit.preview.desk import Desk
    from sharekit.preview.guard import Door
    from sharekit.preview.live import Live

__all__ = ["make", "templates"]


def templates() -> jinja2.Environment:
    """The templates; everything in them is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sharekit.preview"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(w=w, told=told, rules=networks.rules(), static=address())
    environment.filters["named"] = lambda key, table: table[key]
    environment.filters["stop"] = lambda text: sentence(text or "")
    environment.filters["sentence"] = lambda text: text[:1].upper() + text[1:]
    return environment


def make(desk: Desk, door: Door, live: Live) -> Starlette:
    """The application around *desk*, behind *door*."""
    return _Site(desk, live).app(door)


class _Site:
    """The handlers, with what they share."""

    def __init__(self, desk: Desk, live: Live) -> None:
        self.desk = desk
        self.live = live
        self.templates = templates()

    def app(self, door: Door) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self._page("articles", self._articles)),
                Route("/articles/{key}", self.article),
                Route("/articles/{key}/sign-off", self.sign_off),
                Route("/articles/{key}/sign-off.zip", self.sign_off_zip),
                Route("/plan", self._page("plan", self._plan)),
                Route("/queue", self._page("queue", self._queue)),
                Route("/queue.csv", self.csv),
                Route("/layouts", self._page("layouts", self._layouts)),
                Route("/layouts.zip", self.layouts_zip),
                Route("/accounts", self._page("accounts", lambda _: accounts.context(self.desk))),
                Route("/messages", self._page("messages", lambda _: {"kinds": states.KINDS})),
                Route("/files/{id}", self.file),
                Route("/thumbs/{key}", self.thumb),
                Route("/events", self.events),
                Route("/favicon.ico", self.icon),
                *(
                    Route(path, self._action(path, act), methods=["POST"])
                    for path, act in ACTIONS.items()
                ),
                Route(f"{address()}/networks.css", self.stylesheet),
                Mount(address(), Static()),
            ],
            middleware=[Middleware(Guard, door=door)],
            exception_handlers={HTTPException: self.lost, 500: self.broken},
            lifespan=self.lifespan,
        )

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        import asyncio

        threading.Thread(target=self._compile, name="preview-compile", daemon=True).start()
        self.live.start(asyncio.get_running_loop())
        try:
            yield
        finally:
            self.live.stop()

    def _compile(self) -> None:
        """Make the templates ready: the first page's while the browser is on its way."""
        first = ["macros.html", "notices.html", "base.html", "articles.html"]
        for name in dict.fromkeys([*first, *self.templates.list_templates()]):
            if name not in first:
                self.desk.give_way(REST)
            self.templates.get_template(name)

    # -- pages ------------------------------------------------------------------------------

    def _render(self, name: str, context: Mapping[str, Any], status: int = 200) -> Response:
        desk = self.desk
        config = desk.app.config
        html = self.templates.get_template(f"{name}.html").render(
            page=name,
            site=config.site,
            clock=desk.clock,
            version=desk.version,
            read_only=desk.read_only,
            broken=desk.broken,
            config_path=config.path,
            beat=queue.beat(desk),
            needs=_needs(desk),
            words=json.dumps(section("script")),
            **context,
        )
        return HTMLResponse(html, status, {"cache-control": "no-store"})

    def _page(
        self, name: str, context: Callable[[Request], Mapping[str, Any]]
    ) -> Callable[[Request], Response]:
        def handler(request: Request) -> Response:
            with self.desk.answering():
                return self._render(name, context(request))

        return handler

    def _articles(self, request: Request) -> Mapping[str, Any]:
        return articles.context(self.desk, Wanted.of(request.query_params))

    def _plan(self, request: Request) -> Mapping[str, Any]:
        return plan.context(self.desk, request.query_params.get("week"))

    def _queue(self, request: Request) -> Mapping[str, Any]:
        return queue.context(self.desk, older="older" in request.query_params)

    def _layouts(self, request: Request) -> Mapping[str, Any]:
        query = request.query_params
        return layouts.context(self.desk, query.get("post"), query.get("size"))

    def article(self, request: Request) -> Response:
        with self.desk.answering():
            item = self.desk.item(request.path_params["key"])
            if item is None:
                raise HTTPException(404)
            return self._render("article", article.context(self.desk, item))

    def sign_off(self, request: Request) -> Response:
        with self.desk.lock:
            item = self.desk.item(request.path_params["key"])
            if item is None:
                raise HTTPException(404)
            html = signoff.page(self.desk, item, self.templates, static=address())
        return HTMLResponse(html, headers={"cache-control": "no-store"})

    def sign_off_zip(self, request: Request) -> Response:
        with self.desk.lock:
            item = self.desk.item(request.path_params["key"])
            if item is None:
                raise HTTPException(404)
            content = signoff.zipped(self.desk, item, self.templates)
        return Response(
            content,
            media_type="application/zip",
            headers={"content-disposition": f'attachment; filename="{item.key}.zip"'},
        )

    def layouts_zip(self, request: Request) -> Response:
        query = request.query_params
        with self.desk.lock:
            name, content = layouts.zipped(self.desk, query.get("post"), query.get("size"))
        return Response(
            content,
            media_type="application/zip",
            headers={"content-disposition": f'attachment; filename="{name}.zip"'},
        )

    def csv(self, _request: Request) -> Response:
        with self.desk.lock:
            text = queue.as_csv(self.desk)
        return Response(
            text,
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": 'attachment; filename="queue.csv"'},
        )

    # -- files ------------------------------------------------------------------------------

    def file(self, request: Request) -> Response:
        found = self.desk.file(request.path_params["id"])
        if found is None or not found[0].is_file():
            raise HTTPException(404)
        path, mime = found
        return FileResponse(
            path, media_type=mime, headers={"cache-control": "private, max-age=3600, immutable"}
        )

    def thumb(self, request: Request) -> Response:
        from sharekit.app import editing

        with self.desk.answering():
            item = self.desk.item(request.path_params["key"])
            card = editing.shared_card(self.desk.app, item.post) if item else None
        if card is None:
            return RedirectResponse(f"{address()}/no-card.png", 307, {"cache-control": "no-store"})
        return FileResponse(card.path, media_type=card.mime, headers={"cache-control": "no-cache"})

    def stylesheet(self, _request: Request) -> Response:
        return Response(
            networks.stylesheet(), media_type="text/css", headers={"cache-control": KEEP}
        )

    def icon(self, _request: Request) -> Response:
        return RedirectResponse(f"{address()}/icon.png", 307)

    async def events(self, _request: Request) -> Response:
        return StreamingResponse(
            self.live.events(),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    # -- actions ----------------------------------------------------------------------------

    def _action(
        self, path: str, action: Callable[[Desk, Mapping[str, Any]], dict[str, Any]]
    ) -> Callable[[Request], Any]:
        waiting = path in WAITING

        def act(data: Mapping[str, Any]) -> dict[str, Any]:
            with contextlib.nullcontext() if waiting else self.desk.answering():
                return action(self.desk, data)

        async def handler(request: Request) -> Response:
            try:
                data = await request.json()
            except (ValueError, RecursionError):
                return JSONResponse({"ok": False, "says": w("error.json")}, 400)
            if not isinstance(data, dict):
                return JSONResponse({"ok": False, "says": w("error.json")}, 400)
            version = self.desk.version
            try:
                answer = await run_in_threadpool(act, data)
            except Conflict as conflict:
                body = {"ok": False, "conflict": True, "current": conflict.current,
                        "says": conflict.message}  # fmt: skip
                return JSONResponse(body, 409)
            except SharekitError as error:
                problem = error.problems[0]
                says = problem.message[:1].upper() + problem.message[1:]
                return JSONResponse({"ok": False, "says": says, "hint": problem.hint or ""}, 400)
            if self.desk.version != version:
                self.live.tell()
                self.live.rewatch_if_new()
            return JSONResponse({"ok": True, **answer})

        return handler

    # -- errors -----------------------------------------------------------------------------

    async def lost(self, _request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        return await run_in_threadpool(self._told, "lost", status)

    async def broken(self, _request: Request, error: Exception) -> Response:
        says = str(error) if isinstance(error, SharekitError) else ""
        return await run_in_threadpool(self._told, "broken", 500, says)

    def _told(self, name: str, status: int, says: str = "") -> Response:
        html = self.templates.get_template("plain.html").render(
            head=w(f"error.{name}"), says=says or w(f"error.{name}_says")
        )
        return HTMLResponse(html, status)


def _needs(desk: Desk) -> int:
    """The number beside Queue: what may be out and what failed."""
    found = states.counts(desk.app.queue.entries(("unknown", "failed", "scheduled")))
    return found["unk"] + found["fail"]
