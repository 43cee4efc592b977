"""Who would have to defend each line, and how it reaches the reader.

The question is asked of the line itself, then of the line that introduces its list, then of the paragraph so far, and last
of the kind of paper: a letter of inspectors is theirs, minutes relay.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from summariser.evidence import lowered
from summariser.rules.cue import ANY, Cue, cue
from summariser.rules.lines import Line

_REVIEWER = re.compile(
    r"\b(?:(?:inspectors?|ofsted|cqc|assessors?|reviewers?|peers|peer (?:challenge )?team|the (?:report|letter|review|visit)|(?:re-?inspection|recent assessment)|joint review"
    r"|(?:key|main|headline|overall|initial|emerging) (?:findings|messages|conclusions)|auditors from)\b.{0,60}\b(?:found|finds?|says?|said|thought|noted|note|saw|reported|identified"
    r"|concluded|describe[sd]?|praised?|judges?d?|rated|suggest(?:s|ed)?|recommend(?:s|ed)?|highlight(?:s|ed|ing)?|features|had been|told us"
    r"|were (?:impressed|told|critical|concerned)|observed|heard|recalled|include[sd]?|critical|agreed|scored|welcomed|call(?:s|ed) for)\b"
    r"|feedback (?:indicated|showed|was|identified)|issues identified|the view was\b|says the report\b"
    r"|according to (?:a|the) (?:report|letter|inspectors|peers)|(?:key|main|headline|overall|initial|emerging) (?:findings|messages|conclusions)\b.{0,40}:$|(?:the )?reviewers have identified|what inspectors said"
    r"|they (?:also )?told us\b|ombudsman\b.{0,60}\b(?:upheld|noted|found)|report describes|recommendations?\b.{0,30}:$)",
    re.I,
)
_INSPECTOR_SPEAKS = re.compile(r"\b(?:lead )?inspector,? .{0,40}said|\bchief inspector\b.{0,40}\bsaid", re.I)
_AUTHORITY = re.compile(
    r"\b(?:(?:director|assistant director|head of|chief executive|officers?|cabinet member|portfolio holder|leader of the council|council leader"
    r"|the leader|press office|\w+ council(?!')|executive member|adcs\w*|mr \w+|ms \w+|mrs \w+|spokes\w+)\b.{0,80}\b(?:said|says|told|reported|advised|confirmed"
    r"|explained|added|commented|concluded|outlined|highlighted|believed?s?|accept(?:s|ed)|replied|cautioned|described|wrote|undertook|stated"
    r"|introduced|welcomes|disputed|pledges|expects|remains|commissioned|presented|sent me)\b"
    r"|it was (?:confirmed|advised|reported|explained|noted)|(?:members|the committee|councillors) (?:were|was) (?:told|advised|informed"
    r"|made aware|reminded)|in (?:answer|response|reply) to|(?:her|his|own|their) (?:own )?(?:figures|assessment) (?:was|were|told)|in her (?:view|judgement)|officers advised"
    r"|our own audits|^we (?:will|are|have)|next steps\b)",
    re.I,
)
_MEMBER = re.compile(
    r"\b(?:(?:chair(?:person|man)?|opposition|backbench|co-?opt\w+)\b.{0,60}\b(?:said|queried|asked|explained|suggested|noted|proposed|raised|felt|"
    r"thanked)\b|(?:cllr|councillor) [A-Z][\w'-]+(?: [A-Z][\w'-]+)?,? (?:asked|queried|raised|proposed|said|referred|suggested|noted|then|"
    r"might|indicated)|points (?:were )?raised in (?:the )?debate|it was (?:proposed|suggested)|members (?:raised|asked|felt|expressed|queried)"
    r"|the proposal was)",
    re.I,
)
_OWN_VIEW = re.compile(
    r"\b(?:she|he) (?:believed|hoped|felt)\b|\bin (?:her|his) (?:view|judgement|opinion)\b|\b(?:her|his) own (?:view|figures)\b",
    re.I,
)
_EXECUTIVE = re.compile(r"\b(?:leader|cabinet member|portfolio holder|executive member)\b", re.I)
_OPPOSITION = re.compile(r"\b(?:opposition|backbench)\b", re.I)
_RESOLVED = re.compile(r"^\W*(?:resolved|decision|agreed)\b", re.I)
_USERS = re.compile(
    r"\b(?:service users|carers|residents|families|young people|parents|local people|patients|tenants|pupils|respondents"
    r"|the public|people (?:who use|using|who receive|receiving))\b.{0,60}\b(?:rated|said|told|felt|liked|reported)\b",
    re.I,
)
_GOVERNMENT = re.compile(r"\b(?:minister|secretary of state|department for education|dfe|commissioner)\b.{0,60}\b(?:said|told|requires?|directed|issued|"
                         r"decided|found|appointed)\b", re.I)  # fmt: skip
_PARTNER = re.compile(r"\b(?:independent chair of the|integrated care board|nhs|police|hospital trust|safeguarding board)\b.{0,60}\b(?:said|told|shared|"
                      r"added|was less)\b", re.I)  # fmt: skip
_COMMENTATOR = re.compile(
    r"\bI(?:'d|'ve| think| bet| looked| asked| hear)\b|\bmy own view|^\[.*\]?$|\bif you ask me\b",
    re.I,
)
_RECOMMENDATIONS = re.compile(r"\brecommendations\b", re.I)
# "She said" goes on with whoever spoke last, even where the words that follow name somebody else.
_GOES_ON = cue(
    ("he said", "he added", "he told", "he wrote", "he went on"),
    re.compile(r"^(?:she|he) (?:said|added|told|wrote|went on)\b|,['\"]? (?:she|he) (?:said|added)\b", re.I),
)
_NAMED = r"\b(?:cllr|councillor) ([a-z][\w'-]+)"
_OFFICE = r"(?<!opposition )(?<!group )\b(?:leader|cabinet member|portfolio holder)\b"
_NAMED_EXECUTIVE = re.compile(rf"{_OFFICE}[^.;]{{0,60}}?{_NAMED}|{_NAMED}[^.;]{{0,40}}{_OFFICE}", re.I)
_QUESTION = cue(
    ("?", "asked ", "queried "),
    re.compile(r"(?<!\?)\?$|\b(?:asked|queried) (?:how|whether|why|about|if|what)\b", re.I),
)
# Quotation marks that some conversion destroyed: a pair, or one where a quotation can only open or close.
_LOST_PAIR = re.compile(r"(?<!\w)\?{3}(\w[^?]{0,200}?)\?{3}(?!\w)")
_LOST_MARK = re.compile(r"(?<!\S)\?{3}(?=\w)|(?<=[.,!])\?{3}|\?{3}$")

_OWN_PAPERS = ("officer_report", "improvement_or_action_plan", "self_account")
_SPEAKERS = ("authority", "scrutiny_member", "partner", "government")
_MINUTES = ("minutes_item", "meeting_pack", "decision_record")
# Forms of papers that reviewers issue themselves.
REVIEWERS_OWN = (
    "inspection_letter",
    "inspection_report",
    "peer_feedback",
    "case_review",
    "ombudsman_decision",
    "commissioner_report",
)
# What reviewers and ministers issue: it stands by itself, and "the council will" is in it what they want of a council.
ISSUED = (*REVIEWERS_OWN, "intervention_instrument")
_DEFAULTS = {
    **dict.fromkeys(_MINUTES, ("authority", "via_record")),
    **dict.fromkeys(REVIEWERS_OWN, ("reviewer", "direct")),
    "opinion_or_blog": ("commentator", "direct"),
    "news_article": ("record", "via_media"),
    "intervention_instrument": ("government", "direct"),
}
# How views can reach the reader of a paper, by its form: of others the labelled papers have next to none.
RELAYS = {
    **dict.fromkeys(_OWN_PAPERS, ("direct", "via_authority")),
    **dict.fromkeys(("minutes_item", *REVIEWERS_OWN), ("direct", "via_record")),
    "news_article": ("direct", "via_media"),
    "opinion_or_blog": ("direct", "via_commentator"),
}
# In order: the first cue that stands in a line settles it.
_CUES = tuple((cue(words, pattern), owner) for pattern, owner, words in (
    (_RESOLVED, "record", ANY),
    (_INSPECTOR_SPEAKS, "reviewer", ("inspector",)),
    (_COMMENTATOR, "commentator", ANY),
    (_OWN_VIEW, "authority", ("he believed", "he hoped", "he felt", "in her ", "in his ", "her own ", "his own ")),
    (_USERS, "service_user", ("rated", "said", "told", "felt", "liked", "reported")),
    (_PARTNER, "partner", ("said", "told", "shared", "added", "was less")),
    (_REVIEWER, "reviewer", (
        "inspect", "ofsted", "cqc", "assess", "review", "peer", "report", "letter", "visit", "findings", "messages", "conclusions", "auditors",
        "feedback", "issues identified", "view was", "told us", "ombudsman", "recommendation",
    )),
    (_GOVERNMENT, "government", ("minister", "secretary of state", "department for education", "dfe", "commissioner")),
    (_MEMBER, "scrutiny_member", (
        "chair", "opposition", "backbench", "opt", "cllr", "councillor", "points ", "it was ", "members ", "the proposal was",
    )),
    (_AUTHORITY, "authority", (
        "said", "says", "told", "reported", "advised", "confirmed", "explained", "added", "commented", "concluded", "outlined",
        "highlighted", "believe", "accept", "replied", "cautioned", "described", "wrote", "undertook", "stated", "introduced",
        "welcomes", "disputed", "pledges", "expects", "remains", "commissioned", "presented", "sent me", "noted", "informed",
        "made aware", "reminded", "in answer", "in response", "in reply", "figures w", "assessment w", "in her ",
        "our own audits", "we will", "we are", "we have", "next steps",
    )),
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voice:
    """Who owns a line, how it is relayed, and whether it is a question rather than a statement."""

    owner: str
    relay: str
    question: bool = False
    # Whether the words say so, rather than only the kind of paper; and whether those of the line itself or of its list do,
    # rather than those of a line before it.
    told: bool = True
    named: bool = True


def voices(lines: list[Line], form: str) -> dict[int, Voice]:
    """Return the voice of each line, by number."""
    by_number = {line.number: line for line in lines}
    found: dict[int, Voice] = {}
    carried: Voice | None = None
    latest: Voice | None = None
    named = chain.from_iterable(
        _NAMED_EXECUTIVE.findall(line.words) for line in lines if "cllr" in line.low or "councillor" in line.low
    )
    executives = {name.lower() for name in chain.from_iterable(named) if name}
    speech = _Speech()
    paragraph = -1
    for line in lines:
        if line.paragraph != paragraph:
            carried, paragraph = _carried(line, carried, form), line.paragraph
        lead = by_number.get(line.lead or 0)
        own = speech.speaker(line, form) or (latest if _GOES_ON.search(line.low) else None) or _of(line.words, form)
        if own and own.owner == "scrutiny_member" and executives & _names(line.words):
            own = Voice("authority", own.relay)
        if own is None and lead and _of(lead.words, form):
            own = found.get(lead.number)
        voice = own or carried or _default(form)
        found[line.number] = Voice(voice.owner, voice.relay, bool(_QUESTION.search(line.low)), bool(own or carried), bool(own))
        latest = own if own and own.owner in _SPEAKERS else latest
        # A writer with views takes the floor back with the next sentence, and so does an authority in a paper of its own
        # after a word of its reviewers; elsewhere a speaker keeps it to the paragraph's end.
        if own and own.owner not in ("service_user", "record") and form != "opinion_or_blog":
            carried = None if own.owner == "reviewer" and form in _OWN_PAPERS else own
        speech.follow(line, voice)
    return found


def _names(words: str) -> set[str]:
    return {name.lower() for name in re.findall(_NAMED, words, re.I)}


class _Speech:
    """Whose quotation marks, or whose brackets, are open: all that stands between them is one speaker's."""

    def __init__(self) -> None:
        self._open: Voice | None = None
        self._closing = '"'
        self._paragraph = -1

    def speaker(self, line: Line, form: str) -> Voice | None:
        """Return who is speaking as the line begins, if a quotation is open.

        Marks get lost, so a paragraph that names another speaker closes what was left open.
        """
        begins, self._paragraph = line.paragraph != self._paragraph, line.paragraph
        if line.kind == "heading" or line.boilerplate or (begins and _of(line.words, form)):
            self._open = None
        return self._open

    def follow(self, line: Line, voice: Voice) -> None:
        """Take note of what the line opens or closes."""
        words = line.words
        if "???" in words:
            words = _LOST_MARK.sub('"', _LOST_PAIR.sub(r'"\1"', words))
        if self._open is None and words.startswith("[") and "]" not in words:
            self._open, self._closing = Voice("commentator", "direct"), "]"
        elif self._closing == "]" and self._open:
            self._open = None if "]" in words else self._open
        else:
            self._closing = '"'
            # A long quotation is opened anew at each paragraph and closed once.
            marks = (words[1:] if self._open and words[:1] in "\"'" else words).count('"')
            if marks % 2:
                self._open = None if self._open else Voice(voice.owner, "direct")


def _carried(line: Line, carried: Voice | None, form: str) -> Voice | None:
    """Return whose words a new paragraph may still be: news goes on with a report, other papers do not."""
    goes_on = form == "news_article" and carried and carried.owner == "reviewer" and line.kind != "heading"
    return carried if goes_on else None


@lru_cache(maxsize=4096)  # asked of a line for itself, for the list under it, and for what is quoted
def _of(words: str, form: str) -> Voice | None:
    """Return the voice that the words themselves name, or None."""
    if words.endswith((":", ";")) and (_REVIEWER.search(words) or _RECOMMENDATIONS.search(words)):
        return Voice("reviewer", _relay(form))
    low = lowered(words)
    for speaks, owner in _CUES:
        if not (owner == "commentator" and form != "opinion_or_blog") and speaks.search(low):
            executive = owner == "scrutiny_member" and _EXECUTIVE.search(words) and not _OPPOSITION.search(words)
            return Voice("authority" if executive else owner, _relay_of(owner, speaks, form))
    return None


def _relay_of(owner: str, speaks: Cue, form: str) -> str:
    """Return how this owner's view reaches the reader: a reviewer's is relayed, others speak, or are minuted."""
    if owner in ("record", "commentator") or speaks is _CUES[1][0]:
        return "direct"
    if owner in ("reviewer", "government"):
        return _relay(form)
    if form in _MINUTES:
        return "via_record"
    return _relay(form) if owner == "service_user" else "direct"


def _relay(form: str) -> str:
    """Return how a reviewer's view reaches the reader of such a paper, as the model is told; of minutes it knows better."""
    if form in REVIEWERS_OWN:
        return "direct"
    return {"news_article": "via_media", "opinion_or_blog": "via_commentator"}.get(form, "via_authority")


def relayed(form: str) -> str:
    """Return how what a reviewer said reaches the reader of a paper of this form, whoever tells it there."""
    return "via_record" if form in (*_MINUTES, "tracker_or_dataset") else _relay(form)


def _default(form: str) -> Voice:
    return Voice(*_DEFAULTS.get(form, ("authority", "direct")))
