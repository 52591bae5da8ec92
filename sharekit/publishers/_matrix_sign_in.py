"""Signing in to a Matrix server with a password, once for each process."""

from __future__ import annotations

import threading

from sharekit.errors import Refused, Unauthorized
from sharekit.publishers._answers import pick
from sharekit.web import Session

__all__ = ["sign_in"]

_tokens: dict[tuple[str, str, str, str], str] = {}
_lock = threading.Lock()


def sign_in(
    server: str, user: str, password: str, web: Session, *, device: str, timeout: float
) -> str:
    """An access token for *device*, the one of before if there is one.

    Raises `Unauthorized` when the server does not let the user in.
    """
    account = server, user, password, device
    with _lock:
        if account in _tokens:
            return _tokens[account]
        try:
            data = web.call(
                "POST",
                f"{server}/_matrix/client/v3/login",
                json={
                    "type": "m.login.password",
                    "identifier": {"type": "m.id.user", "user": user},
                    "password": password,
                    "device_id": device,
                    "initial_device_display_name": "sharekit",
                },
                repeatable=True,
                timeout=timeout,
            ).json()
        except (Refused, Unauthorized) as error:
            raise Unauthorized(
                f"{server} does not let {user} in: {error.message}",
                hint="Look at user and password, or use an access token.",
            ) from error
        token = _tokens[account] = pick(data, "access_token")
        web.hide(token)
        return token
