"""Publishers: one module a channel. This is where a new channel begins.

A channel is one class, one test and one line:

1. Copy the module that is most like yours: `webhook.py` for one POST, `mastodon.py` for an
   upload and a post. Its class, a `NetworkAccount`, is the account's section of config.yaml: its
   fields are the keys (secrets are `SecretStr | None`, as they may be kept elsewhere), the
   strings below them the documentation.
   `default_limits` says what the channel takes.
2. `publish(message, web)` sends the message exactly as it is, once, and returns a `Receipt`.
   Everything goes out through `web.call`, which knows which failure means "not sent", "may
   have been sent" and "come back later"; say `repeatable=True` where a repeat does no harm.
   No cutting, no retries, no waiting: that was done before, or is the queue's business.
3. Offer `find` where the channel's own list of posts can be read, `whoami` where it can say
   who is signed in, `resume` where one message takes several posts, `price` where it costs
   money (`sharekit.ports` has the words).
4. Name the class in pyproject.toml under `[project.entry-points."sharekit.publishers.v1"]`; a
   package of your own does just the same.
5. Test it with `sharekit.testing.PublisherContract`, against a server that stands in for the
   network. docs/how-to/add-a-channel.md shows all five with a small channel, complete.

For every adapter: `NetworkAccount` (time-out, secrets, limits kept), `pick` (ids in answers that
may lack them), `picture` (the card's file), `nothing_posted` (around what comes before the post),
`requests` (the requests of a message, without sending them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.publishers._account import NetworkAccount, nothing_posted, picture
from sharekit.publishers._answers import pick

if TYPE_CHECKING:
    from sharekit.model import Message
    from sharekit.ports import Publisher

__all__ = ["NetworkAccount", "nothing_posted", "pick", "picture", "requests"]


def requests(publisher: Publisher, message: Message) -> list[str]:
    """The HTTP requests that would carry *message*, as text, with every secret masked.

    Nothing is sent. Empty for a publisher that asks no network. Raises `PublishError` where the
    message could not even be sent, for instance because its card is gone.
    """
    from sharekit.publishers import _dry

    return _dry.requests(publisher, message)
