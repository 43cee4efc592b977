"""Checks that a claim says no more than the words it cites: numbers, dates, quoted phrases, names, negations, conditions.

The checks are rules, cost nothing, and err on the side of doubt: a claim that fails is asked for once more, naming the
fault, and is then set aside. That its words stand in the text does not prove that a claim follows; these checks catch the
ways in which it most often does not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel

from summariser.brief import Loc, Sentence, Stated, cited, label_of, numbers, walk, wording
from summariser.evidence import fold, locate
from summariser.facts import facts
from summariser.segments import shown
from summariser.types import Document, Segment

_QUOTED = re.compile(r'"([^"]{8,}?)"|(?<!\w)\'([^\']{8,}?)\'(?!\w)')
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
_CONDITION = re.compile(r"\b(?:if|unless|provided that|subject to)\b", re.I)
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


@dataclass(frozen=True)
class Source:
    """A document in the form that the checks need."""

    document: Document
    segments: tuple[Segment, ...]

    def words(self, numbers: set[int]) -> str:
        """Return the words of the segments cited."""
        spans = [self.segments[number - 1] for number in sorted(numbers) if 1 <= number <= len(self.segments)]
        return " ; ".join(shown(self.document.text[span.start : span.end]) for span in spans)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the document, in lower case."""
        words = {match.group().lower() for match in _WORD.finditer(fold(shown(self.document.text)))}
        return frozenset(words.union(*map(_parts, words)))


def faults(brief: BaseModel, source: Source) -> Iterator[Fault]:
    """Yield every fault in the claims, stated facts and summaries of a brief."""
    last = len(source.segments)
    for loc, part in walk(brief):
        for place, number in enumerate(numbers(part)):
            if number > last:
                yield Fault((*loc, "evidence", place), f"there is no segment {number}; the last is {last}")
        yield from _verbatim_faults(loc, part, source)
        if said := wording(part):
            words = source.words(set(numbers(part)))
            found = _fact_faults(said, words, source) if isinstance(part, Stated) else _claim_faults(said, words, source)
            yield from (Fault(loc, reason) for reason in found)
    yield from _summary_faults(brief, source)


def _summary_faults(brief: BaseModel, source: Source) -> Iterator[Fault]:
    """Check each summary sentence against the parts it names, both their evidence and their own words."""
    for owner_loc, owner in walk(brief):
        sentences = getattr(owner, "summary", None)
        if not isinstance(sentences, list):
            continue
        parts: dict[str, list[BaseModel]] = {}
        for _, part in walk(owner):
            if label := label_of(part):
                parts.setdefault(label, []).append(part)
        for place, sentence in enumerate(sentences):
            if isinstance(sentence, Sentence):
                reasons = _sentence_faults(sentence, owner, parts, source)
                yield from (Fault((*owner_loc, "summary", place), reason) for reason in reasons)


def _sentence_faults(
    sentence: Sentence, owner: BaseModel, parts: Mapping[str, list[BaseModel]], source: Source
) -> Iterator[str]:
    """A sentence rests on labelled parts or on a field of its owner, such as its completeness; each has to be there."""
    named: list[BaseModel] = []
    for label in sentence.supports:
        field = getattr(owner, label, None) if label in type(owner).model_fields else None
        found = parts.get(label, [field] if isinstance(field, BaseModel) else [])
        if not found:
            yield f"there is no {label} to support it"
        named += found
    words = source.words({number for part in named for number in cited(part)})
    own = " ; ".join(wording(inner) for part in named for _, inner in walk(part))
    support = f"{words} ; {own}"
    yield from _facts_missing(sentence.text, support)
    yield from _quotes_missing(sentence.text, support)
    yield from _names_missing(sentence.text, source)
    yield from _grades_missing(sentence.text, support)


def _fact_faults(said: str, words: str, source: Source) -> Iterator[str]:
    """A stated fact is a name, a date or a phrase, not a sentence: its numbers and every name in it are asked about."""
    yield from _facts_missing(said, words)
    yield from _names_missing(said, source, opening=True)


def _claim_faults(said: str, words: str, source: Source) -> Iterator[str]:
    yield from _facts_missing(said, words)
    yield from _quotes_missing(said, words)
    yield from _names_missing(said, source)
    yield from _grades_missing(said, words)
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


def _facts_missing(said: str, words: str) -> Iterator[str]:
    there = facts(words)
    for fact in sorted(facts(said) - there):
        yield f"{fact} is not in the cited words"


def _quotes_missing(said: str, words: str) -> Iterator[str]:
    folded = fold(words).lower()
    for match in _QUOTED.finditer(fold(said)):
        phrase = (match.group(1) or match.group(2)).strip(" .,;:").lower()
        if phrase not in folded:
            yield f"the quoted words {phrase!r} are not in the cited words"


def _names_missing(said: str, source: Source, *, opening: bool = False) -> Iterator[str]:
    """The word that opens a sentence is capitalised whatever it is, and so is asked about only if `opening` says so."""
    folded = fold(said)
    for match in _WORD.finditer(folded):
        word = match.group()
        if not word[0].isupper() or (not opening and not word.isupper() and _opens(folded, match.start())):
            continue
        parts = [part for part in re.split(r"[-']", word.lower()) if len(part) > 1]
        if any(part not in source.vocabulary and part not in _COMMON for part in parts):
            yield f"the name {word!r} is not in the document"


def _opens(text: str, start: int) -> bool:
    before = text[:start].rstrip(" \"'([")
    return not before or before[-1] in ".:;!?-"


def _grades_missing(said: str, words: str) -> Iterator[str]:
    for grade in _GRADE.findall(said):
        if not re.search(rf"\b{_plain_grade(grade)}", words, re.I):
            yield f"the grade {grade!r} is not in the cited words"


def _plain_grade(grade: str) -> str:
    lowered = grade.lower()
    return "require" if lowered.startswith("requir") else lowered.split()[-1]


def _negation_changed(said: str, words: str) -> Iterator[str]:
    denied = any(_DENIAL.search(clause) and _speaks_of(clause, said) for clause in _CLAUSE.split(fold(words)))
    if denied and not _NEGATION.search(fold(said)):
        yield "the cited words deny something and the statement does not"
    if _DENIAL.search(fold(said)) and not _NEGATION.search(fold(words)):
        yield "the statement denies something and the cited words do not"
    cells = [cell for cell in words.split(" | ") if " | " not in words or _shares(cell, said)]
    if any(_CONDITION.search(cell) for cell in cells) and not _CONDITIONED.search(said):
        yield "the cited words set a condition and the statement drops it"
    undone = any(_NOT_YET.search(clause) and _shares(clause, said) for clause in _CLAUSE.split(words))
    if undone and _HAS_DONE.search(said) and not _TOLD_AS_NOT_YET.search(said):
        yield "the cited words speak of what would be, and the statement of what is done"


def _speaks_of(clause: str, said: str) -> bool:
    """Say whether a statement is about what a clause denies: its subject, or the very words after the denial."""
    denied = {stem for match in _DENIAL.finditer(clause) for stem in list(_stems(clause[match.end() :]))[:2]}
    return _shares(clause, said) or bool(denied & set(_stems(said)))


def _shares(clause: str, said: str) -> bool:
    """Say whether a clause is what the statement speaks of, by the stems of their longer words."""
    stems = set(_stems(clause))
    shared = stems & set(_stems(said))
    return len(shared) >= 2 or len(shared) * 2 >= len(stems) > 0


def _stems(text: str) -> Iterator[str]:
    yield from (word[:5] for word in _words(text) if len(word) > 3 and word[:5] not in _EMPTY)


def _words(text: str) -> Iterator[str]:
    for match in _WORD.finditer(fold(text)):
        word = match.group().lower()
        yield word
        yield from _parts(word)


def _parts(word: str) -> list[str]:
    return [part for part in re.split(r"[-']", word) if part]
