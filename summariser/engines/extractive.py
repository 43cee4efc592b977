"""Briefs without a model: sentences of the source, labelled by the rules of the field; it can leave out but not invent."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from summariser.engines import _council, _general
from summariser.errors import SettingsError
from summariser.rules.outline import Outline, outline
from summariser.types import Reply, Request

# For each schema the function that fills it from the outline, and notes to the reader on what it had to leave out.
_BUILDERS: Mapping[str, Callable[[Outline], tuple[dict[str, Any], list[str]]]] = {
    "council_review": _council.build,
    "general": _general.build,
}


class ExtractiveEngine:
    """The embedded engine: rules alone, on this machine, in milliseconds. It knows the schemas in its table."""

    name = "extractive"
    model: str | None = None
    keeps = False

    def ask(self, request: Request) -> Reply:
        """Return a brief made of the document's own sentences.

        Raises:
            SettingsError: the schema is not one that the rules can fill.
        """
        build = _BUILDERS.get(request.schema)
        if build is None:
            known = ", ".join(_BUILDERS)
            raise SettingsError(f"the embedded engine fills {known}; for {request.schema!r} name a model (--model)")
        brief, notes = build(outline(request.document, request.segments))
        return Reply(json.dumps(brief, ensure_ascii=False), notes=tuple(notes))
