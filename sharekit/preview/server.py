"""Running the page: on this computer alone, until Ctrl-C, which ends it at once."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.errors import UserError

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["PASSWORD", "Address", "serve"]

PASSWORD = "SHAREKIT_PREVIEW_PASSWORD"  # noqa: S105  (the variable's name)
PORT = 7320
TRIES = 20
"""Ports tried from the first on, unless one was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen. *port* `None`: the first free one; 0: any."""

    host: str = "127.0.0.1"
    port: int | None = None


def serve(
    app: App,
    address: Address,
    *,
    wanted: Sequence[str] = (),
    read_only: bool = False,
    tell: Callable[[str], None],
    opens: Callable[[str], object] | None = None,
) -> None:
    """Serve the page until SIGINT or SIGTERM. *tell* prints, *opens* gets the one-time link.

    Raises `UserError` when another address than a loopback one is asked for without a password,
    when the port is taken, and when the parts that the page needs are not installed.
    """
    try:
        import uvicorn

        from sharekit.preview.desk import Desk
        from sharekit.preview.guard import Door
        from sharekit.preview.live import Live
        from sharekit.preview.site import make
    except ImportError as error:
        raise UserError(
            f"the preview page needs {error.name}", hint="pip install 'sharekit[preview]'"
        ) from error
    password = os.environ.get(PASSWORD) or None
    _only_here(address.host, password)
    with _listening(address) as listener:
        port = listener.getsockname()[1]
        door = Door(port=port, host=address.host, password=password, read_only=read_only)
        desk = Desk(app, wanted=wanted, read_only=read_only, alone=password is None)
        _ = desk.reading  # what cannot be read at all is said here, not on the page
        live = Live(desk)
        config = uvicorn.Config(
            make(desk, door, live),
            log_config=None,
            access_log=False,
            server_header=False,
            # uvicorn waits for streams that never end; ours end when it stops.
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        link = f"http://{_spoken(address.host)}:{port}/?token={door.token}"
        tell(link)
        if opens is not None:
            opens(link)
        # uvicorn raises the signal again once it has stopped, so that others hear it too.
        with contextlib.suppress(KeyboardInterrupt), _stopping_with(server, live):
            server.run(sockets=[listener])


def _only_here(host: str, password: str | None) -> None:
    name = host.strip("[]")
    try:
        here = name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        here = False
    if not here and not password:
        raise UserError(
            f"{host} can be reached by others, and the page has no password",
            hint=f"Set {PASSWORD} in the environment, or leave out --host.",
            code="preview-open",
        )


@contextlib.contextmanager
def _listening(address: Address) -> Iterator[socket.socket]:
    """A socket that listens at *address*."""
    host = address.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    first = PORT if address.port is None else address.port
    last = first + (TRIES if address.port is None else 1)
    for port in range(first, last):
        # asyncio sends small answers at once (TCP_NODELAY) only where the protocol is named.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)  # whoever opens the link at once is answered when we begin
        except OSError as error:
            listener.close()
            if port < last - 1:
                continue
            raise UserError(
                f"{host}:{port} cannot be listened at: {error.strerror or error}",
                hint="Choose another one with --port.",
                code="preview-port",
            ) from error
        with contextlib.closing(listener):
            yield listener
        return


def _spoken(host: str) -> str:
    """*host* as a browser on this machine calls it."""
    name = host.strip("[]")
    if name in ("0.0.0.0", "::"):  # noqa: S104  (asked for, with a password)
        return "127.0.0.1"
    return f"[{name}]" if ":" in name else name


@contextlib.contextmanager
def _stopping_with(server: object, live: object) -> Iterator[None]:
    """End the open streams as soon as the server is told to stop, not after its wait."""
    from sharekit.preview.live import Live

    assert isinstance(live, Live)
    original = server.handle_exit  # type: ignore[attr-defined]

    def stop(*args: object) -> None:
        live.stop()
        original(*args)

    server.handle_exit = stop  # type: ignore[attr-defined]
    yield
