"""The cues of a line: that it praises or blames, calls for, promises or decides something, and how far that has got."""

import re
from collections.abc import Sequence

from summariser.rules.cue import ANY, Cue
from summariser.rules.lines import Line

_NEEDS = re.compile(r"\bareas? for (?:improvement|consideration|priority action)|what needs to improve|\bweaknesses\b", re.I)
_IMPERATIVE = re.compile(
    r"^(?:that |[A-Z][^,.]{3,60}, )?(?:please )?(?:add|address|agree|appoint|arrange|assure|bring|build|clarify|commission|complete|consider|continue|co-produce|create|"
    r"define|deliver|demonstrate|develop|don't|embed|engage|ensure|escalate|establish|explore|extend|finali[sz]e|focus|get|give|implement|improv(?:e|ing)|"
    r"increase|introduce|invest|involve|keep|launch|listen|maintain|make|making|map|monitor|move|prepare|prioriti[sz]e|produce|provide|publish|put|"
    r"recruit|reduce|re-?design|refresh|report|review|revisit|set|share|simplify|streamline|strengthen|support|sustain|take|target|tell|test|train|"
    r"undertake|update|use|work)\b",
    re.I,
)
_RECOMMENDS = re.compile(
    r"\brecommend|priorit(?:y|ies)(?: for)? (?:action|improvement)|\b(?:experts?\"?|peers|team|inspectors|report) suggest|areas? for (?:improvement|consideration|action)"
    r"|what needs to improve|should:|we suggest",
    re.I,
)
_OUGHT = re.compile(
    r"\b(?:(?:should|must) (?!have)|ought to|need(?:s)? to|is asked to|are asked to|would encourage)\b",
    re.I,
)
_REQUESTS = re.compile(
    r"^what needs to improve|^\W*(?:\d+\.? )?(?:key |our |main )?recommendations?\b|\bareas? for priority action", re.I
)
_WANTS = re.compile(
    r"\b(?:recommend\w*|asks?|asked|invites?|invited|urges?|urged|call(?:s|ed)? (?:for|on)|wants?|would like|suggest\w*|advise[sd]?|expects?"
    r"|required?|requires|would benefit|let\b.{0,20}\b(?:be|have))\b",
    re.I,
)
_WILL = re.compile(
    r"\b(?:will (?!take place|expect)|would (?:include|be (?:given|listened|developed|held|further)|develop|continue|reply|bring|move|need to ask|be further)|pledges?|commit(?:ted)? to|plans? to"
    r"|intends? to|aims? to|is to|are to|undertook to|going to|agreed to|due to (?:go|start|report)|remain committed)\b",
    re.I,
)
_NEXT_STEPS = re.compile(
    r"\bthis (?:would|will) include|next steps|\bpledges?(?: to)?:$|we will:|actions? (?:include|are)|the (?:plan|council) will",
    re.I,
)
_UNDER_WAY = re.compile(
    r"\b(?:is|are|was|were) (?:now |also |already )*being \w+|\b(?:is|are|was|were) (?:ongoing|under ?way)|\bhas begun\b|\bworking with",
    re.I,
)
_DONE = re.compile(r"\b(?:has|have|had) (?:now |already )?(?:been (?:completed|established|appointed|introduced|launched)|set up|come up with|"
                   r"completed|appointed|introduced)|: done\b", re.I)  # fmt: skip
_PROPOSED = re.compile(r"\b(?:propos(?:ed|es)|moved|put a motion|suggested) (?:that|to|the committee|a\b)|\bthen proposed|\bput a motion|asked (?:for|that)"
                       r" (?:a|the) (?:report|review|update)", re.I)  # fmt: skip
_CONDITIONAL = re.compile(r"\b(?:if|unless|subject to)\b", re.I)
_EXPECTED = re.compile(r"\b(?:will|would|expected|should|forecast|if)\b", re.I)
_CHANGE = re.compile(r"\b(?:improv\w+|fallen|fell|rose|risen|reduced|increased|up from|down from|from \S+ to|compared|stabili[sz]ing|worsened|no longer|"
                     r"better than|since|declin\w+|deteriorat\w+|had been)\b", re.I)  # fmt: skip
_PAST = re.compile(r"\b(?:years? ago|previously|in (?:19|20)\d\d|at the time|last year)\b", re.I)
_NOT_A_FINDING = re.compile(
    r"\b(?:introduced (?:a|the) (?:report|presentation)|received a (?:report|presentation|verbal)|in attendance|verbal update|to receive|to consider|"
    r"to review progress|were asked to|was requested|considered a report|has been asked|meeting of|item \d|appendix|the scope|reason:|"
    r"not an inspection|apologies|declared|explained the background)\b|[:;]$|\bthanked\b|\bcommended\b",
    re.I,
)
# Words without which, in a line or over it, nothing is a meeting's decision: of 301 labelled ones 277 have them.
_DECIDES = re.compile(
    r"\b(?:resol|agree|note[ds]?\b|approv|decid|decision|adopt|endors|accept|recommend|receiv|that\b|request|carried|lost|defer|authori|appoint|elect|adjourn|support|instruct|confirm"
    r"|ask|refer|delegat|thank|welcom|consider)"
)
_RESOLUTION = re.compile(r"\W*(?:resolved|agreed)\b\W*|decision:?$", re.I)
# Who acts, and that they will: "the council will:", "this would include:", "the council has pledged to:".
_ANNOUNCES = re.compile(
    r"\b(?:(?:we|(?:the|this) (?:council|authority|service|department|directorate|partnership|plan)|officers) (?:will|would|shall)(?: now| also| therefore)?"
    r"|(?:we|(?:the|this) (?:council|authority|service|department|directorate|partnership)|officers)(?: have| has| had)? (?:pledged?|intends?|committed) to"
    r"|(?:this|these|which|(?:next )?steps|actions|measures) (?:will|would) include(?: the following)?) ?:$"
)
_UNREAL = re.compile(r"\b(?:if|unless|not|no|risks?|whether|should|recommend\w*)\b")
SCOPE = re.compile(r"\basked to\b|\bscope\b|\bterms of reference|\bwas requested\b|\baims? (?:of|were)\b", re.I)
# The cues of a line that the linear model weighs for itself. It has learnt them with their capitals, which find nothing in `low`.
_MARKS = tuple((name, Cue(words, re.compile(pattern.pattern))) for name, pattern, words in (
    ("ought", _OUGHT, ("should", "must", "ought", "need", "asked to", "would encourage")),
    ("will", _WILL, ANY),
    ("command", _IMPERATIVE, ANY),
    ("recommends", _RECOMMENDS, (
        "recommend", "priorit", "suggest", "area", "needs to improve", "should:",
    )),
    ("next steps", _NEXT_STEPS, ("include", "next steps", "pledge", "will", "action")),
    ("done", _DONE, ("has ", "have ", "had ", "done")),
    ("under way", _UNDER_WAY, ("being ", "ongoing", "under way", "underway", "has begun", "working with")),
    ("proposed", _PROPOSED, ("propos", "moved", "motion", "suggested", "asked")),
    ("condition", _CONDITIONAL, ANY),
    ("expected", _EXPECTED, ANY),
    ("change", _CHANGE, (
        "improv", "fallen", "fell", "rose", "risen", "reduced", "increased", "from", "compared", "stabili", "worsened",
        "no longer", "better than", "since", "declin", "deteriorat", "had been",
    )),
    ("past", _PAST, (" ago", "previously", "in 19", "in 20", "at the time", "last year")),
    ("no finding", _NOT_A_FINDING, (
        "introduced", "received a", "in attendance", "verbal update", "to receive", "to consider", "to review progress",
        "asked", "was requested", "considered a report", "meeting of", "item ", "appendix", "the scope", ":", ";",
        "not an inspection", "apologies", "declared", "explained the background", "thanked", "commended",
    )),
    ("needs", _NEEDS, ("area", "needs to improve", "weaknesses")),
))  # fmt: skip


def asks(line: Line, above: Sequence[Line | None]) -> bool:
    """Say whether a line asks for something, by its own words or those of the lines that it stands under."""
    own = line.has(_OUGHT) or line.has(_IMPERATIVE) or line.has(_WANTS)
    return own or any(other is not None and (other.has(_RECOMMENDS) or other.has(_OUGHT)) for other in above)


def decides(line: Line, above: Sequence[Line | None]) -> bool:
    """Say whether a line may be a meeting's decision, by its own words or those of the lines that it stands under."""
    return any(each is not None and _DECIDES.search(each.low) for each in (line, *above))


def announces(lead: Line) -> bool:
    """Say whether what a line leads to is what somebody will do."""
    return bool(_ANNOUNCES.search(lead.low)) and not _UNREAL.search(lead.low)


def are_requests(lead: Line | None, heading: Line | None) -> bool:
    """Say whether the items of a list are what reviewers ask for, though they may be no sentences."""
    return any(above is not None and above.has(_REQUESTS) for above in (lead, heading))


def marks(low: str) -> list[str]:
    """Return the names of the cues that stand in a line in lower case."""
    return [name for name, each in _MARKS if each.search(low)]


def is_resolution(words: str) -> bool:
    """Say whether a line opens a resolution."""
    return bool(_RESOLUTION.match(words))
