"""What looks like an action and only tells what was: a past event, a label, a line of a decision's reasons."""

import re

from summariser.rules.lines import Line

_VERB = r"(?!(?:the|a|an|his|her|their|its|our|my|your|this|that|these|those|all|some|any|each|one|two|three|four|five|six|seven|eight|nine|ten|date|me|him|us|them|it|which|whom|children|people|staff|members)\b)[a-z]{2,}"
# What lies ahead, or is asked of somebody.
_AHEAD = re.compile(
    rf"\b(?:will|would|shall|should|must|ought|needs?|(?<!\d )(?<!in )(?<!by )may(?! \d)|might|could|cannot|'ll|going to|to be|to {_VERB}|be|being|let|by (?:when|the end|next)|plans? (?:to|for|is|are)|planned (?:to|for)|(?:is|are) (?:planned|planning)|intend\w*|intention|aims?|aimed|commit\w*|pledg\w*"
    r"|promis\w*|undertak\w*|undertook|hopes?|hoped|expect\w*|propos\w*|recommend\w*|suggest\w*|urge[sd]?|invit\w*|wants?|wish\w*|requir\w*|request\w*|call(?:s|ed|ing)? (?:for|on)|ask(?:s|ed|ing)?|agree[sd]?|agreement|accept(?:s|ed)?"
    r"|resolv\w*|approv\w*|noted?|moved|second(?:ed|s)|under ?way|in progress|in hand|pencilled|scheduled|due|targets?|goals?|next|future|encourage\w*|consider\w*|on track|tbc|ensure|goes|starts|begins|hereby)\b",
    re.I,
)
# A sentence that begins so has a subject of its own and is no command.
_OPENS = (
    r"(?:(?:The|A|An|This|These|Those|It|He|She|They|We|I|Its|Their|His|Her|Our|My|Some|Many|Most|All|Both|No|Nobody|There|Mr|Mrs|Ms|Dr|Cllr|Councillor|In|On|At|By|From|Since|After|Before|When|During|Until|Under|According"
    r"|January|February|March|April|May|June|July|August|September|October|November|December)\b|[A-Z][\w.'-]* (?=[A-Z]|was\b|were\b|had\b)|[A-Z]\w+'s\b|\d)"
)
_PAST = (
    r"(?:was|were|had|began|paid|took|gave|told|said|came|went|made|held|met|found|sent|wrote|became|led|left|brought|bought|saw|heard|kept|lost|rose|fell|grew|ran|spoke|spent|stood|thought|won|got|felt|drew|chose|knew|did"
    r"|[a-z]{2,}(?<!ne)(?<!spe)(?<!inde)ed)"
)
# Its verb is in the past, and not of something that has been done and still stands.
_WAS = re.compile(
    rf"^(?:\W|\d+(?:\.\d+)+ )*{_OPENS}(?:(?!\b(?:is|are|has|have|will|would)\b)[^.;:]){{0,120}}?(?<!\bbeing )(?<!\bbe )(?<!\bis )(?<!\bare )(?<![\w-]){_PAST}\b"
)
_HAS = re.compile(rf"^\W*{_OPENS}[^.;:]{{0,80}}?\b(?:has|have) (?:\w+ ){{0,2}}?(?:been|\w+ed|done|made|had)\b")
_ADMITS = re.compile(
    r"\baccept(?:s|ed)? (?:that )?(?:there|it|they|he|she|we|the \w+) (?:is|are|was|were|has|have|had)\b", re.I
)
_STILL_AHEAD = re.compile(r"\b(?:will|would|shall|should|must|ask(?:s|ed)|agreed|promised|undertook)\b", re.I)
# The number of an action or a recommendation, whose title may be short.
_TITLED = re.compile(r"(?:[A-Z]{1,3}|[Rr]ec(?:ommendation)?|[Aa]ction) ?\d[\d.]*[.:]? [\w-]+ \w")
_OBLIGED = re.compile(
    r"\b(?:must|shall|should|will|(?:is|are) to|to be|to [a-z]+|requir\w*|direct(?:s|ed|ion)?|needs?|ensure|expect\w*|by \d|within|may|would|hereby)\b",
    re.I,
)
_DATED = re.compile(
    r"^(?:\W|\d+(?:\.\d+)+ )*(?:On|In|By|During) (?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_BOUND = re.compile(
    r"\b(?:will|would|shall|should|must|agree[sd]?|undertook|promised|committed|pledged|resolved|decided|suggested|recommended|proposed)\b",
    re.I,
)
_NONE = re.compile(
    r"^(?:No \w+(?: \w+)? (?:is|are|was|were|has been|have been|had been) \w+ed\b|[^.;:]{3,60} (?:is|are|was|were) not (?:being )?required\b)"
)
_LABEL_WORDS = 3
# Kinds that speak of what is to come; of a decision or a proposal minutes tell in the past.
_FORWARD = ("authority_commitment", "reviewer_recommendation", "government_requirement", "third_party_call")


def is_none(line: Line, kind: str, status: str) -> bool:
    """Say whether a line that was taken for an action of such a kind is none: it tells what was, names or leads to what
    follows, or a requirement obliges nobody.
    """
    if line.kind == "table_row":
        return False
    if line.words.endswith(":") and kind != "committee_decision":
        return True
    binding = kind != "government_requirement" or line.words[:1].islower() or _OBLIGED.search(line.words)
    if is_label(line) or not binding:
        return True
    if kind not in _FORWARD:
        return False
    if tells_what_was(line.words) or _NONE.match(line.words):
        return True
    # What is told as promised, and as recommended too, is neither for sure.
    odd = status == "recommended" and kind == "authority_commitment"
    was = bool(_WAS.match(line.words)) and not _BOUND.search(line.words)
    return (was and (odd or bool(_DATED.match(line.words)))) or (
        odd and bool(_HAS.match(line.words)) and not _AHEAD.search(line.words)
    )


def tells_what_was(words: str) -> bool:
    """Say whether a sentence tells a past event, or admits something, and nothing that lies ahead or is asked for."""
    if _ADMITS.search(words):
        return not _STILL_AHEAD.search(words)
    return bool(_WAS.match(words)) and not _AHEAD.search(words)


def is_label(line: Line) -> bool:
    """Say whether a line is a word or two that name what follows, or capitals as in the heading of an item."""
    if _TITLED.match(line.words) or line.words[:1].islower():
        return False
    return line.words.isupper() or (len(line.words.split()) <= _LABEL_WORDS and not _AHEAD.search(line.words))
