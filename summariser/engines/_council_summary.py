"""Chooses the sentences of a council_review's summaries, for the embedded engine: the document's own, each with its owner."""

from typing import Any

Data = dict[str, Any]

# Below the bounds of schemas/council_review.py, so that the opening words of a sentence have room.
_LONGEST = 400
_SUMMARY_WORDS = 110
_SENTENCE_WORDS = 55
_TELLING_WORDS = (7, 45)
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
_RELAYS = {
    "via_authority": ", as the authority relays it",
    "via_media": ", as the article relays it",
    "via_commentator": ", as the writer relays it",
    "via_record": ", as minuted",
}


def summary(item: Data) -> list[Data]:
    """Choose the sentences that a reader needs first, each with whose it is: findings, then what is to be done."""
    findings = sorted(item["findings"], key=_weight)
    reviewers = [part for part in findings if part["voice"] == "reviewer"]
    concern = next((part for part in reviewers if part["polarity"] in ("concern", "mixed")), None)
    strength = next((part for part in reviewers if part["polarity"] == "strength"), None)
    others = [part for part in findings if part["voice"] != "reviewer"]
    decided = [part for part in item["actions"] if part["kind"] == "committee_decision"]
    called = [part for part in item["actions"] if part["kind"] != "committee_decision"]
    wanted = [part for part in (strength, concern, *others[:2], *called[:1], *decided[:1]) if part]
    sentences = _grades(item)
    words = sum(len(sentence["text"].split()) for sentence in sentences)
    for part in wanted:
        owner = _OWNERS.get(part["voice"])
        text = f"{owner}{_RELAYS.get(part['relay'], '')}: {part['statement']}" if owner else part["statement"]
        length = len(text.split())
        if length <= _SENTENCE_WORDS and words + length <= _SUMMARY_WORDS and len(text) <= _LONGEST:
            words += length
            sentences.append({"text": text, "supports": [part.get("finding_id") or part["action_id"]]})
    return sentences


def _weight(finding: Data) -> tuple[int, bool, bool, bool, int]:
    """Sort key of findings for the summary, the most telling first: this review's, of readable length, with a figure."""
    statement = finding["statement"]
    return (
        {"reviewer": 0, "service_user": 2, "authority": 3}.get(finding["voice"], 4),
        finding["review_id"] not in (None, "R1"),
        not _TELLING_WORDS[0] <= len(statement.split()) <= _TELLING_WORDS[1],
        not any(letter.isdigit() for letter in statement),
        {"concern": 0, "strength": 1, "mixed": 2}.get(finding["polarity"], 3),
    )


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
