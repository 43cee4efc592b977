"""What the words around a grade say of it: that it was given, hoped for, denied, of somebody else's, or of another time."""

import re
from collections.abc import Callable

from summariser.rules.judgement_aspects import AREA

# Returns the words of the names of the body that a paper is about; to find them takes time, and few papers need them.
Names = Callable[[], set[str]]

# All are for text in lower case, but _NAME, _CAPITAL and _TITLED.
_HOPED = re.compile(
    r"\b(?:will|would|should|could|may(?= (?:be|have|not|well|yet|become))|might|can|intend\w*|aim\w*|hop(?:e[ds]?|ing)|targets?|ambitions?|aspir\w*|confident|towards?|in order to|if|unless|whether|until|"
    r"(?<!has )(?<!have )(?<!had )become|get(?:ting)? to|reach(?:ing)?|needs? (?:to|a|only|more)|wants?|wish\w*|journey to|on (?:its|the|our) way to|threshold|nearly|almost|short of|below|definition|"
    r"means?|boundary|prefer\w*|predict\w*|expects?|expected|forecast\w*|realistic|possible|goal|vision|like to)\b[^;]{0,60}$"
)
_DENIED = re.compile(
    r"\b(?:not|never|no longer|nor|neither|without|nobody|no|cannot|out of|longer)\b(?! only)[^,;]{0,30}$|n't\b[^,;]{0,30}$|\b(?:less than|other than|instead of|rather than|short of)\W*$"
)
_OPINED = re.compile(
    r"\bin (?:my|our|his|her|their) (?:\w+ )?(?:opinion|view|book)|\b(?:calls?|called|call) (?:itself|themselves|ourselves)|\bdescribe[sd]?\b|\bthink|\bthought"
    r"|\bfelt\b|\bpeers\b|\bpeer team\b|\bsays? we|would you say|\bwe are still|\bresidents\b|\busers\b|\bsurvey|\brespond|\bmembers? (?:had )?(?:said|felt)"
)
_COUNTS = re.compile(
    r"\b(?:\d+(?:\.\d+)?(?:%| per ?cent| percent| (?:out )?of)|(?:half|most|some|all|many|few|majority|number|proportion|third|quarter|share|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|\d+) (?:of )?(?:the )?(?:[\w-]+ )?(?:files?|audits?|cases?|records?|homes?|schools?|settings?|councils|authorities|providers?|plans?|assessments|inspections|visits|agencies|boards?|partnerships)"
    r"|(?<!in )(?<!of )(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3}) (?:have|had|were|are))\b"
)
_OTHERS = re.compile(
    r"\bchildren's homes?\b|\b(?:care|nursing|residential|the|that|this|other|council-run|its|our) homes?\b|\bhomes? (?:was|were|is|are|had|which|that|rated|judged)\b|\bschools?\b|\bnurser|\bacadem|\bcolleges?\b|\bfostering|"
    r"\badoption (?:agency|service)|\bproviders?\b|\bhospitals?\b|\bneighbour\w*|\b(?:other|some|many|most|another|nearby|which) (?:councils?|authorit(?:y|ies)|county|borough)|\belsewhere\b|\bof the councils\b|\bregional(?:ly)?\b|"
    r"\bin the (?:sub-)?region\b|\b(?:an|any|each|every) (?:local )?(?:authority|council)\b|\b(?:councils|authorities) (?:that|which|who|are|were|judged|rated|graded|with)|\baudit\w*(?! (?:commission|office|wales|scotland))|\bfiles?\b|\bwhere an\b|"
    r"\ba council with\b|\bnational(?:ly)?\b|\bsupported (?:living|accommodation)|\bextra care\b|\bshort breaks?\b|\bhome care\b|\breablement service|(?<!social work )\bpractice\b|\brecords?\b|\bregistered\b|\bday centre"
)
GENERIC = re.compile(
    r"\b(?:an|any|each|every) (?:local )?(?:authority|council)\b(?! (?:area|in)\b)|\ba council with\b|\bwhere an?\b|\b(?:when|once|whenever|if) an? (?:[\w']+ )?(?:council|authority|department|service|borough|county|board|area|partnership)\b|\bas a rule\b|\bfour[- ](?:grades|point)\b|\bstands? for\b"
    r"|\bfrom [01] \(|\boutstanding,? (?:or )?good,? (?:or )?requires improvement|\binadequate,? (?:or )?requires improvement(?: to be good)?,? (?:or )?good\b"
)
_GIVES = (
    r"judged?|judges(?! (?:and|or|said|told|spoke|who|were|have|had|are|in)\b)|judging|rated?|rates|rating|grad(?:e[ds]?|es|ing)|judge?ments?|awarded|awards|deemed|scored|ranked|evaluated|assessed as|given|gives|gave|gets?(?= an? ['\"]$)|received|receives|marked|branded|labell?ed|classed|classified|handed"
    r"|placed|verdict|secured|retain(?:s|ed)|kept|keeps|earned|earns|achiev(?:es|ed)|assessed to be|"
    r"(?:moved|rose|risen|climbed|jumped|leapt|up|down|slid|slipped|sunk|sank|fell|fallen|dropped|plunged|plummeted|improved|went|gone|downgraded|upgraded|moves|rises|falls|drops) (?:[\w-]+ ){0,3}to|told (?:that )?(?:[\w']+ ){0,8}"
)
GIVEN = re.compile(
    rf"\b(?:{_GIVES})\b[^,;:]{{0,70}}$|\b(?:judged|rated|graded)\b[^;:]{{0,90}}$|\bputs?\b[^;:.]{{3,90}} at ['\"]?$"
)
WEAKLY = re.compile(
    r"\b(?:is|are|was|were|been|remains?|remained|stays?|stayed|found|became|becomes?|to be|as|required?)\b[^,;:]{0,25}$"
)
SUBJECT = re.compile(
    r"\b(?:overall|effectiveness|children's (?:social care )?services|social care|services?|council|authority|county|borough|city)\b"
)
GRADER = re.compile(
    r"\b(?:ofsted|inspect\w*|cqc|care quality commission|judge[ds]?|judgements?|rated|rating|graded?|grades|hm inspectorate|hmip)\b"
)
_VERBS = r"(?:is|are|was|were|remain(?:s|ed)?|stays?|stayed|being|ha(?:s|ve|d) (?:become|been|remained)|became)"
_ADVERBS = r"(?: (?:now|still|also|again|both|all|already|once more|therefore|consistently|each|judged|rated|graded|found|considered|now also|to be|as))*"
_AREA = (
    rf"(?:^|[,;:(.]\s*|\b(?:and|but|while|that|with|which|though|when)\s+)['\"]?(?:overall,? )?(?:the |its |their |our )?{AREA}"
)
AREA_IS = re.compile(rf"{_AREA}(?:(?<=services) in [\w' -]{{2,40}}?|, [^,.;]{{1,60}},)?\s+{_VERBS}{_ADVERBS}\s*['\"]?$")
AREA_ONLY = re.compile(rf"{_AREA}(?:, [^,.;]{{1,60}},)?(?: (?:in|at) [\w' ]{{1,40}}?)?\s+(?:now |still |also |all |both )?$")
# What may stand behind a grade; behind "good" anything else makes it an adjective.
AFTER = re.compile(
    r"['\"”)\]]*(?:\s*$|\s*[,.;:)|!?(]|\s+-|\s+(?:overall|ratings?|grades?|judgements?|status|for|in|and|by|with|at|from|when|following|under|but|while|across|on|after|"
    r"last|this|to|as|since|because|against|which|twice|again|during|so|given|because|effectiveness|children|care|the|impact|overall,|then|now|before|today|throughout|three|two|\d{4})\b)"
)
AFTER_SURELY = re.compile(
    r"['\"”)\]]*\s*(?:$|[,.;:)(]|-\s|(?:overall|while|but|with|in (?:all|every|each|\d{4})|and|across the board|throughout|today|now|then|when|for)\b)"
)
VERDICT = re.compile(r"['\"”]*: (?:that|this|such) (?:is|was|were) the (?:overall )?(?:rating|grade|judgement|verdict)")
BY_THEN = re.compile(
    r"['\"]?,? by (?:20\d\d|next|then|\w+ 20\d\d|the (?:end|time|next|spring|summer|autumn|winter|following|year))\b"
)
JOINED = re.compile(r"['\"]?\s*(?:or|and/or)\s+['\"]?(?:inadequate|outstanding|good|requires|better)")
JOINS = re.compile(r"\b(?:inadequate|outstanding|good|improvement|adequate)['\"]?\s*(?:or|and/or)\s*['\"]?$")
_THEN_BEFORE = re.compile(
    r"\b(?:previously|having been|last (?:time|year)|at that time|formerly|once|used to|in the past|from|compared (?:with|to)|before (?:that|then)|earlier still|(?:years?|months) (?:ago|earlier|before)|historic\w*"
    r"|(?:previous|last|earlier|first|prior|pilot|indicative|former) (?:full |ofsted |overall |cqc |\w+ )?(?:inspect\w+|judgement|rating|grade|assessment|report|visit)|last (?:judged|rated|graded|inspected|looked))\b"
)
_THEN_AFTER = re.compile(
    r"['\"”)]*(?: overall)?,? (?:then|previously|before|last time|at (?:that|the) time|at (?:its|the|their|our) (?:last|previous|earlier)|in the (?:previous|last|earlier)|when (?:it|they|we|inspectors) (?:\w+ )?(?:last|previously|earlier)"
    r"|(?:\w+ )?(?:years?|months) (?:ago|earlier|before)|the year before|(?:just )?as it did|until)\b"
)
_NOW = re.compile(r"\b(?:now|today|currently|this time|is|are|has become|have become|remains?|again)\b")
_NAME = re.compile(r"\b[A-Z][a-z]+(?:-[a-z]+-[A-Z][a-z]+)?(?: (?:of |and |on |upon |the )?[A-Z][a-z]+)*")
_CAPITAL = re.compile(r"\b[A-Z][A-Za-z-]+")
# What follows a name that opens a sentence; most words that do are no names.
_DOES = re.compile(
    r"(?:'s)? (?:had|has|have|was|were|is|are|remain\w*|moved?|dropped|went|fell|rose|gained|got|kept|lost|stays?|stayed|council|county|borough|city)\b"
)
_REPORTS = re.compile(
    r"\b(?:said|says|told|reported|explained|added|that|noted|asked|reminded|confirmed|replied|welcomed|by|in|and)\b"
)
_KNOWN = frozenset(
    "ofsted inspectors inspector inspectorate council councils board lscb director directors children childrens children's care cabinet commission commissioner leader leaders leadership member members overall "
    "services service local authority safeguarding single inspection framework send education secretary state minister department government majesty majesty's hm his her work planning staff staffing assessing reviewing resettlement early chief executive panel committee "
    "january february march april may june july august september october november december monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter the in at on of we our its their "
    "it they this that these those adult adults social quality cqc hmip probation youth justice offending team trust partnership help protection upon experiences progress adoption fostering judgement rating grade "
    "since when while although after before however for by as and but no all every each city county borough district metropolitan royal london area joint review requires improvement good outstanding inadequate "
    "adequate standard standards deputy head councillor cllr mr mrs ms dr sir dame today yesterday last previous early years permanence governance management scotland wales england csci ssi audit nhs icb police housing inspectorates".split()
)
_TITLED = re.compile(r"(?:Councillor|Cllr|Mrs?|Ms|Dr|Sir|Dame|Lord|Professor|Director|Chair)\b")
_NEAR_NAME = 60


# What is said to follow once something comes true has not come true.
_CONDITION = re.compile(
    r"\b(?:will|shall|would|may(?! (?:19|20)\d\d)|can|cannot|must)\b[^.;]{0,120}\b(?:when|once|if|until|unless)\b[^.;]*$"
)
_EXPLAINED = re.compile(
    r"\W*(?:inadequate|requires improvement(?: to be good)?|good|outstanding) ?[:=\u2013-] (?:an? (?:(?:service|council|authority|area|provider|department) (?:that|which|where|whose)|(?:[\w-]+ )?(?:re-?)?(?:inspection|visit|review)) ?|where |when |if |there (?:is|are) |services? (?:that|which|are) )"
)
_SCALE = re.compile(
    r"\b(?:from|between|scale of) (?:[0-6]|\w+) ?\(|\b(?:ratings?|grades?|scores?|stars?|scale) (?:run|runs|range|ranges|go|goes|are given) (?:from|between)\b"
)
# A firm or a registered service, whose grade is not the council's, unless the council is named after it.
_PROVIDER = re.compile(
    r"\b(?:ltd|limited(?! assurance)|plc|home ?care|domiciliary care|(?:care|independent|private) (?:agency|provider|company)|registered (?:\w+ )?(?:service|provider|location|manager)|(?:reablement|respite) service|extra care|supported living|(?:care|nursing) home)\b"
    r"(?!.*\b(?:council|authority|borough|county|adult social care|children's services)\b(?!'s (?:own )?(?:care|home|registered)))"
)


def explains(low: str) -> bool:
    """Say whether a line tells what a grade leads to or between which ends a scale runs, and not who was given which."""
    spans = ("from" in low or "between" in low or "scale of" in low) and _SCALE.search(low)
    return bool(spans or _EXPLAINED.match(low))


def unreal(clause: str) -> bool:
    """Say whether the words before a grade make it a hope or a denial."""
    return bool(_DENIED.search(clause.rpartition(" but ")[2])) or bool(_HOPED.search(clause))


def is_elsewhere(sentence: str) -> bool:
    """Say whether the sentence up to a grade makes it one of a provider, or one that is yet to be given."""
    return bool(_CONDITION.search(sentence)) or bool(_PROVIDER.search(sentence))


def ruled_out(clause: str) -> bool:
    """Say whether the words before a grade make it a hope, a denial, an opinion, a count or somebody else's."""
    turned = clause.rpartition(" but ")[2]  # "no longer inadequate but ..." denies nothing of what follows
    return bool(_DENIED.search(turned)) or any(cue.search(clause) for cue in (_HOPED, _OTHERS, _COUNTS, _OPINED))


def time_said(between: str, after: str) -> bool | None:
    """Say whether a grade is said to be past (True) or present (False), by the words since the grade before it; None: neither."""
    if _THEN_AFTER.match(after) or _THEN_BEFORE.search(between):
        return True
    return False if _NOW.search(between) else None


def names_in(words: str) -> set[str]:
    """Return the words of the names in a text, in lower case."""
    return {match.group().lower() for match in _CAPITAL.finditer(words)}


def is_of_another(words: str, own: Names) -> bool:
    """Say whether the words up to a grade name last a body that the paper is not about, and so whose grade it is."""
    names = [match for match in _NAME.finditer(words) if not _known(match.group(), own)]
    if names and not words[: names[0].start()].strip(" .;'\"") and " " not in names[0].group():
        names = names[0 if _DOES.match(words, names[0].end()) else 1 :]
    if not names:
        return False
    gap = words[names[-1].end() :]
    speaks = gap.startswith((".", "?", ":")) or _TITLED.match(names[-1].group()) or _REPORTS.search(gap)
    return len(gap) < _NEAR_NAME and not speaks


def _known(name: str, own: Names) -> bool:
    parts = {part.lower() for part in name.split()}
    return parts <= _KNOWN or bool((parts - _KNOWN) & own())
