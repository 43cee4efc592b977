"""Chooses the sentences of a council_review's summaries, for the embedded engine: the document's own, each with its owner."""

from collections.abc import Set
from typing import Any

from summariser.rules.central import ranked

Data = dict[str, Any]

# Below the bounds of schemas/council_review.py, so that the opening words of a sentence have room.
_LONGEST = 400
_SUMMARY_WORDS = 110
_SENTENCE_WORDS = 55
_TELLING_WORDS = (7, 32)
_MOST_SENTENCES, _MOST_FINDINGS, _MOST_ACTIONS = 8, 4, 3
# Findings among which the next one of another polarity is looked for.
_LOOK_AHEAD = 6
_KINDS = (
    "government_requirement", "reviewer_recommendation", "committee_decision", "authority_commitment", "member_proposal",
    "third_party_call",
)  # fmt: skip
_OWNERS = {
    "reviewer": "The reviewers",
    "authority": "The authority",
    "scrutiny_member": "A member",
    "partner": "A partner",
    "government": "The government",
    "service_user": "People who use services",
    "commentator": "The writer",
    "unclear": "Somebody who is not named",
}
# What is to be done may be told in words that do not say so, such as the points of a list.
_ACTS = {
    "reviewer_recommendation": "The reviewers ask for this",
    "authority_commitment": "The authority undertakes this",
    "committee_decision": "Decided",
    "government_requirement": "The government requires this",
    "member_proposal": "A member proposes this",
    "third_party_call": "Others call for this",
}
_RELAYS = {
    "via_authority": ", as the authority relays it",
    "via_media": ", as the article relays it",
    "via_commentator": ", as the writer relays it",
    "via_record": ", as minuted",
}


def summary(item: Data, owned: Set[int]) -> list[Data]:
    """Choose the sentences that a reader needs first: grades, findings, then what is to be done.

    Each says whose it is. `owned` are the numbers of the lines whose owner is certain enough for that; of others only actions
    are told, whose kind says who acts.
    """
    sentences = _grades(item)
    words = sum(len(sentence["text"].split()) for sentence in sentences)
    sure = [part for part in item["findings"] if owned >= set(part["evidence"])]
    for part in [*_findings(sure)[:_MOST_FINDINGS], *_actions(item["actions"])[:_MOST_ACTIONS]]:
        owner = _ACTS.get(part.get("kind", "")) or _OWNERS.get(part["voice"])
        text = f"{owner}{_RELAYS.get(part['relay'], '')}: {part['statement']}" if owner else part["statement"]
        length = len(text.split())
        if length <= _SENTENCE_WORDS and words + length <= _SUMMARY_WORDS and len(text) <= _LONGEST:
            words += length
            sentences.append({"text": text, "supports": [part.get("finding_id") or part["action_id"]]})
    return sentences[:_MOST_SENTENCES]


def _findings(findings: list[Data]) -> list[Data]:
    """Return the findings, the most telling first: the review's own, readable, central to them all, unlike each other.

    Praise and criticism take turns, where there are both.
    """
    order = [findings[place] for place in ranked([part["statement"] for part in findings], [_worth(part) for part in findings])]
    turns: list[Data] = []
    while order:
        last = turns[-1]["polarity"] if turns else None
        turns.append(next((part for part in order[:_LOOK_AHEAD] if part["polarity"] != last), order[0]))
        order.remove(turns[-1])
    return turns


def _worth(finding: Data) -> float:
    """Return what a finding is worth to a summary besides its centrality."""
    length = len(finding["statement"].split())
    return float(
        {"reviewer": 1.0, "government": 0.8, "service_user": 0.5, "authority": 0.4}.get(finding["voice"], 0.2)
        + 0.5 * (finding["review_id"] in (None, "R1"))
        + 0.5 * (_TELLING_WORDS[0] <= length <= _TELLING_WORDS[1])
        + 0.2 * (finding["polarity"] != "neutral")
        + 0.1 * any(letter.isdigit() for letter in finding["statement"])
    )


def _actions(found: list[Data]) -> list[Data]:
    """Return the actions, the weightiest kinds first, one of each kind before a second of any."""
    order = sorted(found, key=lambda part: _KINDS.index(part["kind"]))
    firsts = {part["kind"]: part for part in reversed(order)}
    return [part for part in order if firsts[part["kind"]] is part] + [
        part for part in order if firsts[part["kind"]] is not part
    ]


def _grades(item: Data) -> list[Data]:
    """Return one sentence with the grades that this review gave; earlier ones stay out of it."""
    given = [
        judgement for review in item["reviews"] for judgement in review["judgements"] if judgement["time"] == "this_review"
    ]
    if not given:
        return []
    told = "; ".join(f'{judgement["aspect"].replace("_", " ")}, "{judgement["value_as_stated"]}"' for judgement in given[:6])
    return [{"text": f"Grades given: {told}."[:_LONGEST], "supports": [judgement["judgement_id"] for judgement in given[:6]]}]


def opening(item: Data) -> Data:
    """Return the sentence that says what an item is."""
    form = item["form"].replace("_", " ").capitalize()
    heading = item["heading"]["value"]
    authority_name = item["authority"]["value"]
    about = f": {heading}" if heading else ""
    of = f" ({authority_name})" if authority_name else ""
    return {"text": f"{form}{about}{of}."[:400], "supports": [item["item_id"]]}
