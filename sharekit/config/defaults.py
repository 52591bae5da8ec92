"""What holds where config.yaml is silent, and where there is none."""

from __future__ import annotations

__all__ = ["CARDS", "DATABASE", "LAYOUTS"]

CARDS = "cards"
LAYOUTS = "layouts"
DATABASE = "sqlite:///.sharekit/queue.sqlite"
