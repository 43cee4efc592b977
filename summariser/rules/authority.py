"""Which council a run of lines is about: by the names of authorities, and by the ways in which councils are named."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

from summariser.rules.lines import Line

_WORD = r"[A-Z][a-zéôŵŷâêîû'-]+(?:-[A-Z][a-z]+)?"
_NAME = rf"{_WORD}(?:(?: (?:of|and|&|upon|on|the|with|in|under|by|y|ar))* {_WORD}){{0,4}}"
_KIND = r"(?:(?:City|County|Borough|Metropolitan|District|Unitary|London|Island|Islands|Royal|Regional)s? )*(?:Council|Borough|Authority|District)"
_COUNCIL = re.compile(
    rf"\b((?:City of|London Borough of|Royal Borough of|Borough of|County of|Metropolitan Borough of) {_NAME}(?: (?:City )?Council)?"
    rf"|{_NAME} {_KIND}|{_NAME} Council|{_NAME} Health and Social Care (?:Trust|Partnership)|Cyngor (?:Sir |Dinas |Bwrdeistref (?:Sirol )?)?{_NAME}"
    rf"|(?<=[Oo]f ){_NAME}(?= local authority))\b"
)
_KINDS = ("ouncil", "uthority", "orough", "istrict", "Trust", "Partnership", "yngor", "City of", "County of")
# Words that open such a match by the accident of standing before it, and bodies that are no authority.
_OPENING = re.compile(
    r"^(?:(?:The|Minutes of|At|In|For|Since|Today|Dear|Meeting of|Leader of|Full|Our|Your|This|That|By|And|With|From|To|Inspection of|Review of|Visit to"
    r"|Report of|Cabinet of|Chief Executive of|Chief Executive,?|When|While|Last|Both|Neither|As|On|Although|But|If|Whether|After|Before|Because|Ofsted|CQC"
    r"|Councillors of|Members of|Focused|Title|Subject|Organisation|Authority|Council|Local Authority Name) )+"
)
_OF_A_PAPER = re.compile(
    r"^.*\b(?:Check|Department|Response|Reports?|Directors?|Inspection|Letter|Leader|Executive|Review|Services?|Challenge|Assessment|Complaints?|Direction"
    r"|Notice|Ministers?|Evaluation|Action|Plan|Performance|Visit|Chair|Cabinet|Officer|Commissioners?|Intervention|Investigation|Members?|Board|Committee"
    r"|Panel|Partnership|Care|Email|Update|Governance|Meeting|Minutes|Ofsted|Quality|Arrangements|Decision|Statement|Families) (?:of|by|with|in|on|and|under)(?: the)? "
)
# Words that stand before a council's name without a word between them, as in addresses, menus and titles.
_STRAY = re.compile(
    r"^.*\b(?:Services?|Leaders?|Directors?|Executive|Challenge|Assessment|Assurance|Residents|Business|Junior|Officer|Ministers?|Mayor|Cabinet|Members?|Review"
    r"|Inspection|Care|Families|Chair) (?!Trust|Partnership)(?=[A-Z])"
)
_JOINED = re.compile(r"^.*\b(?:by|in|for|with|at) (?=[A-Z])")
_TRAILING = re.compile(r" (?:in|under|by|with|on) (?:Relation|Respect|Accordance|Connection|Partnership|Response)\b.*")
_NOT_ONE = re.compile(
    r"^(?:[Tt]he |An? )?(?:Local|County|City|Borough|District|Town|Parish|Full|Unitary|Combined|Health|Care|Research|National|British"
    r"|Improvement|Police|Fire|Planning|London|Metropolitan|Executive|Your|Our|This|That|Leader|Neighbouring|Other|Strategic|Special|Extraordinary"
    r"|Annual|Budget|Another|Each|Every|Which|Most|Many|No|Any|One|Upper|Lower|Single|Education|Public|Home|Host|Lead|Placing|Two|Three|Some|My|Their) "
    r"(?:\w+ )?(?:Council|Borough|Authority|District)$|(?:Education|Services) Authority|Care Council|(?<!Social Care )\bTrust\b"
    r"|\b(?:Combined|Fire|Police|Park|Health|Planning|Port|Rescue|Transport|Aviation|Benefits|Improvement|Standards|Quality) Authority$"
    r"|\b(?:Parish|Town|Community|Youth|Arts|Medical|Research|Works|Privy|Trades|Students?|School|Parochial|Privy|Church|Health|Dental|Funding|Nursing) Council$"
)
# A name beside these words is a person's, a street's or another body's.
_TITLED = re.compile(
    r"(?:\b(?:Councillors?|Cllrs?|Coun|Mr|Mrs|Ms|Miss|Dr|Sir|Lord|Lady|Dame|Baroness|Baron|Prof|Professor|Rev|HMI|Bishop|Duke|Duchess|Earl)\.?(?: [A-Z][\w.'-]*){0,2}"
    r"|(?<=[a-z,;)] )(?!Ofsted|CQC|The|LGA|North|In)[A-Z][a-z]{2,12}) $"
)
_ELSEWHERE = re.compile(
    r",? (?:office|Street|Road|Lane|Central|Lines|Hospitals?|University|Avenue|Way|House|Police|Constabulary|College|Terrace|Square|Crescent|Drive|Close|Park"
    r"|Cathedral|Airport|Town|Rovers|United|City FC|Evening|Post|Echo|News|Gazette|Star|Mercury|NHS|Healthcare|Community|Diocese|Railway|Bridge|Gate"
    r"|Building|Court|Crown|Magistrates|Coroner|Prison|Docks|[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2})\b"
)
# Where an inspectorate sits is of no matter.
_ADDRESS = re.compile(r"\b(?:Store Street|Gallowgate|Citygate|Agora|Compass House)\b|[Tt]el(?:ephone)?\b[.:]? ?\d")
# What is said of the authority's services where nobody says "council".
_SERVICES = (
    r"(?:children(?:'s)? (?:services|social care|and families)|childrens services|adult(?:s|'s)? (?:social care|services)|social (?:services|care)"
    r"|local area partnership|local authority|safeguarding|youth (?:justice|offending)|councillors|integration joint board|improvement board"
    r"|health and wellbeing board|commissioners|social work(?:ers)?|integrated children|health and social care partnership|corporate peer challenge)"
)
_PLACE = re.compile(
    rf"\b({_NAME})(?:'s|') (?:\w+ )?{_SERVICES}\b|\b({_NAME}) (?i:{_SERVICES})\b"
    rf"|\b(?i:services|social care|authority|ofsted|cqc|inspectors?|inspection|inspected|report|visit|town hall|send|commissioners?)"
    rf"(?=(?: \w+){{0,4}}? (?:in|at|of|for|to|on) ({_NAME})\b)"
)
_OF_THE_FIELD = (
    "council",
    "authority",
    "social care",
    "social services",
    "ofsted",
    "children's services",
    "scrutiny",
    "social work",
)
_NO_PLACE = frozenset(
    "in at on for as ofsted cqc england scotland wales ireland britain parliament government education care quality commission january february march april may june july "
    "august september october november december monday tuesday wednesday thursday friday saturday sunday lga adass ciw hmi covid the we it he she they this "
    "that there these constabulary police probation inspectorate youth justice offending team court cabinet council committee board panel scrutiny director directors leader chief department secretary state his her majesty's inspectorate "
    "service services children adults adult children's social local area joint safeguarding health nhs send youth appendix annex section part act framework "
    "overview executive select full report review members officers staff councillor improvement early help our your their ministers minister annual how why what when where who commissioner commissioners inspection inspectors report".split()
)
_OF_A_POST = re.compile(r"^(?:Head|Chair|Leader|Manager|Director|Board|Officer|Member)s? (?:of|for) (?:the )?")
_TITLE_WEIGHT = 3
_NEAR = 40
_CAPITALS = re.compile(r"\b[A-Z]{2,}(?:['-][A-Z]+)*\b")
_TWO_CAPITALS = re.compile(r"[A-Z][A-Z]")
_JOINING = frozenset("OF AND UPON ON THE WITH IN UNDER BY TO FOR FROM AT AGAINST INTO IS AN".split())
# Capitals that are initials.
_INITIALS = frozenset("CQC LGA HMI HMIP NHS ICB SEND CIW RQIA ADASS MASH ILACS DFE EHC SAR SCR OBE CBE MBE".split())


@dataclass(frozen=True, slots=True)
class Named:
    """A council as the text names it, and the line that does."""

    value: str
    line: int


@cache
def _gazetteer() -> Mapping[str, tuple[str, ...]]:
    """Return the names that are surely a council's by their first word, the longest first."""
    rows = files("summariser.rules").joinpath("authorities.txt").read_text(encoding="utf-8").splitlines()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted((row for row in rows if row and not row.startswith("#")), key=len, reverse=True):
        if not name.endswith("?"):
            found[name.split(" ")[0].rstrip(",")].append(name)
    return {first: tuple(names) for first, names in found.items()}


def authority(lines: Sequence[Line]) -> Named | None:
    """Return the council that the lines speak of most; None if none is named, for a street or a river is not a council."""
    weights: Counter[str] = Counter()
    fullest: dict[str, Named] = {}
    for line in lines:
        weight = _TITLE_WEIGHT if line.kind == "heading" and not line.boilerplate else 1
        for name in _names(line.words):
            core = _core(name)
            weights[core] += weight
            known = fullest.get(core)
            # In capitals it is written as a heading is; elsewhere as it is usually.
            if known is None or (len(name), not name.isupper()) > (len(known.value), not known.value.isupper()):
                fullest[core] = Named(name, line.number)
    if not weights:
        return _place(lines)
    named = fullest[weights.most_common(1)[0][0]]
    # The bare name of a place may be that of a cheese; a paper of this field says so somewhere.
    called_so = len(_core(named.value)) < len(named.value)
    named = _as_usual(named, lines)
    return named if called_so or any(word in line.low for line in lines for word in _OF_THE_FIELD) else None


def _as_usual(named: Named, lines: Sequence[Line]) -> Named:
    """Return a name in capitals as it is usually written, where the text writes the place so more than once."""
    if not named.value.isupper():
        return named
    value = _usual(named.value)
    at = value.lower().find(_core(value))
    place = value[at : at + len(_core(value))] if at >= 0 else value
    return replace(named, value=value) if sum(place in line.words for line in lines) > 1 else named


@lru_cache(maxsize=4096)  # asked of a line for its item, and for what its grades are of
def _names(words: str) -> tuple[str, ...]:
    """Return the councils that a line names: those called so, and those of the list of all councils."""
    told = _usual(words)
    found: list[str] = []
    place = 0 if any(map(told.__contains__, _KINDS)) else len(told)
    while match := _COUNCIL.search(told, place):
        name = _OF_A_PAPER.sub("", _OPENING.sub("", match.group(1)))
        if (behind := _STRAY.sub("", name)) != name:
            name = _JOINED.sub("", behind)
        start = match.end(1) - len(name)
        name = _TRAILING.sub("", name)
        end = start + len(name)
        if not _NOT_ONE.search(name) and (" " in name or told.startswith(" local authority", end)):
            found.append(words[start:end])
            place = end
        else:  # the name may begin within what was no name: "the Chief Executive of the London Borough of ..."
            place = start if start > match.start() else end
    taken = " ; ".join(found).lower()
    return (*found, *(name for name in _listed(words, told) if name.lower() not in taken))


def _listed(words: str, told: str) -> Iterator[str]:
    end = 0
    for match in re.finditer(r"(?<![\w'-])[A-Z][\w'-]+", told):
        if match.start() < end:
            continue
        first = match.group()
        for name in _gazetteer().get(first) or _gazetteer().get(first.removesuffix("'s"), ()):
            spelt = next((each for each in (name, name.replace(" and ", " & ")) if told.startswith(each, match.start())), None)
            if spelt is None:
                continue
            stop = match.start() + len(spelt)
            before = told[max(0, match.start() - 60) : match.start()]
            if not (
                _ADDRESS.search(told, max(0, match.start() - _NEAR), stop + _NEAR)
                or told[stop : stop + 1].isalnum()
                or _ELSEWHERE.match(told, stop)
                or _TITLED.search(before)
            ):
                end = stop
                yield words[match.start() : stop]
            break


def _usual(words: str) -> str:
    """Return words with those in capitals as they would be written elsewhere; most lines have no two capitals in a row."""
    return _CAPITALS.sub(_in_small, words) if _TWO_CAPITALS.search(words) else words


def _in_small(match: re.Match[str]) -> str:
    """Return a word in capitals as it would be written elsewhere, and as long."""
    word = match.group()
    if word in _INITIALS:
        return word
    return "-".join(part.lower() if part in _JOINING else part.capitalize() for part in word.split("-"))


def _place(lines: Sequence[Line]) -> Named | None:
    """Return the place whose services a text is about that names no council; one slip of the pen is none."""
    weights: Counter[str] = Counter()
    first: dict[str, Named] = {}
    for line in lines:
        if line.boilerplate:
            continue
        told = _usual(line.words)
        for match in _PLACE.finditer(told):
            told_as = next(filter(None, match.groups()))
            place = _OF_A_POST.sub("", told_as).removesuffix("'s")
            if any(word.lower() in _NO_PLACE for word in place.split()):
                continue
            weights[place] += _TITLE_WEIGHT if line.kind == "heading" else 1
            start = match.start(match.lastindex or 0) + len(told_as) - len(_OF_A_POST.sub("", told_as))
            first.setdefault(place, Named(line.words[start : start + len(place)], line.number))
    if not weights:
        return None
    place = weights.most_common(1)[0][0]
    mentions = sum(place in line.words for line in lines)
    return first[place] if mentions > 1 or weights[place] > 1 else None


def _core(name: str) -> str:
    """Return what two ways of naming one council share."""
    name = _usual(name)
    name = re.sub(
        r"^(?:City|London Borough|Royal Borough|Metropolitan Borough|Borough|County) of |^Cyngor (?:Sir |Dinas |Bwrdeistref (?:Sirol )?)?",
        "",
        name,
    )
    name = re.sub(rf" (?:{_KIND})$| Council$", "", name)
    return name.replace("&", "and").removeprefix("The ").lower()
