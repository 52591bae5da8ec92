"""Where the config is: the nearest file of ours, going up."""

from __future__ import annotations

from pathlib import Path

__all__ = ["find", "is_ours", "overlooked"]


def find(start: Path) -> Path | None:
    """The nearest `sharekit.yaml` going up from *start*, else the nearest `config.yaml` of ours.

    A `config.yaml` is ours when its first key is `sharekit:`; a bare one may be Hugo's.
    """
    folders = [start.resolve(), *start.resolve().parents]
    for folder in folders:
        if (path := folder / "sharekit.yaml").is_file():
            return path
    for folder in folders:
        if (path := folder / "config.yaml").is_file() and is_ours(path):
            return path
    return None


def is_ours(path: Path) -> bool:
    """Whether *path* is a config.yaml of sharekit's: its first key is `sharekit:`."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for line in file:
                text = line.strip()
                if text and not text.startswith(("#", "---", "%")):
                    return text.startswith("sharekit:")
    except (OSError, UnicodeDecodeError):
        return False
    return False


def overlooked(folder: Path) -> str | None:
    """Why a config.yaml in *folder* is not taken for ours, `None` where there is none such."""
    path = folder / "config.yaml"
    if not path.is_file() or is_ours(path):
        return None
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        return f"{path} is no text in UTF-8"
    if not text.strip():
        return f"{path} is empty"
    return f"{path} is not for sharekit: its first key is not `sharekit:`"
