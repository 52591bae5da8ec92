"""`python -m sharekit` and the `sharekit` program."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code (0, 1, 2, 3, 4 or 130)."""
    try:
        from sharekit.cli.main import run

        code = run()
    except KeyboardInterrupt:  # while the program was still being loaded, or already ending
        sys.stderr.write("Interrupted.\n")
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
