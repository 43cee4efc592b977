"""Whom a paper is about, by name: a grade beside another name is somebody else's."""

import re

from summariser.rules.authority import authority
from summariser.rules.judgement_guards import names_in
from summariser.rules.lines import Line

# For text as it is.
_SERVES = re.compile(
    r"\b(?!(?:The|Our|This|Its|Their|These|Those|All|Your)\b)((?:[A-Z][a-z]+ )?[A-Z][a-z]+(?:-[A-Za-z]+)*)(?:'s| Council's)? (?:children's |adult |social |[Yy]outh (?:[Jj]ustice |[Oo]ffending )){0,2}(?:[Ss]ervices?\b|social care\b)"
)
_NAMED_IN = 2  # lines besides the headings in which a paper names whom it is about, where it names no council


def names_of(lines: list[Line]) -> set[str]:
    """Return the words of the names in the headings and the opening, which are of whom the paper is about."""
    named = authority(lines)
    opening = [line.words for line in lines if line.kind == "heading"]
    opening += [named.value] if named else [line.words for line in lines[:_NAMED_IN]]
    served = set() if named else {name for line in lines for name in _SERVES.findall(line.words)}
    opening += served if len(served) == 1 else ()  # the only place whose services are spoken of
    return names_in(" . ".join(opening))
