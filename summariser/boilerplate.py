"""Finds what a page says of itself rather than of its subject: navigation, cookie notices, comment forms, running lines.

It stays in the text, is in no segment, and is listed in the integrity report. So the rules are narrow: a line goes only if
all of it is a label that sites use, or if it is short and talks of the site itself.
"""

import re
from collections.abc import Iterator

from summariser.types import Document, Segment, Span

_LINE = re.compile(r"[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
_LONGEST = 400
# Marks of lists, quotes and emphasis around a line, and Markdown's links, whose targets are not words.
_EDGES = " \t\xa0|·•*_>#-–—[]()←→«»<"
_LINK = re.compile(r"!?\[([^\]\n]{0,200})\]\([^)\n]{0,300}\)")
_PART = re.compile(r"\s+[|·•]\s+|\s{3,}|\t+|\]\s*\[")
_PARTING = "|·•\t]"  # without one of these, and with no more than one space between words, a line is of one part

# A line, or each of its parts, that is one of these and nothing else.
_LABELS = re.compile(
    r"(?:skip|jump) to (?:the )?(?:main )?(?:content|navigation|menu)|(?:back|return|go) to (?:the )?(?:top|results)(?: of (?:the )?page)?"
    r"|main menu|sign in|sign up(?: for .{1,40})?|log ?in(?: or register)?|log ?out|my account|report it|pay it|apply for it|a to z(?: of services)?"
    r"|share(?: (?:this|on|via|by)\b.{0,40})?:?|tweet|follow us(?: on .{0,40})?|like this:?|loading(?:\.{3}|…)?"
    r"|print(?: this)?(?: page)?|printer[- ]friendly(?: version| page)?|e-?mail (?:this|a friend)(?: page)?"
    r"|have your say|(?:leave|post|add|write) (?:a|your) (?:reply|comment)|(?:no|\d{1,4}) (?:comments?|replies|reply)"
    r"|related (?:stories|articles|content|pages|links|topics|posts|news)|(?:you )?(?:may|might) also (?:like|be interested in)"
    r"|most (?:read|viewed|popular|recent)|(?:older|newer|recent|previous|next) (?:posts?|comments?|articles?|items?|stor(?:y|ies))"
    r"|site ?map|accessibility(?: statement| tools)?|privacy(?: policy| notice| statement| and cookies)?"
    r"|cookies?(?: policy| settings| notice| preferences)?|terms (?:and|&) conditions|terms of use|all rights reserved"
    r"|(?:close and )?accept(?: all| and close)?(?: cookies)?|reject(?: all)?(?: cookies)?|view cookies|hide this message|dismiss|got it"
    r"|contact us|subscribe(?: .{0,30})?|advertisement(?: - story continues below)?|search (?:this|the|our) (?:site|website)|search for:"
    r"|facebook|twitter|linkedin|youtube|instagram|whatsapp|powered by .{1,40}|blogroll|archives:?|categories:?"
    r"|cymraeg|english|neidio i'r (?:prif )?gynnwys|listen(?: to this (?:page|article))?|report a problem with this page|yes|no|menu|home|services|news|continue|newsroom|about us|get in touch|publications|search"
    r"|your (?:council|area)|(?:the )?council and democracy|what's on|sport|traffic|weather|jobs|deaths|puzzles|obituaries|notices|settings"
)
_LONGEST_LABEL = 60
# Labels that papers use of themselves too; alone they prove nothing.
_WEAK = {
    *("yes", "no", "menu", "home", "services", "news", "continue", "archives", "categories", "contact us", "have your say"),
    *("accessibility", "privacy", "advertisement", "facebook", "twitter", "linkedin", "youtube", "instagram", "whatsapp"),
    *("newsroom", "about us", "get in touch", "publications", "search", "your council", "your area", "council and democracy"),
    *("the council and democracy", "what's on", "sport", "traffic", "weather", "jobs", "deaths", "puzzles", "obituaries"),
    *("notices", "settings", "english", "listen"),
}
# A line that opens so is a site's throughout.
_OPENINGS = re.compile(
    r"(?:posted in(?! [12]\d{3}\b)|filed under|tags?:|menu:(?=.*\byou are here\b)|you are here|recent comments|archives:|share this|related (?:content|stories|articles):"
    r"|read more:|follow us on|search for:)(?!\w)"
)
# A short line that talks of the site, in whatever words.
_OF_THE_SITE = re.compile(
    r"\bskip to (?:main )?content\b|\b(?:uses?|using|use of|enable|disable|essential|set|accept|called|your|additional|these|site|consent to) cookies\b"
    r"|\bcookies? (?:policy|notice|settings|preferences|disabled|are|on (?:this|your|our)|to (?:make|give|help|improve))\b|\bcookies disabled\b"
    r"|\byour browser\b|\bupgrade\b.{0,40}\bbrowser\b|\benable javascript\b|\bsubmission of any material is\b"
    r"|\byou (?:must|need to) (?:sign|log) in\b|\b(?:sign|log) in to (?:see|post|make|leave|comment|join)\b.{0,40}(?:\bcomment|\bdiscussion|\breply)"
    r"|\blinks may be included\b|\bhtml is not permitted\b|\bwhat do you think of this page\b|\bwas this (?:page|article) (?:helpful|useful)\b"
    r"|\bis this page useful\b|\bdid you find (?:this page|what you were looking for)\b|\bhelp us improve this (?:page|site|website)\b"
    r"|\bour [\d,]+ partners store\b|\bby continuing to browse\b"
)
# None of these sentences does without one of these words, which are looked for in a tenth of the time.
_OF_THE_SITE_CUES = (
    *(
        "skip to",
        "cookie",
        "browse",
        "javascript",
        "submission of any",
        "sign in",
        "log in",
        "links may",
        "html is",
        "this page",
    ),
    *("was this", "did you find", "improve this", "partners store"),
)
# So many weak labels side by side are a menu.
_A_MENU = 4
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ARROWS = ">»›"
_BREADCRUMB = re.compile(r"[^.!?\n]{1,60}(?:\s+[>»›]\s+[^.!?\n>»›]{1,80}){2,8}")
_PATH = re.compile(r"(?:\s*[|>»›/·]?\s*\[[^\]\n]{1,80}\]\([^)\n]{1,300}\)){2,20}(?:\s*[>»›|]\s*[^.!?\n]{1,80})?")


def boilerplate(document: Document, segments: tuple[Segment, ...] = ()) -> Iterator[Span]:
    """Yield the spans of a document that are a page's furniture, in order: what its reader found, and lines that tell themselves.

    Where the segments are known, lines that they lie in need no second look: what is furniture is in no segment.
    """
    text = document.text
    known, inside = iter(document.furniture), iter(segments)
    span, segment = next(known, None), next(inside, None)
    for line in _LINE.finditer(text):
        start, end = line.span()
        while segment and segment.end <= start:
            segment = next(inside, None)
        if segment and segment.start < end:
            continue
        while span and span[1] <= start:
            span = next(known, None)
        if (span and span[0] <= start and end <= span[1]) or is_boilerplate(line.group()):
            yield start, end


def is_boilerplate(line: str) -> bool:
    """Say whether a line of a page is furniture."""
    if len(line) > _LONGEST or not line.strip(_EDGES):
        return False
    if "](" in line:
        if _PATH.fullmatch(line.strip(" *_")):
            return True
        line = _LINK.sub(r"\1", line)
    tidy = " ".join(line.split())
    words = tidy.strip(_EDGES).lower()
    if _OPENINGS.match(words) or (any(map(words.__contains__, _OF_THE_SITE_CUES)) and _OF_THE_SITE.search(words)):
        return True
    if any(map(words.__contains__, _ARROWS)) and _BREADCRUMB.fullmatch(words):
        return True
    whole = len(tidy) == len(line.strip()) and not any(map(line.__contains__, _PARTING))
    parts = [part for piece in ([line] if whole else _PART.split(line)) if (part := piece.strip(_EDGES + ".").lower())]
    labels = [part for part in parts if len(part) <= _LONGEST_LABEL and _LABELS.fullmatch(part)]
    if not labels:
        return False
    # A dateline ("Posted on 3 May 2024 by ... | 4 replies") is of the paper, whatever stands beside it.
    if any(_YEAR.search(part) for part in parts if part not in labels):
        return False
    # In a row of labels a site may have names of its own; one label, or one among words, is furniture only if it is strong.
    proved = any(part not in _WEAK for part in labels) or len(set(labels)) >= _A_MENU
    return proved and 2 * len(labels) > len(parts)
