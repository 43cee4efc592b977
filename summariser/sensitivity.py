"""Says by rules, before any engine is called, how sensitive a text is and which words show it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, get_args

from summariser.personal import MOST, Found, personal_data, special_category

Level = Literal["public_office_holders_only", "public_personal_data", "public_special_category", "restricted"]

_RISING: tuple[Level, ...] = get_args(Level)
_RESTRICTED = frozenset({"protective_marking", "exempt_report", "embargo", "case_record"})
_SPECIAL = frozenset({"death", "self_harm", "abuse", "health", "ethnicity", "sexuality", "offence"})

# One character for one character, so that an offset into the folded text is an offset into the text.
_FOLDS = {"'": "‘’ʼ`", '"': "“”", "-": "‐‑‒–—−", " ": "\u00a0\u2007\u2009\u202f", "\n": "\r\u2028\u2029\x85\x0b"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One reason to hold a text sensitive: what kind, and where its evidence stands (code points into the text)."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The level of a text and the evidence for it, in the order of the text; at most fifty marks, the gravest kept."""

    level: Level
    marks: tuple[Mark, ...]


def sensitivity(text: str) -> Sensitivity:
    """Return how sensitive `text` is. Raises nothing: any text has a level.

    - restricted: the paper itself is marked as not public. A marking is a line of its own ("NOT FOR PUBLICATION") or a
      sentence about "this report"; talk of exemption in minutes, agendas and policies is public. Exempt information is that
      of Schedule 12A to the Local Government Act 1972 or Schedule 7A to the Local Government (Scotland) Act 1973. An embargo
      counts even when its hour has passed, since a date in a text is not to be trusted; "the embargo was lifted" does not.
      Records of one person's case (form or name, date of birth, number) are restricted without a marking.
    - public_special_category: health, harm, offences, ethnicity or sexuality of one person, named or not.
    - public_personal_data: how to reach, number or date a private person.
    - public_office_holders_only: everything else; people in their office, official contacts.
    """
    clean = _plain(text)
    low = _lower(clean).replace("\f", "\n")
    personal = list(personal_data(clean, low))
    found = {*personal, *islice(_markings(clean, low), MOST), *_case_records(low, personal)}
    found.update(special_category(clean, low, [each for each in personal if each[0] == "name_with_age"]))
    gravest = sorted((Mark(*each) for each in found), key=lambda mark: (-_rank(mark), mark.start, mark.end, mark.kind))[:MOST]
    marks = tuple(sorted(gravest, key=lambda mark: (mark.start, mark.end, mark.kind)))
    return Sensitivity(_RISING[max(map(_rank, marks), default=0)], marks)


def _rank(mark: Mark) -> int:
    return 3 if mark.kind in _RESTRICTED else 2 if mark.kind in _SPECIAL else 1


def _plain(text: str) -> str:
    for usual, odd in _FOLDS.items():
        for character in odd:
            text = text.replace(character, usual)
    return text


def _lower(text: str) -> str:
    """Return the text in lower case at its own length; "İ" is the only letter whose lower case is two characters."""
    return text.replace("İ", "i").lower()


# --- Markings: lines of their own

# What a pattern spells in capitals. Papers made from PDF keep ligatures.
_SPELT = {
    "CONFIDENT": "con(?:fi|ﬁ)dent",
    "OFFICIAL": "o(?:ffi|ﬃ|ﬀi|fﬁ)cial",
    "HIDDEN": "(?:exempt|con(?:fi|ﬁ)dential|private|restricted|closed)",
    "PAPER": "(?:report|appendix|annex|document|letter|paper|brie(?:fi|ﬁ)ng(?: note| paper)?|note|minutes|draft|e-?mail)",
    "PUBLISH": "(?:publication|circulation|release|disclosure|distribution|sharing|transmission)",
    "PUBLISHED": "(?:published|circulated|released|disclosed|shared|copied|forwarded)",
    "SHARE": "(?:circulate|publish|copy|share|distribute|forward)",
    "BECAUSE": "(?:by virtue|by reason|under|in accordance|as (?:it|they|de)|because|pursuant|within|until|before|unless)",
    "PART_2": "part (?:2|ii|b|two)",
}


def _spelt(pattern: str) -> str:
    """Write out a pattern set over several lines: `_SPELT` words in full, and a space for any run of spaces."""
    joined = "".join(line.strip() for line in pattern.split("\n"))
    return re.sub(r"[A-Z][A-Z_2]{4,}", lambda word: _SPELT[word[0]], joined).replace(" ", r"[ \t]+")


# Each begins with letters that `re` can skip to.
_CUES = [
    re.compile(_spelt(cue))
    for cue in (
        "not (?:for|to)\\b",
        "do not SHARE",
        "exempt",
        "embargo",
        "con(?:fi|ﬁ)den(?:tial|ce)",
        "sensitive",
        "restricted",
    )
] + [re.compile(_spelt(cue)) for cue in ("protect\\b", "private", "closed PAPER", "by virtue of", "gyhoeddi")]
# On a line of its own, anywhere in the text.
_LINES = {
    "not for publication": r"""(?:(?:draft|strictly|HIDDEN|PART_2|this|paper|report|item|status|is|council|and|or)\W+){0,6}?
        (?:not for (?:(?:general|public|onward|wider|further|external) )?(?:and )?PUBLISH
        |not to be PUBLISHED|do not SHARE|nid i'w gyhoeddi)
        (?:\W*|\W+(?:BECAUSE|this|page|contains|exempt|CONFIDENTial|or|and|draft|appendix|outside|members|paragraph)\b.*)""",
    "exempt": r"""exempt(?: information| report| from PUBLISH)?\W+(?:by virtue|by reason|under|in accordance|as de|pursuant)
        .*\b(?:paragraph|schedule|section|regulation)s?\b.*""",
    "embargo": r"""
        (?:(?:for|press|news|media|release|draft|strictly|copy|CONFIDENTial|under|strict|PAPER|statistics)\W+){0,5}?embargo(?:ed)?
        (?:\W*|\W+(?:until|till|to|for|by|not|time|date|[0-9]|mon|tue|wed|thu|fri|sat|sun|midnight).*
        |\W+(?:copy|draft|version|PAPER))""",
    "in confidence": r"""
        (?:draft\W+|strictly |legally )*(?:(?:private|privileged) (?:and|&) CONFIDENTial|(?:strictly|highly) (?:CONFIDENTial|private)|in (?:strict(?:est)?\s)?
        con(?:fi|ﬁ)dence|(?:commercial|council|staff|management|policy)(?:ly)?\W+in\Wcon(?:fi|ﬁ)dence)
        (?:\W*|\W+(?:draft|for|addressee|to|not|page|members|only|report|version|[0-9])\b.*)""",
    "official-sensitive": r"""OFFICIAL\W{0,4}sensitive
        (?:\W+(?:personal|commercial|locsen|council|when|page|[0-9]+|of|draft|not for .*))*""",
    "classification": r"""
        (?:(?:security|protective|government|document) )*(?:classi(?:fi|ﬁ)cation|marking|report status|handling)
        \W+(?:OFFICIAL\W{0,4}sensitive|HIDDEN|protect|PART_2|not for publication)\b.*""",
    "exempt: yes": r"""
        (?:is (?:this|the) report (?:exempt|CONFIDENTial|private)|CONFIDENTial or exempt(?: information)?|exempt information)
        \W+yes\b.*|public(?:/| or )(?:private|exempt)(?: report)?\W+(?:private|exempt)\b.*""",
}
# Only at the head of the text or of a page, in capitals, or repeated: elsewhere these are headings and labels.
_WEAK_LINES = {
    "confidential": r"(?:strictly )?(?:CONFIDENTial|restricted|protect|private)(?:\W+(?:draft|council|personal|policy|staff|page.*))?",
    "footer": r".{3,60}(?: -| \||\t)\W*(?:OFFICIAL\W{0,4}sensitive|(?:strictly|private and) CONFIDENTial)",
    "exempt": r"exempt(?: information)?|by virtue of paragraph.*\bschedule\b.*|PAPER\W+\w{1,3}\W+not for publication.*",
    "exempt report": r"""(?:PART_2\W+)?HIDDEN\W+(?:(?:cabinet|committee|council|officer|executive|joint) )?(?:PAPER|addendum)
        (?:\W+[a-z0-9]{1,3})?(?:\W+(?:of|by|to|for|from) .*)?""",
    "report exempt": r"(?:PART_2\W+)?PAPER(?:\W+\w{1,3})?\W+HIDDEN|PART_2\W+(?:HIDDEN|not for publication)|HIDDEN\W+PART_2",
}
_OWN = [(name, re.compile(_spelt(line))) for name, line in _LINES.items()]
_WEAK = [(name, re.compile(_spelt(line))) for name, line in _WEAK_LINES.items()]
# A text that has lost its line breaks still begins with its marking.
_AT_HEAD = re.compile(
    r"\W*((?:STRICTLY )?(?:NOT FOR PUBLICATION|OFFICIAL\W{1,3}SENSITIVE|E(?i:mbargoed until)|(?:PRIVATE (?:AND|&) )?CONFIDENTIAL))\b"
)
_PAGE = re.compile(r"page[ \t]+[0-9]+(?:[ \t]+of[ \t]+[0-9]+)?\W+")
_EDGE = " \t#>*_|~=[](){}\"'.,;:!-"
_LISTED = re.compile(r"[ \t]*(?:[-•*·▪o][ \t]|\(?[0-9]{1,3}[.):]|\(?[a-z][.)][ \t]|[0-9]{1,3}[ \t]|item\b)")
_TOLD_OF = re.compile(
    r"\b(?:was|were) (?:considered|noted|discussed|circulated|taken|heard|agreed|lifted|broken|not)\b"
    r"|\b(?:lifted|none|nil|no exempt)\b|not applicable|\bn/a\b|appendi[^.]{0,20} (?:to|of) (?:this|the) report"
)
# What a public paper has before a line that names its private part.
_LISTING = re.compile(
    r"exclu\w+ of (?:the )?(?:press|public)|(?:press|public)[^.\n]{0,60} (?:be|were|was) excluded|(?:^|\n)\W*(?:contents"
    r"|additional documents|(?:list of )?(?:appendices|attachments)|background papers|part (?:1|i|a|one))\b[^\n]{0,60}(?:\n|$)"
)
_EXPLAINED = re.compile(
    r"\W{0,9}(?:none|nil|no|n/a|not applicable|there (?:is|are) no|this report (?:contains|has|does) not?)\b"
    r"|\s*[^\n]{0,40}\b(?:this (?:marking|classi\w+|label|level)|(?:is|are) used|used? (?:this|for|when|to)|means|applies to)\b"
)
_OTHER_WORDS = re.compile(r"(?:^|\n)\W*(?:prevent|pursue|prepare|free|independent|safe)\W*(?:\n|$)")


def _markings(text: str, low: str) -> Iterator[Found]:
    """Yield the lines and sentences that say of this very paper that it is not public."""
    if head := _AT_HEAD.match(text, 0, 60):
        yield _kind(low[head.start(1) : head.end(1)]), *head.span(1)
    weak: list[Found] = []
    last = -1
    for cue in sorted(match.start() for pattern in _CUES for match in pattern.finditer(low)):
        if stated := _statement(low, cue):
            yield stated
        begin = low.rfind("\n", max(0, cue - 200), cue) + 1
        if begin == last or (not begin and cue > 200):
            continue
        last = begin
        end = low.find("\n", cue, cue + 500)
        end = end if end > 0 else min(len(low), cue + 500)
        sentence = low.rfind(". ", begin + 8, cue) + 1  # beyond the number of an item
        if found := _own_line(text, low, sentence or begin, end, _OWN):
            yield found
        elif found := _own_line(text, low, begin, end, _WEAK):
            weak.append(found)
    times = Counter(low[start:end] for _, start, end in weak)
    yield from (each for each in weak if times[low[each[1] : each[2]]] > 1 or _stands_out(text, low, each))


def _own_line(text: str, low: str, begin: int, end: int, patterns: list[tuple[str, re.Pattern[str]]]) -> Found | None:
    """Return the marking that a line consists of, unless it is a list's, wrapped, explained or tells of another paper."""
    line = low[begin:end]
    start = begin + len(line) - len(line.lstrip(_EDGE))
    start = page.end() if (page := _PAGE.match(low, start)) else start
    stop = max(start, begin + len(line.rstrip(_EDGE)))
    name = next((name for name, pattern in patterns if pattern.fullmatch(low, start, stop)), None)
    page_start = text.rfind("\f", max(0, start - 500), start) + 1
    before = low[max(page_start, start - 500, 0) : start]
    above = low[max(0, start - 500) : start].rstrip(_EDGE)
    if name is None or (begin and _LISTED.match(line)) or _TOLD_OF.search(line):
        return None
    wrapped = text[start].islower() and not above.endswith("\n\n")
    if above and (wrapped or _LISTING.search(before)):
        return None
    if (above or patterns is _WEAK) and _EXPLAINED.match(low, stop, stop + 160):
        return None
    return _kind(low[start:stop]), start, stop


def _kind(words: str) -> str:
    return (
        "embargo" if "embargo" in words else "exempt_report" if "exempt" in words or "part" in words else "protective_marking"
    )


def _stands_out(text: str, low: str, found: Found) -> bool:
    """Say whether a weak marking stands where markings stand: at the head of the text or a page, or in capitals."""
    _, start, end = found
    of_a_page = "\f" in text[max(0, low.rfind("\n", 0, start) - 2) : start]
    capitals = text[start:end].isupper()
    if low.startswith(("protect", "private"), start) and not capitals and end - start < 8:  # common headings
        return False
    at_its_place = start < 700 or of_a_page or (capitals and not low.startswith(("protect", "exempt info"), start))
    return at_its_place and not _OTHER_WORDS.search(low[max(0, start - 40) : end + 40])


# --- Markings: sentences about this paper

_TARGET = re.compile(
    _spelt(
        r"""not for (?:general |public |wider )?PUBLISH|not to be PUBLISHED
        |exempt(?: information| from (?:PUBLISH|public)|(?= BECAUSE)
        |(?=[.,;]))|embargo(?:ed)?\b|sensitive|restricted(?! to\b)|private(?: and CONFIDENTial|(?=[.,;]))|con(?:fi|ﬁ)dence\b
        |CONFIDENTial(?! (?:appendi|annex|service|advi|item|help))"""
    )
)
_SAYS = re.compile(
    _spelt(r"""(?:\bthis|\bthese|\bthe (?:following|attached|enclosed|present)) (?:(?:draft|covering|committee|inspection|letter
        |full|press) ){0,3}(?:PAPER|release|statement)s?\b(?: and (?:its|the|any|all) \w+)?(?:,? (?:which|and))? (?:is|are|remains?|contains?|must|should|has been
        |have been)\s+(?:(?:strictly|therefore|hereby|currently|wholly|partly|entirely|considered|deemed|to|treated|as|classi\w+|marked
        |be|remain|being|kept|held|issued|shared|circulated|provided|sent|supplied|a|both|and|private|sensitive|personal|or|exempt|draft|under
        |in|strict|strictest|legally|commercially|CONFIDENTial) )*(?:OFFICIAL\W{1,4})?$""").replace(r"[ \t]+", r"\s+")
)
_THIS_IS_A = re.compile(r"\bthis (?:is|remains) an? (?:[a-z]+,? ){0,2}$")
_PAPER_NEXT = re.compile(_spelt("(?: information)? (?:draft |committee |council )?PAPER\\b"))
_TREAT_AS = re.compile(
    r"\bplease\s(?:treat|keep|hold|regard)\s(?:this|it|these|the)(?:\s[a-z]+){0,4}?(?:\sas)?(?:\s(?:strictly|in|strict|private|and))*\s$"
)
_REPORTED = re.compile(
    r"\b(?:reminded|advised|noted|said|stated|asked|explained|reported|confirmed|resolved|if|whether|unless|when)\b"
    r"|(?:appendi|annex|part 2|part ii)[^.]{0,40}\b(?:to|of|in|with)\s(?:the|this)\b"
)
_ELSEWHERE = re.compile(
    r"[^.]{0,80}\b(?:in|at|within) (?:the )?(?:\w+ )?(?:appendi|annex|part 2|part ii)|[^.]{0,60}circulated separately"
)


def _statement(low: str, cue: int) -> Found | None:
    """Return the words around a cue by which this report or letter is said to be exempt, confidential or embargoed."""
    lead = low[max(0, cue - 200) : cue]
    lead = lead[max(lead.rfind(". "), lead.rfind(".\n"), lead.rfind("\n\n")) + 1 :]
    if "t" not in lead or not (target := _TARGET.match(low, cue)):
        return None
    says = _SAYS.search(lead) or (_THIS_IS_A.search(lead) if _PAPER_NEXT.match(low, target.end()) else _TREAT_AS.search(lead))
    if not says:
        return None
    if (
        _REPORTED.search(lead)
        or _ELSEWHERE.match(low, target.end())
        or (target[0] == "sensitive" and not says[0].rstrip(_EDGE).endswith("cial"))
    ):
        return None
    start = cue - len(lead) + says.start()
    return _kind(target[0]), start, target.end()


# --- Records of one person's case

_FILE = re.compile(
    r"case (?:notes?|record|summary)|chronology|\bassessment\b|(?:pathway|care|placement|support) plan"
    r"|strategy (?:discussion|meeting)|section 47|child protection conference|contact record|referral form|home visit"
    r"|(?:^|[\n|])[ \t*#-]*(?:full |child's |client |client's |service user |patient )?(?:name(?: of [a-z ]{3,20})?|child"
    r"|young person|surname|subject|patient|client|service user|re)[ \t*]*[:|][ \t*]*[a-z]{2,}"
)


def _case_records(low: str, personal: list[Found]) -> Iterator[Found]:
    """Yield the dates of birth that stand with a case number and with a name or the title of a form, as in a person's file."""
    numbers = [start for kind, start, _ in personal if kind in ("case_number", "nhs_number")]
    for kind, start, end in personal:
        numbered = kind == "date_of_birth" and any(abs(number - start) < 1500 for number in numbers)
        if numbered and _FILE.search(low, max(0, start - 1500), end + 1500):
            yield "case_record", start, end
