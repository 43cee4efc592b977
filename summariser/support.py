"""Checks that a claim says no more than the words it cites: numbers, dates, quoted phrases, names, negations, conditions.

The checks are rules, cost nothing, and err on the side of doubt: a claim that fails is asked for once more, naming the
fault, and is then set aside. That its words stand in the text does not prove that a claim follows; these checks catch the
ways in which it most often does not.
"""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import BaseModel

from summariser.brief import Loc, Sentence, Stated, Walked, label_of, numbers, walk, wording
from summariser.evidence import fold, locate, lowered, plain
from summariser.facts import facts
from summariser.segments import shown
from summariser.types import Document, Segment

_QUOTED = re.compile(r'"(?=\S)[^"]{0,7}(?<=\S)"|"([^"]{8,}?)"|(?<!\w)\'([^\']{8,}?)\'(?!\w)')
_WORD = re.compile(r"[^\W\d_][\w'-]*")
# Words that keep a denial alive in a paraphrase; those that deny outright are in _DENIAL.
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|neither|without|cannot|\w+n't|lack(?:s|ed|ing)?|fail(?:s|ed|ing|ure|ures)?|miss\w*|nobody|nothing"
    r"|un(?:able|clear|known|likely|met|resolved|supported|satisfactory|safe|even|published|available|reliable|willing|certain|changed)"
    r"|in(?:adequate|consisten\w+|sufficient\w*|complete)|absen\w+|yet to|rather than|instead|refus\w+|declin\w+|reject\w+"
    r"|dis(?:agree\w*|satisf\w+|continu\w+|put\w*))\b",
    re.I,
)
_DENIAL = re.compile(
    r"\b(?:not|never|none|cannot|\w+n't|without|yet to|no longer|neither|nor|nobody|nothing|fail(?:s|ed|ure)? to)\b"
    r"|\bno\b(?!\.)",
    re.I,
)
# Words in lower case without any of these deny nothing, or set no condition; to see that takes a tenth of the time.
_MAY_DENY = re.compile(r"n(?:o(?:t|ne|r|body|thing)?\b|ever|either|'t)|without|yet to|fail")
_MAY_SET = re.compile(r"i(?<!\wi)f\b|unless|provided that|subject to")
# What a council or a child is under is no condition: "made subject to a statutory direction".
_STATUS = r"(?:an? |the )?(?:special measures|(?:statutory )?directions?|(?:improvement|protection) (?:notice|plans?))"
_CONDITION = re.compile(rf"\b(?:if|unless|provided that|subject to(?! {_STATUS}\b))\b", re.I)
_CONDITIONED = re.compile(
    r"\b(?:if|unless|provided|subject to|would|should|could|may|might|depend\w*|condition\w*|in the event|whether|possib\w+"
    r"|propos\w+)\b",
    re.I,
)
_HAS_DONE = re.compile(
    r"\b(?:has|have|had|was|were|is|are|now|did"
    r"|(?:includ|provid|giv|mov|launch|establish|introduc|creat|start|agre)(?:e?s|ed))\b",
    re.I,
)
# "Would" in reported speech is what "will" was: not done yet. What is only planned may not be told as done.
_NOT_YET = re.compile(r"\b(?:would|yet to)\b", re.I)
_TOLD_AS_NOT_YET = re.compile(
    r"\b(?:would|will|to be|planned|planning|plans? to|propos\w+|expect\w*|intend\w*|anticipat\w+|could|should|may|might|if|yet"
    r"|need\w*|future|upcoming|next|further|aim\w*|not|never|\w+n't|(?-i:to (?!the|a|an|its|their|our)[a-z]+))\b",
    re.I,
)
_CLAUSE = re.compile(r"[,;:.]\s|\s\|\s|\s(?:and|but|that|which|while|although|&)\s")
_EMPTY = frozenset("some there they their them this that these those what which with from have been were would could".split())
_GRADE = re.compile(
    r"\b(inadequate|outstanding|requir\w+ improvement|special measures"
    r"|(?:rated|judged|graded)\b[^.;,]{0,50}? (?:good|adequate))\b",
    re.I,
)
_MAY_GRADE = ("adequate", "outstanding", " improvement", "special measures", " good")
# Words that open a sentence or stand capitalised by custom and name nobody.
_COMMON = frozenset(
    "a an the this that these those it its they their there in on at by for from of to and but or as when while if after "
    "before since i we he she council councils committee members member officers director board cabinet report review "
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday".split()
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason not to believe a part of a brief, and where the part stands."""

    loc: Loc
    reason: str


class _Words:
    """Some words in the forms that the checks compare; the costly ones are made when they are first needed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)

    @cached_property
    def facts(self) -> frozenset[str]:
        return facts(self.folded)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(_stems(self.text))


@dataclass(frozen=True)
class Source:
    """A document in the form that the checks need; `shown` numbers the segments that could be cited, if not all of them.

    `checked` remembers what was found wrong with the words of each part: an answer is checked by the engine, then by `accept`,
    and there once more for each part that is set aside.
    """

    document: Document
    segments: tuple[Segment, ...]
    shown: frozenset[int] | None = None
    checked: dict[object, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def lacks(self, number: int) -> str:
        """Return why a segment cannot be cited, or ""."""
        if not 1 <= number <= len(self.segments):
            return f"there is no segment {number}; the last is {len(self.segments)}"
        return f"segment {number} was not shown" if self.shown is not None and number not in self.shown else ""

    def words(self, numbers: Set[int]) -> str:
        """Return the words of the segments cited."""
        spans = [self.segments[number - 1] for number in sorted(numbers) if 1 <= number <= len(self.segments)]
        return " ; ".join(shown(self.document.text[span.start : span.end]) for span in spans)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the document, in lower case."""
        words = {word.lower() for word in _WORD.findall(plain(self.document.text))}
        return frozenset(words.union(*(_parts(word) for word in words if "-" in word or "'" in word)))


def faults(brief: BaseModel, source: Source) -> Iterator[Fault]:
    """Yield every fault in the claims, stated facts and summaries of a brief."""
    parts = list(walk(brief))
    for loc, part in parts:
        for place, number in enumerate(numbers(part)):
            if reason := source.lacks(number):
                yield Fault((*loc, "evidence", place), reason)
        yield from _verbatim_faults(loc, part, source)
        if said := wording(part):
            yield from (Fault(loc, reason) for reason in _reasons(said, frozenset(numbers(part)), part, source))
    yield from _summary_faults(Walked(parts), source)


def _reasons(said: str, cited: frozenset[int], part: BaseModel, source: Source) -> tuple[str, ...]:
    """Return what is wrong with the words of a claim or stated fact; what is all that it cites, word for word, is right."""
    key = said, cited, isinstance(part, Stated)
    if key not in source.checked:
        words, check = source.words(cited), _fact_faults if isinstance(part, Stated) else _claim_faults
        source.checked[key] = () if said == words else tuple(check(_Words(said), _Words(words), source))
    return source.checked[key]


def _summary_faults(walked: Walked, source: Source) -> Iterator[Fault]:
    """Check each summary sentence against the parts it names, both their evidence and their own words."""
    for owner_loc, owner in walked.parts:
        sentences = getattr(owner, "summary", None) if "summary" in type(owner).model_fields else None
        if not isinstance(sentences, list):
            continue
        parts: dict[str, list[BaseModel]] = {}
        for _, part in walked.inside(owner):
            if label := label_of(part):
                parts.setdefault(label, []).append(part)
        for place, sentence in enumerate(sentences):
            if isinstance(sentence, Sentence):
                reasons = _sentence_faults(sentence, owner, parts, walked, source)
                yield from (Fault((*owner_loc, "summary", place), reason) for reason in reasons)


def _sentence_faults(
    sentence: Sentence, owner: BaseModel, parts: Mapping[str, list[BaseModel]], walked: Walked, source: Source
) -> Iterator[str]:
    """A sentence rests on labelled parts or on a field of its owner, such as its completeness; each has to be there."""
    held: list[BaseModel] = []
    for label in sentence.supports:
        field = getattr(owner, label, None) if label in type(owner).model_fields else None
        found = parts.get(label, [field] if isinstance(field, BaseModel) else [])
        if not found:
            yield f"there is no {label} to support it"
        held += [inner for part in found for _, inner in walked.inside(part)]
    words = source.words({number for inner in held for number in numbers(inner)})
    own = " ; ".join(map(wording, held))
    key = said, support = sentence.text, f"{words} ; {own}"
    if key not in source.checked:
        source.checked[key] = tuple(_said_faults(_Words(said), _Words(support), source))
    yield from source.checked[key]


def _fact_faults(said: _Words, words: _Words, source: Source) -> Iterator[str]:
    """A stated fact is a name, a date or a phrase, not a sentence: its numbers and every name in it are asked about."""
    yield from _facts_missing(said, words)
    yield from _names_missing(said, source, opening=True)


def _said_faults(said: _Words, words: _Words, source: Source) -> Iterator[str]:
    yield from _facts_missing(said, words)
    yield from _quotes_missing(said, words)
    yield from _names_missing(said, source)
    yield from _grades_missing(said, words)


def _claim_faults(said: _Words, words: _Words, source: Source) -> Iterator[str]:
    yield from _said_faults(said, words, source)
    yield from _negation_changed(said, words)


def _verbatim_faults(loc: Loc, part: BaseModel, source: Source) -> Iterator[Fault]:
    """What has to stand word for word stands in the cited segments, or, where a part cites none, in the document."""
    for name in getattr(type(part), "verbatim", ()):
        words = source.words(set(numbers(part))) if "evidence" in type(part).model_fields else source.document.text
        value = getattr(part, name)
        for place, given in enumerate(value if isinstance(value, list) else [value]):
            if not locate(given, words).found:
                where = (*loc, name, place) if isinstance(value, list) else loc
                yield Fault(where, f"{name} does not stand in the cited words as it is")


def _facts_missing(said: _Words, words: _Words) -> Iterator[str]:
    for fact in sorted(said.facts - words.facts) if said.facts else ():
        yield f"{fact} is not in the cited words"


def _quotes_missing(said: _Words, words: _Words) -> Iterator[str]:
    for match in _QUOTED.finditer(said.folded) if '"' in said.folded or "'" in said.folded else ():
        phrase = (match.group(1) or match.group(2) or "").strip(" .,;:").lower()
        if phrase not in words.folded.lower():
            yield f"the quoted words {phrase!r} are not in the cited words"


def _names_missing(said: _Words, source: Source, *, opening: bool = False) -> Iterator[str]:
    """The word that opens a sentence is capitalised whatever it is, and so is asked about only if `opening` says so."""
    for match in _WORD.finditer(said.folded):
        word = match.group()
        if not word[0].isupper() or (not opening and not word.isupper() and _opens(said.folded, match.start())):
            continue
        parts = [part for part in _parts(word.lower()) if len(part) > 1]
        if any(part not in _COMMON and part not in source.vocabulary for part in parts):
            yield f"the name {word!r} is not in the document"


def _opens(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \"'([")
    return not before or before[-1] in ".:;!?-"


def _grades_missing(said: _Words, words: _Words) -> Iterator[str]:
    for grade in _GRADE.findall(said.text) if any(map(lowered(said.text).__contains__, _MAY_GRADE)) else ():
        low = grade.lower()
        plain_grade = "requir" if low.startswith("requir") else low.split()[-1]
        if not re.search(rf"\b{plain_grade}", words.text, re.I):
            yield f"the grade {grade!r} is not in the cited words"


def _negation_changed(said: _Words, words: _Words) -> Iterator[str]:
    """What costs least is asked first: most words deny nothing, set no condition and speak of nothing that would be."""
    may_lose_denial = _MAY_DENY.search(lowered(words.folded)) and not _NEGATION.search(said.folded)
    if may_lose_denial and any(_DENIAL.search(each) and _speaks_of(each, said) for each in _CLAUSE.split(words.folded)):
        yield "the cited words deny something and the statement does not"
    if _MAY_DENY.search(lowered(said.folded)) and _DENIAL.search(said.folded) and not _NEGATION.search(words.folded):
        yield "the statement denies something and the cited words do not"
    may_lose_condition = _MAY_SET.search(lowered(words.text)) and not _CONDITIONED.search(said.text)
    if may_lose_condition and any(_CONDITION.search(cell) for cell in _cells(words.text, said)):
        yield "the cited words set a condition and the statement drops it"
    would_be = any(map(lowered(words.text).__contains__, ("would", "yet to")))
    told_as_done = would_be and _HAS_DONE.search(said.text) and not _TOLD_AS_NOT_YET.search(said.text)
    if told_as_done and any(_NOT_YET.search(each) and _shares(each, said) for each in _CLAUSE.split(words.text)):
        yield "the cited words speak of what would be, and the statement of what is done"


def _cells(words: str, said: _Words) -> list[str]:
    """Return the words, or if they are the row of a table those cells that the statement speaks of."""
    return [cell for cell in words.split(" | ") if " | " not in words or _shares(cell, said)]


def _speaks_of(clause: str, said: _Words) -> bool:
    """Say whether a statement is about what a clause denies: its subject, or the very words after the denial."""
    denied = {stem for match in _DENIAL.finditer(clause) for stem in list(_stems(clause[match.end() :]))[:2]}
    return _shares(clause, said) or bool(denied & said.stems)


def _shares(clause: str, said: _Words) -> bool:
    """Say whether a clause is what the statement speaks of, by the stems of their longer words."""
    stems = set(_stems(clause))
    shared = stems & said.stems
    return len(shared) >= 2 or len(shared) * 2 >= len(stems) > 0


def _stems(text: str) -> Iterator[str]:
    yield from (word[:5] for word in _words(text) if len(word) > 3 and word[:5] not in _EMPTY)


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(fold(text)):
        word = match.group().lower()
        yield word
        yield from _parts(word)


def _parts(word: str) -> list[str]:
    return [part for part in word.replace("'", "-").split("-") if part]
