"""config.yaml to a `Config`: found, read and checked once, whole, before anything happens.

Every problem is shown together, each with file:line:column. Relative paths start at the file.
"""

from sharekit.config.loading import default, load
from sharekit.config.places import find, is_ours, overlooked
from sharekit.config.values import Config, Rotation, Schedule, Source

__all__ = [
    "Config",
    "Rotation",
    "Schedule",
    "Source",
    "default",
    "find",
    "is_ours",
    "load",
    "overlooked",
]
