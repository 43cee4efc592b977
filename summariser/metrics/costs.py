"""What counts for a run itself: documents briefed at all, seconds, tokens, dollars."""

from collections.abc import Callable

from summariser.metrics.cases import Case
from summariser.metrics.scores import Tally


def briefed(case: Case) -> Tally | None:
    """Count the documents that have a brief."""
    return {"hits": not case.failed, "of": 1}


def spent(name: str) -> Callable[[Case], Tally | None]:
    """Return what making a brief took, by the name of a field of `Running`."""

    def tally(case: Case) -> Tally | None:
        amount = getattr(case.running, name)
        return None if amount is None else {"hits": amount, "of": 1}

    return tally
