"""Finds grades in words (inadequate to outstanding) in a sentence, and which part of a service each is for.

A grade counts only where the words around it say that somebody graded: praise, hopes, counts and other bodies' grades do not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from summariser.rules import judgement_guards as guards
from summariser.rules.judgement_aspects import aspects_in
from summariser.rules.lines import Line
from summariser.rules.regimes import mentions

# These are for text in lower case.
_GRADE = re.compile(
    r"\b(?:inadequate|requir(?:es?|ing|ed) improvement(?: to be (?:rated |judged )?['\"]?good)?|require improvement|outstanding|adequate|(?<!very )good)\b"
    r"|\bthe same(?= (?:grade |judgement )?(?:for|in)\b)|\bas (?:were|was)\b(?= [a-z])"
)
_SAME = ("the same", "as were", "as was")
_SEPARATOR = re.compile(r"(?:[:|]|\s-|^-)\s*['\"]?(?:\(?\d{4}\)?:\s*)?(?:rated |judged |graded )?['\"]?$")
_LABELLED = re.compile(r"\b(?:rating|grade|judgement|effectiveness|outcome)\b")
_NOUN = re.compile(r"^['\"]?\s+(?:judgement|rating|grade)s?\b")
_QUOTED = re.compile(r"['\"]$")
_WORDS = ("inadequate", "improvement", "outstanding", "good", "adequate")
_FOR = re.compile(
    r"^['\"”]*(?: to be good)?['\"”]*,?\s*(?:overall\s*)?(?:both )?(?:for|in (?:the areas? of|respect of|relation to|terms of)|in (?=help|children|care|leader|its|both)|in (?:\w+ of (?:the |its |our )?\w+|both|each)(?: \w+)? (?:areas?|judgements?|categories)\b[^:.;]{0,50}?(?=:|-|\())"
)
_OVERALL = re.compile(r"['\"”]*,?\s*overall\b|['\"”]*,?\s+in (?:all|every)\b|['\"”]* across the board")
_AND_FOR = re.compile(r",? (?:and |as well as |also |both ){0,2}(?:for|in (?=help|children|care|leader|its|both|each))")
_AMONG = re.compile(r",? (?:with )?([^,.;]{4,60}?) (?:among them|included|too)\b")
# Overall effectiveness as one of a list of parts, and not the whole that the parts are set against.
_OVERALL_LISTED = re.compile(
    r"\boverall (?:effectiveness|judgement|grade)(?:,| and\b)|(?:,| and) (?:the |its |our )?overall (?:effectiveness|judgement|grade)\b"
)
_EACH = re.compile(
    r"\b(?:(?:is|are|was|were|have|been) (?:now )?(?:each|both|separately)|(?:each|both) (?:is|are|was|were|judged|found|graded|rated|requir\w+))\b"
)
_APART = {"children_in_care_and_care_leavers": ("children_in_care", "care_leavers")}
# Of what a report of that time was in two halves.
_OF_LOOKED_AFTER = re.compile(
    r"\boverall effectiveness of (?:the )?services for (?:looked[- ]after children|children (?:looked after|in care))\b(?!,| and)"
)
_FOUND = re.compile(
    r"\b(?:inspectors?|ofsted|inspection|report|they|we)(?: \w+){0,5} (?:found|finds|considered) [^,;:]{3,90} to be ['\"]?$"
)
# "from inadequate" behind the grade that has come of it.
_FROM = re.compile(r"\bfrom (?:an? |being |the )?(?:rating of |judgement of |grade of |previous )?['\"]?$")
# "no longer inadequate but": what follows is said of the same part.
_TURNS = re.compile(
    r"['\"]?,? (?:but|and|to) (?:is |was |are |were |has |have )?(?:now |instead |still )?(?:found to |judged to |to )?['\"]?$"
)
_AS_BEFORE = re.compile(
    r"\b(?:the same (?:\w+ )?as|unchanged (?:since|from)|(?:just )?as (?=in|at)|no change (?:since|from)) (?:(?:in|at|that of|the|its|their|our|inspection|of|last|previous|report) ){0,5}(?:\w+ )?((?:19|20)\d\d)\b"
)
# What is left out is named, and what was graded is not.
_ALL_BUT = re.compile(r"\b(?:all|everything|every \w+|everywhere) (?:but|except|apart from|save|other than)\b[^,;]*$")
# A grade in brackets behind the review that gave it.
_IN_BRACKETS, _ENDS = (
    re.compile(r"\(['\"]?(?:rated |judged |graded |overall )?['\"]?$"),
    re.compile(r"['\"]?(?: overall)?[,;)]"),
)
# "Children's services: rated good by Ofsted".
_GIVEN_BY = re.compile(
    r"['\"\u201d]?(?: overall)? by (?:ofsted|the cqc|cqc|inspectors|the care quality commission|his majesty|her majesty|hm inspect)"
)
_THAT_AREA = re.compile(r"\b(?:that|this) (?:area|aspect|part|judgement area)\b")
_LONGEST_LABEL = 90
_CUTS = re.compile(r";|,? with\b|, while\b|, but\b|, though\b|\. ")
_PAIR = re.compile(
    r"\b(?:from|out of) (?:a |an |being )?(?:rat(?:ed|ing) |judged )?(?:of )?['\"]?(?P<one>inadequate|requir(?:es|ing) improvement(?: to be good)?|adequate|good|outstanding)['\"]?(?: rating| judgement)?"
    r"(?: in \d{4})?,? (?:in)?to (?:a |an |being )?(?:rat(?:ed|ing) |judged )?(?:of )?['\"]?(?P<two>inadequate|requir(?:es|ing) improvement(?: to be good)?|adequate|good|outstanding)\b"
)


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade in a line: what it says, of what, on which scale (None: grades in words), and what is said of its time.

    `end` says which end of a journey it is, `year` which year a table gives it, `past` that the words or the column around it
    are of the past, `now` that they are of the present, and `own` that the authority gave it to itself; `of` is what it is of among
    several of one aspect, `by` which regime gives it, where the scale is none of ours.
    """

    line: Line
    start: int
    stated: str
    code: str
    aspect: str
    end: str | None = None
    scale: str | None = None
    year: int | None = None
    past: bool = False
    own: bool = False
    now: bool = False
    of: str = ""
    by: str = ""


def code_of(words: str) -> str:
    """Return the code of a grade in words."""
    low = words.lower()
    return "requires_improvement" if low.startswith("requir") or low == "ri" else low


def grades(line: Line, *, graded: bool, listed: bool = False, own: guards.Names = set) -> list[Grade]:
    """Return the grades that a line gives.

    `graded` says that the paragraph speaks of a review that grades, `listed` that the line stands among grades, and `own` returns
    the words of the names of the body that the paper is about.
    """
    low = line.low
    if not any(map(low.__contains__, _WORDS)) or low.endswith("?") or guards.GENERIC.search(low) or guards.explains(low):
        return []
    if pair := _PAIR.search(low):
        return _journey(line, pair, own)
    found: list[Grade] = []
    marks = list(_GRADE.finditer(low))
    passed = 0  # where the last word ends that looked like a grade and was none
    taken = 0  # where the words begin that no earlier grade has claimed
    for place, mark in enumerate(marks):
        last = found[-1] if found else None
        if not _counts(low, mark, last, graded=graded or bool(guards.GRADER.search(low)), listed=listed):
            turned = place + 1 < len(marks) and _TURNS.match(low[mark.end() : marks[place + 1].start()])
            overall = _OVERALL.match(low, mark.end())  # what the word was said of is not what the next is said of
            passed = passed if turned else overall.end() if overall else mark.end()
            continue
        following = marks[place + 1].start() if place + 1 < len(marks) else len(low)
        if _ALL_BUT.search(low[_clause(low, mark.start()) : mark.start()]):
            continue
        named, end = _named(low, max(taken, passed), mark, following)
        if not named and _THAT_AREA.search(low[max(taken, passed) : mark.start()]):
            named = aspects_in(low[taken : mark.start()])[-1:]
        if not named and last and mark.group() not in _SAME and not _breaks(low[last.start : mark.start()]):
            named = [grade.aspect for grade in found if grade.start == last.start]  # "which was good, is now outstanding"
        unsure = not named and passed > taken and bool(aspects_in(low[taken:passed]))
        between = low[marks[place - 1].end() if place else 0 : mark.start()]
        taken = end
        if unsure or guards.is_of_another(line.words[_clause(low, mark.start()) : mark.start()], own):
            continue  # of what or of whom it is said is not known
        given = _given(line, mark, last, named or ["overall"], guards.time_said(between, low[mark.end() : following]))
        found += given
        if before := _AS_BEFORE.search(low, mark.end(), following):
            found += [replace(grade, year=int(before[1]), past=True, now=False) for grade in given]
    return list(_once(found))


def _breaks(between: str) -> bool:
    """Say whether the words between two grades speak of something new."""
    return ". " in between or ";" in between or bool(guards.SUBJECT.search(between))


def _clause(low: str, end: int) -> int:
    """Return where the sentence or half of one begins in which a grade stands."""
    return max(low.rfind(". ", 0, end), low.rfind(";", 0, end)) + 1


def _given(line: Line, mark: re.Match[str], last: Grade | None, named: list[str], past: bool | None) -> list[Grade]:
    """Return one grade for each part of the service that it is given to."""
    same = mark.group() in _SAME
    stated = last.stated if same and last else line.words[mark.start() : mark.end()]
    code = last.code if same and last else code_of(mark.group())
    return [Grade(line, mark.start(), stated, code, aspect, past=past is True, now=past is False) for aspect in named]


def _journey(line: Line, pair: re.Match[str], own: guards.Names) -> list[Grade]:
    """Return both ends of "from inadequate to good"."""
    before = line.low[_clause(line.low, pair.start()) : pair.start()]
    if guards.ruled_out(before[-110:]) or guards.is_of_another(line.words[pair.start() - len(before) : pair.start()], own):
        return []
    aspect = next(iter(aspects_in(before) or aspects_in(line.low)), "overall")
    return [
        Grade(line, pair.start(name), line.words[slice(*pair.span(name))], code_of(pair[name]), aspect, end)
        for name, end in (("one", "from"), ("two", "to"))
    ]


def _once(found: list[Grade]) -> Iterator[Grade]:
    seen = set()
    for grade in found:
        if (grade.aspect, grade.code, grade.past) not in seen:
            seen.add((grade.aspect, grade.code, grade.past))
            yield grade


def _counts(low: str, mark: re.Match[str], last: Grade | None, *, graded: bool, listed: bool) -> bool:
    """Say whether the words around a grade make it one that was given."""
    before, end = low[max(0, mark.start() - 110) : mark.start()], mark.end()
    if mark.group() in _SAME:
        return last is not None
    if guards.VERDICT.match(low, end):
        return True
    if not guards.AFTER.match(low, end) or guards.JOINED.match(low, end) or guards.BY_THEN.match(low, end):
        return False
    if guards.JOINS.search(before) or (before.endswith(" as ") and low.startswith(" as ", end)):
        return False
    if guards.is_elsewhere(low[_clause(low, mark.start()) : mark.start()]):
        return False
    clause = re.split(r"[;]|\. ", before)[-1]
    if _SEPARATOR.search(before):
        label = _GRADE.split(clause)[-1]
        if graded and _OVERALL.match(low, end) and not guards.unreal(clause):
            return True
        given_by = bool(_GIVEN_BY.match(low, end)) and not guards.ruled_out(clause)
        named = listed and (bool(_LABELLED.search(label)) or _names_a_review(label))
        return given_by or bool(aspects_in(label)) or (named and bool(guards.AFTER_SURELY.match(low, end)))
    bracketed = _IN_BRACKETS.search(before) and _ENDS.match(low, end) and _names_a_review(clause[-_LONGEST_LABEL + 1 :])
    return not guards.ruled_out(clause) and (bool(bracketed) or _was_given(low, mark, last, clause, graded=graded))


def _names_a_review(label: str) -> bool:
    """Say whether a label is the name of a review that grades, with its date: "ILACS inspection, May 2022"."""
    return len(label) < _LONGEST_LABEL and any(mention.regime.scale for mention in mentions(label))


def _was_given(low: str, mark: re.Match[str], last: Grade | None, clause: str, *, graded: bool) -> bool:
    """Say whether the clause before a grade, or the words after it, say that it was given."""
    after = low[mark.end() : mark.end() + 40]
    if guards.GIVEN.search(clause) or ((_OVERALL.match(after) or _NOUN.match(after)) and graded):
        return True
    if last is not None and (bool(aspects_in(low[last.start : mark.start()])) or _FOR.match(after) or _FROM.search(clause)):
        return True
    if _FOUND.search(clause) and _FOR.match(after) and aspects_in(low[mark.end() : mark.end() + 60]):
        return True
    requires = mark.group().startswith("requir")
    area = guards.AREA_IS.search(clause) or (requires and guards.AREA_ONLY.search(clause))
    if graded and area and guards.AFTER_SURELY.match(after):
        return True
    sure = requires and mark.group().endswith("good")
    weak = bool(guards.WEAKLY.search(clause)) or mark.group().startswith("required")
    told = bool(aspects_in(clause)) or bool(guards.SUBJECT.search(clause))
    if mark.group() in ("good", "adequate"):
        quoted = _QUOTED.search(clause) and weak and aspects_in(clause)
        overall = re.search(r"overall (?:effectiveness|judgement|grade)", clause)
        return graded and weak and bool(quoted or overall)
    return (sure and (weak or told or graded)) or (weak and told and graded)


def _named(low: str, taken: int, mark: re.Match[str], following: int) -> tuple[list[str], int]:
    """Return which parts a grade is for, and where the words that it claims end."""
    rest = low[mark.end() : following]
    labelled = bool(_SEPARATOR.search(low[max(0, mark.start() - 40) : mark.start()]))
    of_all = not labelled or not aspects_in(re.split(r";|\. ", low[taken : mark.start()])[-1])
    if (overall := _OVERALL.match(rest)) and of_all:
        return _and_parts(low, mark, following, overall.end())
    if mark.group() in _SAME or (_FOR.match(rest) and not labelled):
        cut = _CUTS.search(rest)
        claimed = rest[: cut.start()] if cut else rest
        if following < len(low) and not cut:
            claimed = _before_next(low, claimed, following)
        named = aspects_in(claimed)
        if named:
            return named, mark.end() + len(claimed)
    left = low[taken : mark.start()]
    left = re.split(r";|\. ", left)[-1]
    named = aspects_in(left)
    if _EACH.search(left):
        named = [part for name in named for part in _APART.get(name, (name,))]
    specific = [name for name in named if name != "overall"]
    if specific and _OVERALL_LISTED.search(left):
        return named, mark.end()
    if "overall" in named and named.index("overall") == 0:
        return ["children_in_care" if _OF_LOOKED_AFTER.search(left) else "overall"], mark.end()
    return specific or named, mark.end()


def _and_parts(low: str, mark: re.Match[str], following: int, end: int) -> tuple[list[str], int]:
    """Return "overall" with the parts that share its grade: "good overall, and for leadership", "overall, adoption among them"."""
    at = mark.end() + end
    rest = low[at:following]
    if among := _AMONG.match(rest):
        return ["overall", *aspects_in(among[1])], at + among.end()
    if not _AND_FOR.match(rest):
        return ["overall"], at
    cut = _CUTS.search(rest)
    claimed = rest[: cut.start()] if cut else rest
    if following < len(low) and not cut:
        claimed = _before_next(low, claimed, following)
    return ["overall", *(name for name in aspects_in(claimed) if name != "overall")], at + len(claimed)


def _before_next(low: str, claimed: str, following: int) -> str:
    """Return the part of the words between two grades that belongs to the first: all, if the next names its own behind it."""
    ahead = low[following:]
    mark = _GRADE.match(ahead)
    if mark and (mark.group() in _SAME or _FOR.match(ahead[mark.end() :]) or _OVERALL.match(ahead[mark.end() :])):
        return claimed
    parts = re.split(r", (?:and )?| and ", claimed)
    return claimed if len(parts) == 1 else claimed[: claimed.rfind(parts[-1])]


def split_care(grade: Grade, year: int | None) -> list[Grade]:
    """Return a grade for care and care leavers as two, where the year's framework graded them apart."""
    if grade.aspect != "children_in_care_and_care_leavers" or year is None or year < 2023:
        return [grade]
    return [replace(grade, aspect="children_in_care"), replace(grade, aspect="care_leavers")]
