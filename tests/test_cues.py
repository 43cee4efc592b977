"""What is looked for first, because it costs little, hides nothing that the costly search behind it would find."""

import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from string import ascii_lowercase
from typing import Any

import nupunkt
import pytest
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from summariser import boilerplate, evidence, facts, flaws, personal, rules, segments, support
from summariser.flaws import _Choices
from summariser.rules.cue import ANY, Cue

# Examples are not made smaller: a pattern of hundreds of characters takes minutes for that, and the assertion tells the text.
quick = hypothesis_settings(
    deadline=None, max_examples=60, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)


def _holds(cues: tuple[str, ...] | str) -> Callable[[str], bool]:
    return lambda text: any(cue in text for cue in cues)


def _cues(name: str, value: object) -> Iterator[tuple[str, Cue]]:
    """Yield the cues that are a value of a module or in it, each with a name of its own."""
    if isinstance(value, Cue):
        yield name, value
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from _cues(f"{name} {place}", each)


MODULES = [importlib.import_module(f"summariser.rules.{found.name}") for found in pkgutil.iter_modules(rules.__path__)]
CUES = {
    name: cue
    for module in MODULES
    for of_module, value in vars(module).items()
    for name, cue in _cues(f"{module.__name__}.{of_module}", value)
    if cue.words != ANY
}
CHOICES = {name: value for name, value in vars(flaws).items() if isinstance(value, _Choices)}
# A pattern, what is asked before it is searched for, and how the text that is asked about is made of the one it searches.
FIRST: dict[str, tuple[re.Pattern[str], Callable[[str], Any], Callable[[str], str]]] = {
    **{
        f"{name} {number}": (re.compile(pattern, re.MULTILINE), sign, str)
        for name, choices in CHOICES.items()
        for number, (sign, pattern) in enumerate(choices.choices)
    },
    **{name: (cue.pattern, cue.search, str) for name, cue in CUES.items()},
    "unseen": (flaws._UNSEEN, flaws._WITHOUT_WIDTH.search, str),
    "of the site": (boilerplate._OF_THE_SITE, _holds(boilerplate._OF_THE_SITE_CUES), str),
    "parts of a line": (boilerplate._PART, lambda line: _holds(boilerplate._PARTING)(line) or re.search(r"\s{2}", line), str),
    "not their names": (personal._NOT_REAL, _holds(("real name", "a pseudonym")), str),
    "initials": (personal._INITIALS, _holds(personal._INITIALS_DO), str),
    "ages": (personal._YEARS_OLD, _holds((" old", "-old")), str.lower),
    "months": (facts._MONTH, _holds(facts._MONTH_CUES), str),
    "one": (facts._ONE, _holds(facts._ONE_CUES), evidence.lowered),
    "denials": (support._DENIAL, support._MAY_DENY.search, evidence.lowered),
    "conditions": (support._CONDITION, support._MAY_SET.search, evidence.lowered),
    "not yet": (support._NOT_YET, _holds(("would", "yet to")), evidence.lowered),
    "grades": (support._GRADE, _holds(support._MAY_GRADE), evidence.lowered),
}


@pytest.mark.parametrize("name", FIRST)
def test_where_a_pattern_matches_it_is_searched_for(name: str) -> None:
    pattern, first, made = FIRST[name]

    @given(st.from_regex(pattern))
    @quick
    def holds(text: str) -> None:
        assert pattern.search(text)
        assert first(made(text)), text

    holds()


def test_the_patterns_with_signs_are_tested() -> None:
    assert {name: len(choices.choices) for name, choices in CHOICES.items()}["_TO_A_MODEL"] > 10
    assert len(CHOICES) == 6


ORDERS = ["you are now a helpful assistant", "new prompt:", "[inst]", "<|system|>", "system: you", "in your reply do not say"]
WORDS = st.sampled_from(
    [*ORDERS, "ignore all previous rules", "note to the ai", " ", "\n", ". ", "the system", "an aim", "only with"]
)


@given(st.lists(WORDS, max_size=12).map("".join))
@hypothesis_settings(deadline=None, max_examples=200)
def test_the_likely_patterns_find_what_all_together_find(text: str) -> None:
    whole = "|".join(pattern for _, pattern in flaws._TO_A_MODEL.choices)
    found = [match.span() for match in re.finditer(whole, text, re.MULTILINE)]
    assert list(flaws._TO_A_MODEL.spans(text)) == found


@given(st.from_regex(boilerplate._LABELS))
@quick
def test_no_label_is_longer_than_is_looked_at(text: str) -> None:
    found = boilerplate._LABELS.search(text)
    assert found and len(found[0]) <= boilerplate._LONGEST_LABEL


MARKS = st.sampled_from([*"aB1 .!?…;:,)(]}\"'”’»*-\n\t&@#", "Mr", "e.g.", "The", "no. 5", "Dr", " It", "\u00a0", "?!", "..."])


@given(st.lists(MARKS, max_size=24).map("".join))
@hypothesis_settings(deadline=None, max_examples=500)
@example("It was.)Next")
@example("Is it?Yes")
def test_a_line_that_cannot_end_a_sentence_is_one_sentence(text: str) -> None:
    line = text.strip()
    if line and not segments._MAY_END.search(line):
        assert nupunkt.sent_spans(line) == [(0, len(line))]


# --- Forms of a text that are compared


def _every_character() -> Iterator[str]:
    return (chr(code) for code in range(sys.maxunicode + 1))


def test_letters_are_lowered_as_a_search_that_ignores_case_compares_them() -> None:
    letters = re.findall("[a-z]", "".join(_every_character()), re.IGNORECASE)
    assert len(letters) > 2 * 26
    assert [each for each in letters if not re.fullmatch(evidence.lowered(each), each, re.IGNORECASE)] == []
    assert all(evidence.lowered(each) in ascii_lowercase for each in letters)
    assert all(len(evidence.lowered(each)) == 1 for each in _every_character())


FOLDABLE = st.text(st.sampled_from([*evidence._FOLDS, *" \n\t\u00a0\u2003|ab"]), max_size=12)


@given(FOLDABLE)
@hypothesis_settings(deadline=None, max_examples=1_000)
def test_folding_is_character_by_character_and_then_by_runs_of_space(text: str) -> None:
    assert evidence.fold(text) == re.sub(r"\s+", " ", "".join(evidence._FOLDS.get(each, each) for each in text))
