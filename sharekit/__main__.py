"""`python -m sharekit` and the `sharekit` program."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code (0, 1, 2, 3, 4 or 130)."""
    from sharekit.cli.main import run

    sys.exit(run())


if __name__ == "__main__":
    main()
