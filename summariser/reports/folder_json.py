"""The report on a folder of briefs as JSON for programs, one entry a line, never held whole.

An object with:

- `folder`, and `documents`: how many are briefed, partial, failed, waiting (not come to), and removed (gone from the folder);
- `authorities`: `name` (under which it is listed everywhere below; null where a document names none) and `forms`, the names
  that documents use for it;
- `actions`: `authority`, `kind`, `status`, `statement`, `owner` and `due` with `owner_status` and `due_status` (how known:
  stated, inferred, not_stated ...), `due_by` (the last day that the date due can mean; null if it names no day), `voice`,
  `relay`, `action_id`, `review_id`, and the place: `document`, `document_date`, `item`, `quote`, `start`, `end` (character
  offsets), `page`;
- `decisions`: the same, of what committees decided, members proposed and others called for;
- `themes`: `theme`, `year` (of the document; null: undated), how many `concerns`, how many of them `past`, `voices` and
  `documents` with how many each has;
- `concerns`: `authority`, `theme`, `year`, `statement`, `time`, `voice`, `relay`, `finding_id`, `review_id`, and the place;
- `judgements`: `authority`, `regime`, `fieldwork`, `report_date`, `first_day` (null: nobody dates the review, and those who
  tell may mean several), `aspect`, `scale`, `value_code`, `value_as_stated`, `time` (present: only as the outcome of the review
  that a document tells of, or as the status at its date; past: only as an earlier one; both: some as the one, some as the
  other; target; not_told) and `told`: who tells it, with `told_as` (present, past, target or not_told), the `time` of the
  brief, the `role` of the review there, `voice`, `relay`, and the place;
- `reviews`: those that several documents tell of: `authority`, `regime`, `fieldwork`, `report_date`, `first_day`, and `told`:
  the documents, each with its own dates, `name_as_stated`, `conducted_by` and `role`;
- `missing`: `document`, `state`, `removed`, `error` (its kind), `message`, `earlier_brief` (whether one is in this report).

What a schema does not have is null.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from summariser.reports import folder_reviews
from summariser.reports.folder import Folder


def render(folder: Folder) -> Iterator[str]:
    """Yield the lines of the report."""
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for name, shown in sorted(folder.authorities.items()):
        forms[shown].append(name)
    lists: dict[str, Iterable[Any]] = {
        "authorities": ({"name": name, "forms": names} for name, names in sorted(forms.items())),
        "actions": folder.actions(),
        "decisions": folder.actions(apart=True),
        "themes": (theme._asdict() for theme in folder.themes()),
        "concerns": folder.concerns(),
        "judgements": (line for each in folder.by_authority() for line in folder_reviews.judgements(each)),
        "reviews": (review for each in folder.by_authority() for review in folder_reviews.same_reviews(each)),
        "missing": folder.missing(),
    }
    yield "{"
    yield f'"folder": {_json(str(folder.out))},'
    yield f'"documents": {_json(folder.states())}'
    for name, entries in lists.items():
        yield f', "{name}": ['
        between = ""
        for entry in entries:
            yield f"{between}{_json(entry)}"
            between = ","
        yield "]"
    yield "}"


def _json(value: Any) -> str:
    # ASCII, so that no terminal, pipe or name of a file stands in the way.
    return json.dumps(value)
