"""Finds what is wrong with a text as it came: broken characters, lost spaces, missing papers, words meant for a model.

To add a kind of flaw, write a function that yields the spans that show it, and add it to the table at the end. The names are
those of the annotation schema's quality flags where it has one.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from summariser.boilerplate import boilerplate
from summariser.types import Document, Flag, Segment, Span

_MOST = 20

Sign = Callable[[str], object]


def _holds(*words: str) -> Sign:
    return lambda text: any(map(text.__contains__, words))


def _shows(pattern: str) -> Sign:
    return re.compile(pattern).search


def _has_long_word(text: str) -> bool:
    return any(max(map(len, line.split()), default=0) >= 32 for line in text.split("\n"))


class _Choices:
    """Patterns, each with a sign that costs next to nothing to look for and without which the pattern matches nothing.

    Most papers show no sign of most flaws. What signs there are decide which of the patterns are searched for, as one.
    """

    def __init__(self, *choices: tuple[Sign, str]) -> None:
        self.choices = choices

    def spans(self, text: str) -> Iterator[Span]:
        likely = "|".join(pattern for sign, pattern in self.choices if sign(text))
        return (match.span() for match in re.finditer(likely, text, re.M)) if likely else iter(())


# What the UTF-8 of quotation marks, dashes, pounds and accents turns into, and question marks in place of what was lost. Each
# choice begins with a character that is seldom seen, to which `re` can skip, and looks back from there.
_MOJIBAKE = re.compile(
    r"\ufffd|â€[\x80-\xbf™œ˜“”¦¢¡°š]?|Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|Â[£€©®°·»«\xa0-\xbf]|ï¿½"
    r"|\?(?<!\?\?)\?{2,}(?=\w)|\?(?<=\w\?)\?{2,}(?= \w)|&(?<=[a-z] &) (?:with|is|are|was|but)\b"
)
_LOST_LETTER = _Choices((_shows(r"\?[a-z]"), r"(?<![\w/=&?.])[A-Za-z]{2,}\?[a-z]{2,}(?![\w/=&])"))
_LOST_SPACE = _Choices(
    (_shows(r"£(?<=[a-z]£)\d"), r"[a-z]£\d"),
    (_shows(r"[.!?](?<=[a-z]{3}.)[A-Z][a-z]{2}"), r"(?<![\w/@.:-])[a-z]{3,}[.!?][A-Z][a-z]{2,}(?![\w/@.]\w)"),
    (_shows(r" [A-Za-z] [A-Za-z] "), r"(?<![^\s(])(?:[A-Za-z] ){7,}"),
    (_has_long_word, r"(?<![\w/@.-])[a-z]{32,}(?![\w/@.])"),
)
_TRAILING = ("...", "…")
# From here on patterns are for text in lower case, in which a search takes a fifth of the time.
_MISSING = _Choices(
    (_holds("pdf icon"), r"\bpdf icon\b"),
    (_holds("pdf"), r"\(?\bpdf,? \d+(?:\.\d+)? ?[km]b\b"),
    (_holds("click "), r"\bclick (?:here )?to (?:read|access|view|open|download)\b"),
    (
        _holds("attached", "enclosed", "to follow", "not available", "circulated separately", "link removed"),
        r"\((?:not |to be )?(?:attached|enclosed|to follow|not available|circulated separately|link (?:removed|not available))[^)\n]{0,40}\)",
    ),
    (
        _holds("attached", "enclosed", "appended"),
        r"\b(?:is|are) (?:attached(?! to (?!th(?:is|e) (?:report|letter|minutes|e-?mail|mail)))|enclosed|appended)\b",
    ),
    (_holds("attached a"), r"\battached (?:as|at) (?:appendix|annex)\b"),
    (_holds("is not available", "has moved"), r"\bthis (?:document|file) (?:is not available|has moved)\b"),
    (_holds("according to "), r"\baccording to (?:a|the) (?:\w+ ){0,2}report\b"),
    (_holds("full report "), r"\bfull report (?:is|can|was|will)\b"),
)
_TABLED = re.compile(
    r"(?:presentation|report|letter|briefing(?: note| paper)?|paper) (?:from|of|by) (?:the|cllr|councillor)\b", re.I
)
_MINUTES = re.compile(r"^[^\w\n]{0,9}minutes[^\w\n]{0,9}$", re.M)
_LAYOUT = _Choices(
    (_holds("pdf icon"), r"\bpdf icon\b"),
    (_holds("click "), r"^.{0,80}\bclick (?:here )?to (?:read|access|view|open|download)[^\w\n]{0,9}$"),
    (_holds("additional documents"), r"^[^\w\n]{0,9}additional documents[^\w\n]{0,9}$"),
    (_holds("!["), r"!\[[^\]\n]{0,200}\]\([^)\n]{0,300}\)"),
    (_holds("["), r"\[(?:image|photo|picture|logo)\b[^\]\n]{0,80}\]"),
    (_holds("caption:", "photo:", "photograph:", "picture:"), r"^[^\w\n]{0,9}(?:image caption|photo(?:graph)?|picture):"),
)
_VERBAL = _Choices(
    (_holds("verbal "), r"(?<!-)\bverbal (?:update|report|presentation|briefing)s?\b"),
    (
        _holds("no report", "no paper", "no written"),
        r"\bno (?:written )?(?:report|paper) (?:was|is|has been) (?:provided|circulated|tabled)\b",
    ),
)
# Words so common in Welsh, and so rare in English, that a few different ones make a line Welsh.
_WELSH = "yn mae gan gyda wedi ei eu fel bod ond hefyd neu sydd cyngor plant gofal gwasanaethau cymru oedd roedd dylai".split()
_WELSH_WORD = re.compile(rf"\b(?:{'|'.join(_WELSH)})\b")
_WELSH_WORDS = 6
_TO_A_MODEL = _Choices(
    (
        _holds("ignore", "disregard", "forget"),
        r"\b(?:ignore|disregard|forget)\W{1,9}(?:(?:all|any|the|your|these|my|of|and|everything)\W{1,9}){0,4}"
        r"(?:previous|prior|above|earlier|preceding|foregoing|system|original)\b[^.\n]{0,30}?\b(?:instructions?|prompts?|text|rules|messages?|guidelines|context)\b",
    ),
    (
        _holds("override", "bypass"),
        r"\b(?:override|bypass)\b[^.\n]{0,30}\b(?:previous|prior|above|earlier) (?:instructions?|prompts?)\b",
    ),
    (_holds("instruction", "prompt"), r"\b(?:new|hidden) (?:instructions?|prompt)\W{0,3}:|\byour system prompt\b"),
    (
        _holds("you are "),
        r"\byou are (?:now )?(?:a|an|the) (?:helpful|ai|virtual|unrestricted|different)\b[^.\n]{0,20}\bassistant\b"
        r"|\byou are (?:now )?(?:a|an|the)\b[^.\n]{0,30}\b(?:language model|chatbot|llm|gpt)\b",
    ),
    (_holds("<|"), r"<\|(?:im_start|im_end|system|user|assistant|endoftext|begin_of_text|start_header_id|eot_id)\|>"),
    (_holds("inst]", "<<"), r"\[/?inst\]|<</?sys>>"),
    (
        _holds("system", "assistant"),
        r"^\W{0,4}(?:system|assistant)\s*:\s*(?:you|ignore|the|do|please|always|never|from)\b.{0,200}",
    ),
    (_holds("<"), r"</?(?:system|instructions?|prompt|assistant)>"),
    (
        _holds("in your ", "from your ", "to your "),
        r"\b(?:in|from|to) your (?:summary|brief|answer|response|output|reply)\b[^.\n]{0,60}\b(?:do not|don't|never|must|always|only|instead|omit|say|state|write|include|mention)\b",
    ),
    (
        _holds(" ai", "llm", "language model", "chatbot", "summariser", "summarizer", "automated "),
        r"\b(?:note|message|instructions?|attention)(?: to| for)? (?:the |any |all |an? )?(?:ai|llm|language models?|chatbots?|summari[sz]er|automated (?:reader|system)s?)\b",
    ),
    (
        _holds("do not ", "don't ", "never "),
        r"\b(?:do not|don't|never) (?:summari[sz]e|mention|report|reveal|include)\b[^.\n]{0,60}\b(?:in|into|from) (?:any|your|the) (?:summary|brief|prompt)\b",
    ),
    (
        _holds("only with", "only in json", "exclusively "),
        r"\b(?:respond|reply|answer|output) (?:only|exclusively) (?:with|in json)\b",
    ),
)
# Tags and changes of direction are never seen; other characters without width matter inside a word, which they hide from a search.
_UNSEEN = re.compile(r"[\u202a-\u202e\u2061-\u2069\U000e0000-\U000e007f]+|(?<=\w)[\u200b-\u200d\u2060\ufeff]+(?=\w)")
_WITHOUT_WIDTH = re.compile(r"[\u200b-\u200d\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
# Scripts whose spelling needs joiners, and signs made of several.
_JOINED = re.compile(r"[\u0600-\u07ff\u0900-\u0dff\u200d\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")


class _Text(NamedTuple):
    """A document as the finders need it; `low` is its text in lower case, at the same length."""

    document: Document
    segments: tuple[Segment, ...]
    low: str


Finder = Callable[[_Text], Iterable[Span]]


def flaws(document: Document, segments: tuple[Segment, ...]) -> tuple[Flag, ...]:
    """Return a flag for each kind of flaw that a document shows, with where it shows."""
    # Only this letter changes its length.
    text = _Text(document, segments, document.text.replace("İ", "i").lower())
    found = []
    for kind, find in _KINDS.items():
        spans = tuple(islice(find(text), _MOST + 1))
        if spans:
            found.append(Flag(kind, spans[:_MOST], f"in more than {_MOST} places" if len(spans) > _MOST else ""))
    return (*found, *_of_the_file(document))


def _of_the_file(document: Document) -> Iterator[Flag]:
    """Yield what the reader of the file knows."""
    if document.attachments:
        yield Flag("missing_attachment", (), f"not read: {', '.join(document.attachments[:_MOST])}")
    if document.hidden:
        yield Flag("invisible_text", (), f"{document.hidden:,} characters that nobody would see were left out")
    if document.scanned:
        yield Flag("ocr_noise", (), f"read from pictures: {_pages(document.scanned)}")
    if document.unread:
        yield Flag("no_text_layer", (), f"not read: {_pages(document.unread)}")
    if document.twin:
        yield Flag("near_duplicate", (), f"nearly the same as {document.twin}")


def _pages(numbers: tuple[int, ...]) -> str:
    more = f" and {len(numbers) - _MOST} more" if len(numbers) > _MOST else ""
    return f"page{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers[:_MOST]))}{more}"


def _matches(choices: _Choices) -> Finder:
    """Return a finder of what the patterns match in the text in lower case."""
    return lambda text: choices.spans(text.low)


def _mojibake(text: _Text) -> Iterator[Span]:
    yield from (match.span() for match in _MOJIBAKE.finditer(text.document.text))
    yield from _LOST_LETTER.spans(text.document.text)


def _furniture(text: _Text) -> Iterable[Span]:
    """A printed page has running lines by nature; only what a site adds is a flaw."""
    return (span for span in boilerplate(text.document, text.segments) if span not in text.document.furniture)


def _teasers(text: _Text) -> Iterator[Span]:
    """Yield lines that are the shortened copy of one that follows."""
    words, segments = text.document.text, text.segments
    for place, segment in enumerate(segments):
        if not words.endswith(_TRAILING, segment.start, segment.end):
            continue
        opening = words[segment.start : segment.end - (1 if words[segment.end - 1] == "…" else 3)]
        if len(opening) >= 40:
            following = segments[place + 1 : place + 6]
            if any(words.startswith(opening, other.start) for other in following):
                yield segment.start, segment.end


def _missing(text: _Text) -> Iterator[Span]:
    """Yield references to papers that are not in the text, and titles of papers that minutes tell of."""
    yield from _MISSING.spans(text.low)
    if "minutes" in text.low and _MINUTES.search(text.low):
        for segment in text.segments:
            if segment.kind == "heading" and _TABLED.match(text.low, segment.start, segment.end):
                yield segment.start, segment.end


def _welsh(text: _Text) -> Iterator[Span]:
    if sum(map(text.low.__contains__, _WELSH)) < _WELSH_WORDS:
        return
    for segment in text.segments:
        words = set(_WELSH_WORD.findall(text.low, segment.start, segment.end))
        if len(words) >= _WELSH_WORDS:
            yield segment.start, segment.end


def _unseen(text: _Text) -> Iterator[Span]:
    if text.document.text.isascii() or not _WITHOUT_WIDTH.search(text.document.text):
        return
    for match in _UNSEEN.finditer(text.document.text):
        around = text.document.text[max(0, match.start() - 1) : match.end() + 1]
        if not _JOINED.search(around.replace("\u200d", "")):
            yield match.span()


_KINDS: dict[str, Finder] = {
    "site_boilerplate": _furniture,
    "duplicate_teaser": _teasers,
    "mojibake": _mojibake,
    "lost_spacing": lambda text: _LOST_SPACE.spans(text.document.text),
    "layout_artifact": _matches(_LAYOUT),
    "missing_attachment": _missing,
    "verbal_only": _matches(_VERBAL),
    "language_welsh_or_bilingual": _welsh,
    "instructions_to_model": _matches(_TO_A_MODEL),
    "invisible_text": _unseen,
}
