"""The settings of a reader: a frozen dataclass, whose values pydantic checks where it has to."""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import MISSING, dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, dataclass_transform

from sharekit.ports._described import Described

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["ReaderSettings"]

# Types, as annotations are written, that need no library to be checked.
_PLAIN: dict[Any, tuple[type, ...]] = {
    "str": (str,),
    "str | None": (str, type(None)),
    "bool": (bool,),
    str: (str,),
    str | None: (str, type(None)),
    bool: (bool,),
}


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
@dataclass(frozen=True, kw_only=True)
class ReaderSettings(Described):
    """What every reader has: where to read, and what to assume where the source is silent.

    A class below it is a frozen, keyword-only dataclass without a decorator. Annotations may be
    whatever pydantic checks (`Annotated[int, Field(ge=1)]`, `SecretStr | None`); making a reader
    with a value that does not fit raises pydantic's `ValidationError`. Text and switches are
    checked without pydantic, whose import takes longer than reading a small folder.
    """

    source: str
    """A path, a folder or a URL."""
    site_url: str | None = None
    """What relative links are joined to."""
    timezone: str | None = None
    """IANA name for dates without a zone; else UTC, and the post says `extra["zone"]`."""
    language: str | None = None
    """For posts that do not name theirs."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(frozen=True, kw_only=True)(cls)

    def __post_init__(self) -> None:
        """Put the checked values in place. Raises `ValidationError`."""
        given = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if _given(self, f)}
        if all(_is_plain(f, given) for f in dataclasses.fields(self)):
            return
        checked = self.section_model().model_validate(given)
        for name in given:
            object.__setattr__(self, name, getattr(checked, name))

    @classmethod
    def section_model(cls) -> type[BaseModel]:
        """The pydantic model of this reader's section of config.yaml."""
        kind: Any = cls  # mypy takes a class of frozen dataclasses for unhashable
        return _model_of(kind)


def _given(settings: ReaderSettings, part: dataclasses.Field[Any]) -> bool:
    if part.default_factory is not MISSING:
        return bool(getattr(settings, part.name) != part.default_factory())
    return getattr(settings, part.name) is not part.default


def _is_plain(part: dataclasses.Field[Any], given: dict[str, Any]) -> bool:
    return part.name not in given or isinstance(given[part.name], _PLAIN.get(part.type, ()))


@cache
def _model_of(kind: Any) -> type[BaseModel]:
    from pydantic import ConfigDict, Field, create_model

    hints = typing.get_type_hints(kind, include_extras=True)
    fields: dict[str, Any] = {}
    for part in dataclasses.fields(kind):
        default: Any = ... if part.default is MISSING else part.default
        if part.default_factory is not MISSING:
            default = Field(default_factory=part.default_factory)
        fields[part.name] = (hints[part.name], default)
    config = ConfigDict(frozen=True, extra="forbid")
    made: type[BaseModel] = create_model(
        kind.__name__, __config__=config, __doc__=kind.__doc__, **fields
    )
    return made
