"""Which council a run of lines is about: by the names of authorities, and by the ways in which councils are named."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from summariser.rules.lines import Line

_NAME = r"[A-Z][a-z-]+(?:(?: (?:of|and|upon|on|the|with|in))* [A-Z][a-z-]+){0,3}"
_KIND = r"(?:(?:City|County|Borough|Metropolitan|District|Unitary|London|Island)s? )*(?:Council|Borough|Authority)"
_COUNCIL = re.compile(
    rf"\b((?:City of|London Borough of|Royal Borough of|Borough of|County of) {_NAME}(?: (?:City )?Council)?"
    rf"|{_NAME} {_KIND}|{_NAME} Council|(?<=[Oo]f ){_NAME}(?= local authority))\b"
)
# Words that open such a match by the accident of standing before it, and bodies that are no authority.
_OPENING = re.compile(
    r"^(?:(?:The|Minutes of|At|In|For|Since|Today|Dear|Meeting of|Leader of|Full|Our|Your|This|That|By|And) )+"
)
_NOT_ONE = re.compile(
    r"^(?:The )?(?:Local|County|City|Borough|District|Town|Parish|Full|Unitary|Combined|Health|Care|Research|National|British"
    r"|Improvement|Police|Fire|Planning|London|Metropolitan|Executive|Your|Leader|Neighbouring|Other|Strategic) "
    r"(?:Council|Borough|Authority)$|Education Authority|Care Council|\bTrust\b"
)
_TITLE_WEIGHT = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A council as the text names it, and the line that does."""

    value: str
    line: int


@cache
def _gazetteer() -> tuple[re.Pattern[str], frozenset[str]]:
    rows = files("summariser.rules").joinpath("authorities.txt").read_text(encoding="utf-8").splitlines()
    names = [row for row in rows if row and not row.startswith("#")]
    sure = sorted((name for name in names if not name.endswith("?")), key=len, reverse=True)
    listed = "|".join(re.escape(name).replace(r"\ ", " ").replace(" and ", " (?:and|&) ") for name in sure)
    return re.compile(rf"\b({listed})\b(?! (?:Street|Road|Lane|Central|Lines|Hospital|University|Avenue|Way))"), frozenset(
        names
    )


def authority(lines: list[Line]) -> Named | None:
    """Return the council that the lines speak of most; None if none is named, for a street or a river is not a council."""
    weights: Counter[str] = Counter()
    fullest: dict[str, Named] = {}
    for line in lines:
        weight = _TITLE_WEIGHT if line.kind == "heading" and not line.boilerplate else 1
        for name in _names(line.words):
            core = _core(name)
            weights[core] += weight
            if core not in fullest or len(name) > len(fullest[core].value):
                fullest[core] = Named(name, line.number)
    return fullest[weights.most_common(1)[0][0]] if weights else None


def _names(words: str) -> list[str]:
    found = []
    for match in _COUNCIL.finditer(words):
        name = _OPENING.sub("", match.group(1))
        if not _NOT_ONE.search(name) and (
            " " in name or (match.end() < len(words) and words.startswith(" local authority", match.end()))
        ):
            found.append(name)
    pattern, _ = _gazetteer()
    taken = " ; ".join(found)
    return found + [match.group(1) for match in pattern.finditer(words) if match.group(1) not in taken]


def _core(name: str) -> str:
    """Return what two ways of naming one council share."""
    name = re.sub(r"^(?:City|London Borough|Royal Borough|Borough|County) of ", "", name)
    name = re.sub(rf" (?:{_KIND})$| Council$", "", name)
    return name.replace("&", "and").removeprefix("The ").lower()
