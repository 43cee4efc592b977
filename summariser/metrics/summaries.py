"""What counts for the summary: its length, what of the gold's it covers, how like the gold's words it is."""

import re

from rapidfuzz.distance import LCSseq

from summariser.labels import Labels, Part
from summariser.metrics.cases import Case
from summariser.metrics.facets import id_of
from summariser.metrics.scores import Tally

_WORD = re.compile(r"\w+")


def words(case: Case) -> Tally | None:
    """Count the words of the summary."""
    return None if case.failed else {"hits": len(_words(case.brief)), "of": 1}


def coverage(case: Case) -> Tally | None:
    """Count the parts that the gold's summary stands on, and those of them that the brief's summary stands on as well."""
    expected = {id_of(part) for part in _told(case.gold) if id(part) not in case.excused}
    given = {id_of(part) for part in _told(case.brief)}
    pairs = [pair for kind in ("review", "judgement", "finding", "action", "figure") for pair in case.matched(kind)]
    hits = sum(id_of(gold) in expected and id_of(brief) in given for gold, brief in pairs)
    return {"hits": hits, "of": len(expected)} if expected else None


def rouge_l(case: Case) -> Tally | None:
    """Return ROUGE-L: the F1 of the longest common subsequence of words (Lin 2004, ROUGE, section 3.1, beta = 1).

    The subsequence is rapidfuzz's; the scorers of ROUGE's name are no longer kept.
    """
    gold, brief = _words(case.gold), _words(case.brief)
    if not gold:
        return None
    common = LCSseq.similarity(gold, brief)
    return {"hits": 2 * common / (len(gold) + len(brief)), "of": 1}


def supported(case: Case) -> Tally | None:
    """Count the sentences of the summary that a judge found borne out."""
    known = [each for each in case.verdicts.sentences if each is not None] if case.verdicts else []
    return {"hits": sum(known), "of": len(known)} if known else None


def _words(labels: Labels) -> list[str]:
    return _WORD.findall(" ".join(sentence.text for sentence in labels.summary).lower())


def _told(labels: Labels) -> list[Part]:
    """Return the parts that a summary stands on; a document or an item as a whole is none."""
    parts = [part for part in labels.parts if part.kind not in ("document", "item", "direction")]
    return [part for part in parts if any(sentence.rests_on(part) for sentence in labels.summary)]
