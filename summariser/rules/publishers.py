"""Who published a paper: by its masthead, its signature, or the body whose review it reports; nobody, where the text does not say."""

import re
from collections.abc import Iterator, Sequence

from summariser.rules.authority import Named
from summariser.rules.lines import Line

# Papers that an authority or a board issues, that a reviewer or a department issues, and that are sold or posted.
_ISSUED = frozenset(
    "minutes_item decision_record officer_report improvement_or_action_plan self_account press_release information_page tracker_or_dataset meeting_pack".split()
)
_REVIEWED = frozenset(
    "inspection_report inspection_letter ombudsman_decision case_review peer_feedback intervention_instrument".split()
)
_MEDIA = frozenset("news_article opinion_or_blog".split())
# An authority speaks for itself in these, whether or not its name stands at their head.
_OWN_VOICE = frozenset("press_release self_account information_page".split())

_REVIEWER = re.compile(
    r"\b(?:Ofsted|OFSTED|Care Quality Commission|CQC|Commission for Social Care Inspection|CSCI|Commission for Health\w* \w+(?: and Inspection)?"
    r"|Audit Commission(?: ?(?:/|and|&) ?(?:the )?Social Services Inspectorate)?|Social Services Inspectorate|Audit (?:Wales|Scotland)|Wales Audit Office|Accounts Commission"
    r"|Care Inspectorate(?: Wales)?|Care and Social Services Inspectorate Wales|CSSIW|Estyn|Education Scotland|(?:HM|H M|His Majesty's|Her Majesty's) Inspectorate of \w+"
    r"|Healthcare Inspectorate Wales|Healthcare Improvement Scotland|(?:The )?Regulation and Quality Improvement Authority|RQIA"
    r"|(?:[A-Z]\w+ )*(?:and Social Care )?(?:Ombudsman|Ombudsmen)(?: for Wales)?|Commission for Local Administration in England"
    r"|Local Government Association(?:, Partners in Care and Health)?|Welsh Local Government Association|LGA|(?:[A-Z]\w+ (?:and [A-Z]\w+ )?)?ADASS"
    r"|Association of Directors of \w+ Services|Youth Justice Board(?: for England and Wales)?"
    r"|Department (?:for|of) (?:[A-Z]\w+(?:, | and | )?){1,5}|Ministry of (?:[A-Z]\w+(?:, | and | )?){1,5}|Scottish Government|Welsh (?:Assembly )?Government)(?!\w)"
)
_BOARD = re.compile(
    r"(?:[A-Z][\w'-]+ |[a-z]{2,4} |& )*(?:Safeguarding|SAFEGUARDING|Child Protection|CHILD PROTECTION)(?: [A-Z][\w'-]+| and| AND| &)*? "
    r"(?:Board|BOARD|Partnership|PARTNERSHIP|Committee|COMMITTEE)(?: for Northern Ireland| FOR NORTHERN IRELAND)?\b"
)
_BODY = re.compile(
    r"\b(?:council|borough|unitary authority|county|comhairle\b.+|cyngor\b.+|health and social care trust|local area partnership|health and wellbeing board|integration joint board"
    r"|youth (?:justice|offending) (?:service|team)|commission|inspectorate|network|association|alliance|federation|society|partnership|unison|healthwatch \w+"
    r"|adass|institute|coalition|trust)$",
    re.I,
)
# What newspapers are called, and newsletters and blogs too, as the last word of their names.
NEWSPAPERS = (
    "examiner|gazette|echo|courier|herald|chronicle|sentinel|times|post|mail|star|argus|mercury|advertiser|journal|observer|standard|telegraph"
    "|citizen|press|tribune|bugle|messenger|reporter|express|weekly|news|blog|magazine|recorder|online"
)
NAMES_OF_MEDIA = (
    f"{NEWSPAPERS}|lantern|guardian|record|voice|bulletin|digest|independent|reporting service|newsletter|pump|beacon|clarion|bystander|watch|diary"
    "|notebook"
)
_PAPER = re.compile(rf"\b(?:{NAMES_OF_MEDIA})$", re.I)
_ISSUER = re.compile(
    r"^\W*(?:©|\(c\)|copyright|issued (?:by|on behalf of)|published (?:by|on behalf of)|produced by|commissioned by|press office,|media team,"
    r"|communications (?:team|office),|(?:signed )?(?:for|on behalf of)) (?:the )?(?:\d{4} )?",
    re.I,
)
# To whom a letter goes besides.
_COPIED = re.compile(r"^cc\b|\bcop(?:y|ying|ied) (?:of )?(?:this (?:letter )?)?to\b|\bcopying this\b")
_PARTS = re.compile(r" [|·/-] |: | @ ")
_NO_NAME = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|report|inspection|review|challenge|plan|minutes|agenda|visit|decision"
    r"|dear|letter|assessment|ref|update|statement|committee|cabinet|panel|page|home|menu|press release|by|posted|draft|appendix|response|check|how|what|why|your|my|about)\b|\d|\?$",
    re.I,
)
_OTHER_LANGUAGES = ("cyngor ", "comhairle ")
_MASTHEAD, _FOOT, _LONGEST = 8, 8, 12
_WORDS_OF_A_NAME = 8


def publisher(lines: Sequence[Line], form: str, title: Line | None, authority: Named | None, by: Named | None) -> Named | None:
    """Return who published a paper of such a form; `by` is who carried out the review that it reports."""
    told = [line for line in lines if not line.boilerplate]
    head, foot = told[:_MASTHEAD], told[-_FOOT:]
    if form in _ISSUED:
        own = authority if form in _OWN_VOICE else None
        if form == "press_release" and (by_reviewer := _reviewer_alone(head)):
            return by_reviewer
        return _board(head) or _council(head, authority) or _issuer(foot, authority) or own
    if form in _REVIEWED:
        mast = _board(head) if form == "case_review" else None
        return mast or _reviewer(_masthead(head)) or _reviewer(_signed(foot)) or (by if form != "case_review" else None)
    if form in _MEDIA:
        return _medium(head, title)
    return _named_body(head[:2]) or _issuer(foot, authority)


def _heads(authority: Named | None, head: Sequence[Line]) -> bool:
    return authority is not None and authority.line in {line.number for line in head}


def _masthead(head: Sequence[Line]) -> Iterator[tuple[str, Line]]:
    """Yield the parts of the first lines, up to the name of whom a letter is to."""
    for line in head[:3]:
        if line.low.startswith(
            ("dear", "annwyl", "mr ", "mrs ", "ms ", "miss ", "dr ", "to:", "director", "councillor", "cllr")
        ):
            return
        if len(line.words.split()) <= _LONGEST:
            yield from ((part.strip(), line) for part in _PARTS.split(line.words))


def _signed(foot: Sequence[Line]) -> Iterator[tuple[str, Line]]:
    """Yield what stands in the signature of a paper: lines that are short, or say in whose name they are."""
    for line in foot:
        if len(line.words.split()) <= _LONGEST and not _COPIED.search(line.low):
            yield line.words, line


def _reviewer(parts: Iterator[tuple[str, Line]]) -> Named | None:
    for words, line in parts:
        found = _REVIEWER.search(words)
        # "Ofsted inspection of ..." is the title of a paper, by whomever.
        if found and 2 * len(found.group()) >= len(words) - len("on behalf of the ref. 00/000"):
            return Named(found.group().strip(" ,"), line.number)
    return None


def _reviewer_alone(head: Sequence[Line]) -> Named | None:
    """Return the reviewer or department whose name is a part of the masthead by itself."""
    for line in head[:3]:
        for part in _PARTS.split(line.words):
            if _REVIEWER.fullmatch(part.strip()):
                return Named(part.strip(), line.number)
    return None


def _board(head: Sequence[Line]) -> Named | None:
    """Return the safeguarding board or partnership at the head of its own paper."""
    for line in head[:4]:
        for part in _PARTS.split(line.words) if len(line.words.split()) <= _LONGEST else ():
            if match := _BOARD.fullmatch(part.strip()):
                return Named(match.group(), line.number)
    return None


def _council(head: Sequence[Line], authority: Named | None) -> Named | None:
    """Return the council or partnership that is the whole of a line, or of a part of one, at the head."""
    for line in head[:5]:
        if len(line.words.split()) > _LONGEST + 8:
            continue
        # Of a name in two languages the English one comes first, as the text goes on to name the council by it.
        for part in sorted(
            map(str.strip, _PARTS.split(line.words)), key=lambda part: part.lower().startswith(_OTHER_LANGUAGES)
        ):
            if (
                _BODY.search(part)
                and not _NO_NAME.search(part)
                and 1 < len(part.split()) <= _WORDS_OF_A_NAME
                and part[0].isupper()
            ):
                return Named(part, line.number)
            if authority and (part + ",").lower().startswith(authority.value.lower() + ","):
                return Named(part[: len(authority.value)], line.number)
    return None


def _issuer(foot: Sequence[Line], authority: Named | None) -> Named | None:
    """Return who says at the foot of a paper that it is theirs."""
    for line in foot:
        if len(line.words.split()) <= _LONGEST and (match := _ISSUER.search(line.words)):
            rest = line.words[match.end() :].strip(" .")
            if authority and authority.value.lower() in rest.lower():
                return Named(authority.value, line.number)
            name = re.split(r"[.,;|(]", rest)[0].strip()
            if _BODY.search(name) and len(name.split()) <= _WORDS_OF_A_NAME and name[:1].isupper():
                return Named(name, line.number)
    return None


def _medium(head: Sequence[Line], title: Line | None) -> Named | None:
    """Return the name of a newspaper or blog: a line over the title, or the part of one that is such a name."""
    for place, line in enumerate(head[:4]):
        parts = [part.strip() for part in re.split(r" [|·-] |, ", line.words)]
        if _PAPER.search(parts[0]) and len(parts[0].split()) <= 6 and line is not title and not _NO_NAME.search(parts[0]):
            return Named(parts[0], line.number)
        is_name = line.kind == "heading" and len(line.words.split()) <= _WORDS_OF_A_NAME and not _NO_NAME.search(line.words)
        if place == 0 and is_name and title is not None and title.number > line.number and "|" not in line.words:
            return Named(line.words, line.number)
    return None


def _named_body(head: Sequence[Line]) -> Named | None:
    for line in head:
        for part in map(str.strip, _PARTS.split(line.words)):
            named = (_BODY.search(part) or _PAPER.search(part) or _REVIEWER.fullmatch(part)) and not _NO_NAME.search(part)
            if named and line.kind == "heading" and len(part.split()) <= _WORDS_OF_A_NAME:
                return Named(part, line.number)
    return None
