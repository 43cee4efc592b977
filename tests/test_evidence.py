"""Quotes are found where they stand, however they were copied; a quote that was altered is never taken for one."""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summariser import evidence
from summariser.evidence import fold, locate, locate_all, quote
from summariser.segments import segment
from summariser.types import Document
from tests.conftest import SAMPLES, SEEDS, needs_seeds

COUNT = 300
ENOUGH = 250
Alter = Callable[[random.Random, list[str], int], list[str] | None]

# Marks that belong to the sentence around a quote rather than to its words.
EDGE = ".,;:!?()[]\"'“”‘’…*"
FLIPS = [
    *("inadequate adequate,inconsistent consistent,improved declined,improving declining,improve decline,good poor".split(",")),
    *(
        "strong weak,strength weakness,strengths weaknesses,effective ineffective,sufficient insufficient,timely late".split(
            ","
        )
    ),
    *("appropriate inappropriate,increase decrease,increased decreased,high low,higher lower,more fewer,all no".split(",")),
    *("better worse,positive negative,clear unclear,able unable,well badly,safe unsafe,complete incomplete".split(",")),
    *("with without,significant insignificant,always never,before after,praised criticised,progress decline".split(",")),
]
FLIP = dict(pair.split() for pair in FLIPS) | {b: a for a, b in (pair.split() for pair in FLIPS)}
NAMES = ["Barnsley", "Torbay", "Northumbria", "Marchbank", "Whitehall", "Okafor", "Pemberton", "CSCI"]
TAILS = ["and ministers agreed", "according to its own auditors", "which nobody had foreseen", "in every one of the cases"]


@dataclass(frozen=True, slots=True)
class Cut:
    """A run of whole words of a text."""

    text: str
    start: int
    end: int

    @property
    def words(self) -> str:
        return self.text[self.start : self.end]


def _read(folder: Path) -> list[str]:
    paths = sorted(path for path in folder.iterdir() if path.suffix in (".txt", ".md"))
    return [path.read_bytes().decode("utf-8") for path in paths]


@pytest.fixture(
    scope="module", params=[pytest.param(SEEDS, marks=needs_seeds, id="seeds"), pytest.param(SAMPLES, id="samples")]
)
def texts(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    # A few texts are searched thousands of times here, and folding them anew each time would take most of a minute.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evidence, "_Haystack", lru_cache(maxsize=32)(evidence._Haystack))
        yield _read(request.param)


def _runs(rng: random.Random, texts: list[str], pattern: str, place: str) -> Iterator[tuple[Cut, int]]:
    """Yield for ever runs of 3 to 30 words with a word that matches `pattern`, and which of the run's words it is."""
    spans = [[match.span() for match in re.finditer(r"\S+", text)] for text in texts]
    anchors = [
        (which, index)
        for which, text in enumerate(texts)
        for index, (start, end) in enumerate(spans[which])
        if re.search(pattern, text[start:end])
    ]
    assert anchors, pattern
    while True:
        which, anchor = rng.choice(anchors)
        length = rng.randint(3, 30)
        before = {"first": 0, "last": length - 1}.get(place, rng.randrange(length))
        first, last = anchor - before, anchor - before + length - 1
        if first < 0 or last >= len(spans[which]):
            continue
        yield Cut(texts[which], spans[which][first][0], spans[which][last][1]), before


def _stripped(cut: Cut) -> Cut:
    """Leave out the marks at either end, as people do when they quote."""
    words = cut.words
    marks = EDGE + "\xa0 \r\n\t"
    start = cut.start + len(words) - len(words.lstrip(marks))
    return Cut(cut.text, start, start + len(words.strip(marks)))


def _cuts(rng: random.Random, texts: list[str], pattern: str = r"\w") -> Iterator[Cut]:
    """Yield for ever quotes that hold a word which matches `pattern`, half of them without the marks at either end."""
    for cut, _ in _runs(rng, texts, pattern, "anywhere"):
        taken = _stripped(cut) if rng.random() < 0.5 else cut
        if taken.words:
            yield taken


def test_every_verbatim_quote_is_found_where_it_was_cut(texts: list[str]) -> None:
    for cut in islice(_cuts(random.Random(1), texts), 3 * COUNT):
        found = locate(cut.words, cut.text, after=cut.start)
        assert (found.status, found.start, found.end) == ("exact", cut.start, cut.end), cut.words


def test_a_verbatim_quote_is_found_at_its_first_place(texts: list[str]) -> None:
    for cut in islice(_cuts(random.Random(2), texts), 2 * COUNT):
        found = locate(cut.words, cut.text)
        assert found.start is not None
        assert found.start <= cut.start
        assert cut.text[found.start : found.end] == cut.words


def test_all_quotes_of_a_text_are_found_together(texts: list[str]) -> None:
    cuts = list(islice(_cuts(random.Random(3), texts[:1]), COUNT))
    found = locate_all([cut.words for cut in cuts], texts[0])
    assert [texts[0][place.start : place.end] for place in found] == [cut.words for cut in cuts]


# --- What copying changes


def _line_breaks(rng: random.Random, words: str) -> str:
    return re.sub(r"\s+", lambda match: rng.choice(["\n", "\r\n", "\n\n", " "]), words)


def _runs_of_space(rng: random.Random, words: str) -> str:
    return re.sub(r"\s+", lambda match: " " * rng.randint(1, 4), words)


def _no_break_spaces(rng: random.Random, words: str) -> str:
    return re.sub(r"\s+", lambda match: rng.choice("\u00a0\u2009\u202f \t"), words)


def _one_line(_: random.Random, words: str) -> str:
    return " ".join(words.split())


def _other_quotes(rng: random.Random, words: str) -> str:
    single = re.sub("['’‘]", lambda match: rng.choice("'’‘`´"), words)
    return re.sub('["“”]', lambda match: rng.choice('"“”„«'), single)


def _other_dashes(rng: random.Random, words: str) -> str:
    return re.sub("[-–—−‑]", lambda match: rng.choice("-–—−‑"), words)


def _first_letter(_: random.Random, words: str) -> str:
    return words[0].swapcase() + words[1:]


def _soft_hyphens(rng: random.Random, words: str) -> str:
    return re.sub(r"(?<=[a-z]{2})(?=[a-z]{2})", lambda match: rng.choice(["\u00ad", "", "", ""]), words)


def _ligatures(_: random.Random, words: str) -> str:
    for plain, ligature in (("ffi", "ﬃ"), ("ffl", "ﬄ"), ("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ")):
        words = words.replace(plain, ligature)
    return words


HARMLESS: dict[str, tuple[str, Callable[[random.Random, str], str]]] = {
    "line breaks": (r"\w", _line_breaks),
    "runs of space": (r"\w", _runs_of_space),
    "no-break spaces": (r"\w", _no_break_spaces),
    "one line": (r"\w", _one_line),
    "other quotes": ("['’‘\"“”]", _other_quotes),
    "other dashes": ("[-–—−‑]", _other_dashes),
    "first letter": (r"^[^\W\d_]", _first_letter),
    "soft hyphens": (r"[a-z]{4}", _soft_hyphens),
    "ligatures": (r"ff|fi|fl", _ligatures),
}


def _everything(rng: random.Random, words: str) -> str:
    for _, change in HARMLESS.values():
        if change not in (_first_letter, _one_line):
            words = change(rng, words)
    return words


def _found_share(rng: random.Random, cuts: Iterator[Cut], change: Callable[[random.Random, str], str]) -> float:
    """Return the share of changed quotes that are found with the very offsets of their originals."""
    variants = ((cut, change(rng, cut.words)) for cut in cuts)
    changed = list(islice(((cut, variant) for cut, variant in variants if variant != cut.words), COUNT))
    places = [(cut, locate(variant, cut.text, after=cut.start)) for cut, variant in changed]
    return sum((place.start, place.end) == (cut.start, cut.end) for cut, place in places) / COUNT


@pytest.mark.parametrize("kind", [*HARMLESS, "everything"])
def test_harmless_variants_are_found(texts: list[str], kind: str) -> None:
    pattern, change = HARMLESS.get(kind, (r"\w", _everything))
    rng = random.Random(kind)
    assert _found_share(rng, _cuts(rng, texts, pattern), change) >= 0.99


def test_plain_quotes_are_found_in_a_text_with_the_marks_of_copying(texts: list[str]) -> None:
    rng = random.Random(4)
    changed = {text: _everything(rng, text) for text in texts}
    cuts = list(islice(_cuts(rng, texts), COUNT))
    places = [(cut, locate(_one_line(rng, cut.words), changed[cut.text])) for cut in cuts]
    right = [place.found and _plain(changed[cut.text][place.start : place.end]) == _plain(cut.words) for cut, place in places]
    assert sum(right) >= 0.99 * COUNT


# --- What changes the words


@lru_cache(maxsize=32)
def _plain(words: str) -> list[str]:
    """Return the words in a form of our own, so that this file does not trust the code that it tests."""
    words = re.sub("[\u00ad\u200b]", "", words)
    words = re.sub("[‘’`´]", "'", re.sub("[“”„«»]", '"', re.sub("[‐‑–—−]", "-", words)))
    return unicodedata.normalize("NFKC", words).casefold().split()


def _stands(words: str, text: str) -> bool:
    """Say whether the words stand in the text as whole words, marks at either end apart."""
    needle, there = list(_plain(words)), _plain(text)
    needle[0], needle[-1] = needle[0].lstrip(EDGE), needle[-1].rstrip(EDGE)
    size = len(needle)
    for at in range(len(there) - size + 1):
        inner = there[at + 1 : at + size - 1] == needle[1:-1]
        if inner and there[at].lstrip(EDGE) == needle[0] and there[at + size - 1].rstrip(EDGE) == needle[-1]:
            return True
    return False


def _number(rng: random.Random, words: list[str], at: int) -> list[str] | None:
    run = rng.choice(list(re.finditer(r"\d+", words[at])))
    digits = run.group()
    other = str((int(digits[0]) + rng.randint(1, 8)) % 9 + 1)
    ways = [other + digits[1:], "1" + digits, digits + "0"] + ([digits[1:], digits[:-1]] if len(digits) > 1 else [])
    changed = rng.choice(ways)
    return None if changed == digits else _put(words, at, words[at][: run.start()] + changed + words[at][run.end() :])


def _flip(_: random.Random, words: list[str], at: int) -> list[str] | None:
    core = words[at].strip(EDGE)
    other = FLIP[core.lower()]
    return _put(words, at, words[at].replace(core, other.capitalize() if core[0].isupper() else other))


def _insert_not(_: random.Random, words: list[str], at: int) -> list[str] | None:
    return [*words[:at], "not", *words[at:]] if at else None


def _remove_not(_: random.Random, words: list[str], at: int) -> list[str] | None:
    return [*words[:at], *words[at + 1 :]]


def _swap_name(rng: random.Random, words: list[str], at: int) -> list[str] | None:
    core = re.sub(r"['’]s?\b.*$", "", words[at].strip(EDGE))
    return _put(words, at, words[at].replace(core, rng.choice(NAMES))) if core else None


def _add_tail(rng: random.Random, words: list[str], _: int) -> list[str] | None:
    return [*words[:-1], words[-1].rstrip(EDGE), *rng.choice(TAILS).split()]


def _swap_tail(rng: random.Random, words: list[str], _: int) -> list[str] | None:
    return [*words[: -rng.randint(1, 2)], *rng.choice(TAILS).split()]


def _swap_word(rng: random.Random, words: list[str], at: int) -> list[str] | None:
    return _put(words, at, rng.choice(["partly", "housing", "allegedly", "refused", "twelve"]))


def _remove_word(_: random.Random, words: list[str], at: int) -> list[str] | None:
    return [*words[:at], *words[at + 1 :]] if 0 < at < len(words) - 1 else None


def _splice(_: random.Random, words: list[str], at: int) -> list[str] | None:
    return [*words[:at], "...", *words[at + 1 :]] if 0 < at < len(words) - 1 else None


def _put(words: list[str], at: int, word: str) -> list[str]:
    return [*words[:at], word, *words[at + 1 :]]


FLIPPABLE = r"(?i)^[\"'“‘(]*(?:" + "|".join(FLIP) + r")[.,;:)\"'”’]*$"
ALTERED: dict[str, tuple[str, str, Alter]] = {
    "number": (r"\d", "anywhere", _number),
    "number first": (r"\d", "first", _number),
    "number last": (r"\d", "last", _number),
    "polarity": (FLIPPABLE, "anywhere", _flip),
    "polarity first": (FLIPPABLE, "first", _flip),
    "polarity last": (FLIPPABLE, "last", _flip),
    "not inserted": (r"\w", "anywhere", _insert_not),
    "not removed": (r"^not$", "anywhere", _remove_not),
    "name": (r"^[A-Z][a-z]{3,}", "anywhere", _swap_name),
    "name first": (r"^[A-Z][a-z]{3,}", "first", _swap_name),
    "tail added": (r"\w", "anywhere", _add_tail),
    "tail swapped": (r"\w", "anywhere", _swap_tail),
    "word swapped": (r"\w", "anywhere", _swap_word),
    "word removed": (r"\w", "anywhere", _remove_word),
    "spliced": (r"\w", "anywhere", _splice),
}


def _alterations(texts: list[str], kind: str) -> Iterator[tuple[str, str]]:
    """Yield (text, altered quote), leaving out what by chance stands elsewhere in the text."""
    rng = random.Random(kind)
    pattern, place, alter = ALTERED[kind]
    runs = _runs(rng, texts, pattern, place)
    for _ in range(50 * COUNT):
        cut, at = next(runs)
        words = alter(rng, cut.words.split(), at)
        altered = " ".join(words or ())
        if rng.random() < 0.5:
            altered = altered.strip(EDGE)
        if len(altered.split()) >= 2 and not _stands(altered, cut.text):
            yield cut.text, altered


@pytest.mark.parametrize("kind", ALTERED)
def test_no_altered_quote_is_taken(texts: list[str], kind: str) -> None:
    sample = list(islice(_alterations(texts, kind), COUNT))
    assert len(sample) >= ENOUGH
    for text, altered in sample:
        place = locate(altered, text)
        assert not place.found, (altered, text[place.start : place.end])
        assert (place.start, place.end) == (None, None)
        assert place.status in ("altered", "absent")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("8% of audits were late", "In all 48% of audits were late."),
        ("48% of audits were late", "In all 8% of audits were late."),
        ("audits rose to 48", "The audits rose to 148 cases."),
        ("audits rose to 14", "The audits rose to 148 cases."),
        ("audits rose to 1", "The audits rose to 1.5 cases."),
        ("5 cases were late", "In all 1.5 cases were late."),
        ("200 cases were late", "In all 1,200 cases were late."),
        ("1,20 cases were late", "In all 1,200 cases were late."),
        ("09/2020 was the meeting", "15/09/2020 was the meeting"),
        ("adequate support was given", "Inadequate support was given."),
        ("consistent practice was seen", "There inconsistent practice was seen."),
        ("support was in", "The support was inadequate."),
        ("support was good", "The support was poor."),
        ("Support was NOT good", "The support was good."),
    ],
)
def test_half_a_word_or_number_is_no_quote(words: str, text: str) -> None:
    assert not locate(words, text).found


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("audits rose to 11.", "The audits rose to 11.5% in a year."),
        ("they spent £1,", "In all they spent £1,200 on it."),
        (".2 million was spent", "In all 1.2 million was spent."),
    ],
)
def test_a_quote_does_not_end_inside_a_number(words: str, text: str) -> None:
    assert not locate(words, text).found


def test_a_quote_does_not_leave_off_the_denial_before_a_hyphen() -> None:
    assert not locate("compliant with the duty", "The council was non-compliant with the duty.").found


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("adequate support was given", "They held that in\u00adadequate support was given."),
        ("8% of audits were late", "In all 4\u200b8% of audits were late."),
    ],
)
def test_a_soft_hyphen_does_not_part_a_word(words: str, text: str) -> None:
    assert not locate(words, text).found


def test_an_invisible_character_between_spaces_is_folded_away() -> None:
    assert locate("The plan was agreed", "The plan \u200b was agreed.").found


# --- Properties

LETTERS = "abcdeABCDE0123456789%£.,;:'’‘\"“”-–—…()é ﬁ\u00ad\n\r\t\u00a0"
anything = st.text(st.one_of(st.sampled_from(LETTERS + " " * 12), st.characters(exclude_categories=["Cs"])), max_size=200)
# Without soft hyphens, and without the ellipsis, for half of what it folds to is a full stop.
copied = st.text(st.sampled_from(re.sub("[\u00ad…]", "", LETTERS) + " " * 12), max_size=200)
vocabulary = [first + second + "ol" for first in ("ba", "be", "ca", "ce", "da", "de", "fa", "fe") for second in "bcdfgklmnprst"]


def _slice(data: st.DataObject, text: str) -> Cut | None:
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    if not spans:
        return None
    first = data.draw(st.integers(0, len(spans) - 1))
    last = data.draw(st.integers(first, len(spans) - 1))
    return Cut(text, spans[first][0], spans[last][1])


@given(anything, st.data())
@settings(deadline=None, max_examples=300)
def test_any_run_of_whole_words_is_located(text: str, data: st.DataObject) -> None:
    if (cut := _slice(data, text)) and fold(cut.words).strip():
        place = locate(cut.words, text)
        assert place.found
        assert text[place.start : place.end].strip("\xad\u200b\u200c\u200d\u2060\ufeff") in cut.words


@given(copied, st.data())
@settings(deadline=None, max_examples=300)
def test_any_run_of_whole_words_is_located_when_folded(text: str, data: st.DataObject) -> None:
    if cut := _slice(data, text):
        place = locate(fold(cut.words), text, after=cut.start)
        assert place.start is not None
        assert place.start >= cut.start
        assert fold(text[place.start : place.end]) == fold(cut.words)


@given(anything, anything)
@settings(deadline=None, max_examples=300)
def test_a_place_has_both_offsets_and_words_or_neither(words: str, text: str) -> None:
    place = locate(words, text)
    if place.status in ("exact", "folded"):
        assert place.start is not None
        assert place.end is not None
        assert 0 <= place.start < place.end <= len(text)
        assert not place.diff
    else:
        assert (place.start, place.end) == (None, None)
    assert place.found == (place.start is not None)


@given(st.text("ab18., -'…\u00ad\n", max_size=8), st.text("ab18., -'…\u00ad\n", max_size=40))
@settings(deadline=None, max_examples=500)
def test_a_located_span_is_never_empty(words: str, text: str) -> None:
    place = locate(words, text)
    assert not place.found or text[place.start : place.end].strip()


@given(st.integers(1, 6), st.integers(1, 8), st.sampled_from(["ab cd", "18%", "“Quite so”"]))
@settings(deadline=None)
def test_repeats_are_assigned_in_document_order(there: int, asked: int, words: str) -> None:
    text = f" {words} and then".join(f"part {number}" for number in range(there + 1))
    places = [match.start() for match in re.finditer(re.escape(words), text)]
    found = [place.start for place in locate_all([words] * asked, text)]
    assert found[:there] == places[:asked]
    assert all(place in places for place in found)


def test_repeats_set_differently_are_assigned_in_document_order() -> None:
    text = "The plan’s end. The plan's end."
    assert [place.start for place in locate_all(["The plan's end"] * 2, text)] == [0, 16]


def test_repeats_copied_differently_are_the_same_words() -> None:
    text = "The plan’s end. The plan’s end."
    assert [place.start for place in locate_all(["The plan's end", "The plan’s end"], text)] == [0, 16]


@given(st.permutations(vocabulary), st.integers(8, 30), st.data())
@settings(deadline=None)
def test_the_diff_marks_the_changed_word(order: list[str], length: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(order) - length))
    at = data.draw(st.integers(1, length - 2))
    words = order[start : start + length]
    place = locate(" ".join([*words[:at], "xxxx", *words[at + 1 :]]), " ".join(order))
    assert place.status == "altered"
    assert place.diff == " ".join([*words[:at], f"[-{words[at]}-] {{+xxxx+}}", *words[at + 1 :]])


def test_the_diff_marks_an_inserted_not() -> None:
    place = locate("audits were not all adequate this year", "It said that audits were all adequate this year.")
    assert "{+not+}" in place.diff
    assert "[-" not in place.diff


def test_words_that_stand_nowhere_are_absent() -> None:
    assert locate("nothing of the kind", "The committee met.").status == "absent"
    assert locate("  \n ", "The committee met.").status == "absent"
    assert locate("anything", "").status == "absent"


def test_a_place_before_the_start_is_not_found() -> None:
    assert not locate("The plan", "The plan was agreed.", after=4).found


@given(anything)
@settings(deadline=None)
def test_folding_keeps_letters_and_digits(text: str) -> None:
    # A ligature becomes its letters, so both sides are compared in the compatible form.
    kept = [character for character in unicodedata.normalize("NFKC", fold(text)) if character.isalnum()]
    assert kept == [character for character in unicodedata.normalize("NFKC", text) if character.isalnum()]


def test_a_segment_number_becomes_its_exact_words_and_page() -> None:
    text = "The plan’s first part.\n\nThe second  part.\n"
    document = Document(name="a.txt", text=text, sha256="0" * 64, page_starts=(0, 24))
    segments = segment(document)
    cited = quote(document, segments, 2)
    assert (cited.segment, cited.quote, cited.page) == (2, "The second  part.", 2)
    assert text[cited.start : cited.end] == cited.quote
    assert quote(document, segments, 1).page == 1


@pytest.mark.parametrize("number", [-1, 0, 2, 10**9])
def test_a_segment_number_out_of_range_is_refused(number: int) -> None:
    document = Document(name="a.txt", text="One sentence.", sha256="0" * 64)
    with pytest.raises(IndexError):
        quote(document, segment(document), number)
