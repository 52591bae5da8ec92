"""The JSON Schema of config.yaml, for editors: `sharekit config schema`.

One schema for the whole file, with the section of every reader and channel that is installed.
"""

from __future__ import annotations

from typing import Any

from sharekit import plugins
from sharekit.config.accounts import section_model
from sharekit.config.sections import Document

__all__ = ["MODELINE", "schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MODELINE = "# yaml-language-server: $schema=.sharekit/schema.json"


def schema() -> dict[str, Any]:
    """The schema (draft 2020-12) as plain data."""
    from sharekit.composer.theme import Theme

    whole = Document.model_json_schema()
    definitions = whole.setdefault("$defs", {})
    accounts: dict[str, Any] = {}
    for channel in plugins.names(plugins.PUBLISHERS):
        name = f"channel-{channel}"
        model = section_model(channel)
        definitions[name] = _embedded(model.model_json_schema(), definitions)
        for key, about in model.descriptions().items():
            definitions[name]["properties"][key].setdefault("description", about)
        definitions[name].pop("required", None)  # secrets may be stored instead
        accounts[f"^{channel}(:.+)?$"] = {"anyOf": [{"$ref": f"#/$defs/{name}"}, {"type": "null"}]}
    whole["properties"]["channels"] = {
        "type": "object",
        "description": "Accounts, as `kind` or `kind:account`.",
        "patternProperties": accounts,
        "additionalProperties": False,
    }
    definitions["theme"] = _embedded(Theme.model_json_schema(), definitions)
    whole["properties"]["theme"] = {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/theme"}]}
    definitions["SourceSection"]["properties"]["reader"] = {
        "enum": plugins.names(plugins.READERS),
        "description": "A reader's name; guessed when left out.",
    }
    return {"$schema": DIALECT, "title": "sharekit", **whole}


def _embedded(inner: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """*inner* with its own definitions moved up to the common ones."""
    definitions.update(inner.pop("$defs", {}))
    return inner
