"""Where a text is cut: marks of it anywhere, a last line that breaks off, a first one that begins in mid-sentence."""

import re
from collections.abc import Iterator, Mapping, Sequence

from summariser.rules.cue import cue
from summariser.rules.lines import Line

_MARK = cue(
    ("(more", "[more", "view the full", "continue reading", "read the full", "[...", "continues on page", "remainder of this"),
    re.compile(
        r"\(more(?:\.\.\.|…)?\)|\[more\]|view the full minutes|continue reading|read the full (?:story|article)|\[\.\.\.\]"
        r"|^this (?:article|story|report) continues on page|^\W?(?:the )?remainder of this (?:text|document|page|report) (?:has|is|was) not"
    ),
)
_TRAILS_OFF = re.compile(r"(?<!\.)\.{3,4}[^\w.]{0,3}$")  # more dots are where somebody signs
_BROKEN_WORD = re.compile(r"[a-z]-$")
# Hardly anything ends with one of these; and no sentence of some length with one of those, though a heading may.
_OPEN = frozenset(
    "a an the and or but nor of than which whose whom because although if unless while whereas its their our his her my your very every into between "
    "among these those must should shall would could might may will were been".split()
)
_OPEN_IN_PROSE = frozenset(
    "to in on at by for from with as was has had have is are that who where when not under about against through such".split()
)
_LAST_WORD = re.compile(r"(?<![\w'])([a-z']+)(,?)$")
_BEGINS_LATE = re.compile(r"^(?:\.{3}|\[\.{3}\]|[a-z]+,? [a-z]+ )|^\(?(?:[Cc]ontinued|CONTINUED|[Cc]ont'd)\b")
_EXCERPT = re.compile(r"(?:^|[-–:?,|] )(?:an? )?(?:extracts?|excerpts?) (?:from|of)\b", re.I)
_FEWEST_WORDS, _FEWEST_IN_A_HEADING, _FEWEST_IN_PROSE, _HEAD, _NEAR = 4, 6, 8, 3, 40


def is_mark(line: Line) -> bool:
    """Say whether a line is the mark of a cut, wherever it stands."""
    return bool(_MARK.search(line.low))


def is_excerpt(line: Line) -> bool:
    """Say whether a line says that the text is a part of another."""
    return line.has(_EXCERPT)


def last(lines: Sequence[Line]) -> Line | None:
    """Return the last line, if it breaks off."""
    line = next(_told(reversed(lines)), None)
    return line if line and _breaks_off(line) else None


def first(lines: Sequence[Line]) -> Line | None:
    """Return the line that shows that a text has no beginning: one at its head that calls it an excerpt, or a late first one."""
    for line in lines[:_HEAD]:
        if is_excerpt(line):
            return line
    opening = next(_told(iter(lines)), None)
    if opening is None or not opening.has(_BEGINS_LATE):
        return None
    # A masthead may be in small letters.
    prose = opening.kind in ("sentence", "list_item")
    return opening if prose or opening.words.startswith(("(", ".", "[")) else None


def _told(lines: Iterator[Line]) -> Iterator[Line]:
    """Yield the lines that are no furniture and no number of a page."""
    return (line for line in lines if not line.boilerplate and not line.words.strip(" -–").isdecimal())


def _breaks_off(line: Line) -> bool:
    if line.has(_TRAILS_OFF) or line.has(_BROKEN_WORD):
        return True
    found = _LAST_WORD.search(line.words)
    words = len(line.words.split())
    if found is None or words < (_FEWEST_IN_A_HEADING if line.kind == "heading" else _FEWEST_WORDS):
        return False
    if found[1] in _OPEN and not found[2]:
        return True
    # An address ends with a comma too.
    prose = line.kind != "heading" and words >= _FEWEST_IN_PROSE and not any(map(str.isdigit, line.words[-_NEAR:]))
    return prose and (found[1] in _OPEN_IN_PROSE or bool(found[2]))


def is_teaser(line: Line, by_number: Mapping[int, Line]) -> bool:
    """Say whether a line is only the shortened copy of one that follows."""
    start = line.words.removesuffix("...")
    following = (by_number.get(line.number + step) for step in (1, 2, 3))
    return start != line.words and any(other and other.words.startswith(start) for other in following)
