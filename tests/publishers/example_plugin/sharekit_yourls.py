"""YOURLS: one POST makes a short link, the same for the same address. https://yourls.org/docs"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, SecretStr

from sharekit.publishers import pick
from sharekit.web import Session


class Yourls(BaseModel):
    """A YOURLS of one's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    api: str
    """The address of its yourls-api.php."""
    signature: SecretStr
    """The secret signature token: Tools, in its admin pages."""

    def shorten(self, url: str, web: Session) -> str:
        """The short address of *url*."""
        signature = self.signature.get_secret_value()
        web.hide(signature)
        form = {"action": "shorturl", "format": "json", "url": url, "signature": signature}
        return pick(web.call("POST", self.api, data=form, repeatable=True).json(), "shorturl")
