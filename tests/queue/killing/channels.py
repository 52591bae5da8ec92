"""Channels of the API in `api`: with a key, without, without being able to look, in parts."""

from __future__ import annotations

from datetime import timedelta

from api import LISTED

from sharekit.errors import Unsure
from sharekit.model import Receipt
from sharekit.publishers._thread import send_thread

TIMEOUT = 2.0


class Plain:
    """No key, and nothing to be looked up: what is unsure stays so."""

    def __init__(self, address: str, account: str) -> None:
        self.url = f"http://{address}/{account}"

    def _post(self, web, text, *, key=None):
        answer = web.call(
            "POST",
            f"{self.url}/post",
            json={"text": text},
            headers={"Idempotency-Key": key} if key else {},
            repeatable=key is not None,
            timeout=TIMEOUT,
        ).json()
        return str(answer["id"])

    def publish(self, message, web):
        return Receipt(id=self._post(web, message.text))


class Keyed(Plain):
    repeatable_for = timedelta(hours=1)

    def publish(self, message, web):
        return Receipt(id=self._post(web, message.text, key=message.key))


class Keyless(Plain):
    """No key, but its posts can be listed."""

    def find(self, message, web):
        found = self._listed(web, message, message.text)
        return Receipt(id=found) if found else None

    def _listed(self, web, message, text):
        posts = web.call("GET", f"{self.url}/posts", repeatable=True, timeout=TIMEOUT).json()
        for post in posts:
            if post["text"] == text:
                return str(post["id"])
        if len(posts) == LISTED and posts[0]["at"] > message.created.timestamp():
            raise Unsure("the list does not reach back")
        return None


class Thread(Keyless):
    """Without a key, in parts, each of which can be looked up."""

    find = None

    def resume(self, message, web, journal):
        first = send_thread(
            message,
            journal,
            send=lambda _number, text, _above: self._post(web, text),
            look=lambda _number, text: self._listed(web, message, text),
        )
        return Receipt(id=first)


KINDS = {"plain": Plain, "keyed": Keyed, "keyless": Keyless, "thread": Thread}
