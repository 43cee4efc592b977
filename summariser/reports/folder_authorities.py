"""Which names of authorities are forms of one: "Ashbourne Vale", "ASHBOURNE VALE COUNCIL", "Ashbourne Vale Borough Council".

Capitals, blanks and the words for what kind of council it is make no difference, with one exception: where both a county and
another council of the same place are named, they are two, for a county and a city within it may share their name.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

_BEFORE = re.compile(
    r"^(?:the )?"
    r"(?:(?:(?:london|royal|metropolitan|county) )?(?:city|borough|county|district)(?: and (?:county|district|borough))? of "
    r"|cyngor (?:sir |dinas |bwrdeistref (?:sirol )?)?)?"
)
_KINDS = r"(?:city|county|borough|metropolitan|district|unitary|london|royal|council|authority)"
_AFTER = re.compile(rf"(?: (?:and )?{_KINDS})+$")
# A county borough is no county.
_COUNTY = re.compile(r"\bcounty\b(?! borough)")
_CAPITALS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_JOINING = {word.upper(): word for word in "of and the in on upon under with by le".split()}


def forms(counted: Iterable[tuple[str, int]]) -> Mapping[str, str]:
    """Return for each name, given with how often it is used, the one under which its authority is listed.

    That is its fullest form; names written in capitals throughout come after others, and are told in small letters.
    """
    alike: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for name, count in counted:
        alike[_core(name)][name] = count
    shown: dict[str, str] = {}
    for names in alike.values():
        for members in _apart(names):
            best = max(members, key=lambda name: (not name.isupper(), len(_plain(name)), names[name], name))
            shown |= dict.fromkeys(members, _in_small(" ".join(best.split())))
    return shown


def _apart(names: Iterable[str]) -> list[list[str]]:
    """Part the names of one place into those of one council each."""
    counties = [name for name in names if _COUNTY.search(_plain(name))]
    bare = [name for name in names if name not in counties and _plain(name) in (_core(name), f"{_core(name)} council")]
    others = [name for name in names if name not in counties and name not in bare]
    if counties and others:
        # Which of the two a bare name means nobody can tell.
        return [members for members in (counties, others, bare) if members]
    return [[*counties, *others, *bare]]


def _in_small(name: str) -> str:
    """Return a name that is written in capitals as it would be written elsewhere."""
    return (
        _CAPITALS.sub(lambda match: _JOINING.get(match.group(), match.group().capitalize()), name) if name.isupper() else name
    )


def _core(name: str) -> str:
    plain = _plain(name)
    return _AFTER.sub("", _BEFORE.sub("", plain)) or plain


def _plain(name: str) -> str:
    return " ".join(name.replace("&", " and ").casefold().split())
