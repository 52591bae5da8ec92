"""ntfy: one POST makes a notification. https://docs.ntfy.sh/publish/#publish-as-json"""

from __future__ import annotations

from typing import ClassVar

from pydantic import SecretStr

from sharekit.model import Limits, Message, Receipt
from sharekit.publishers import NetworkAccount, pick
from sharekit.web import Session


class Ntfy(NetworkAccount):
    """One topic on an ntfy server."""

    default_limits: ClassVar[Limits] = Limits(length=4_096, unit="bytes", attach=("none",))

    topic: str
    """The topic that people have subscribed to."""
    token: SecretStr | None = None
    """An access token of the server: Account, Access tokens."""
    server: str = "https://ntfy.sh"
    """The server."""

    def publish(self, message: Message, web: Session) -> Receipt:
        """Send one notification; a tap on it opens the post."""
        self.check(message)
        answer = web.call(
            "POST",
            self.server,
            token=self.secret("token", web, message),
            json={
                "topic": self.topic,
                "title": message.title,
                "message": message.text,
                "click": message.url,
            },
            timeout=self.timeout,
        )
        return Receipt(id=pick(answer.json(), "id"), url=f"{self.server}/{self.topic}")
