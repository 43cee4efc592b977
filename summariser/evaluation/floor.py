"""The scores below which the embedded engine may not fall, kept in `baseline.json` beside the suites.

They are what the engine last scored, so a change that costs anything must be weighed and the floor be set anew on purpose.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from summariser import gold
from summariser.errors import SettingsError
from summariser.evaluation.report import Report
from summariser.evaluation.runs import write_whole
from summariser.evaluation.suites import Suite

# Scores are the same on every machine but for the last digits of sums.
_SLACK = 1e-6


def path_of(suite: Suite) -> Path:
    """Return where the floors of a suite and its neighbours are kept."""
    return suite.folder.parent / "baseline.json"


def below(report: Report) -> list[str]:
    """Return what is wrong, a sentence for each headline score that is below the floor; empty if there is no floor.

    Raises:
        SettingsError: the file of floors is not JSON.
    """
    floor = _floors(report.suite).get(report.suite.name)
    if floor is None or report.run.about["engine"] != "extractive":
        return []
    if floor["digest"] != report.suite.digest:
        return [f"the suite has changed since {path_of(report.suite)} was written: look at the scores, then use --set-floor"]
    wrong = []
    headlines = {score.metric.name: score for score in report.scores.scores if score.metric.headline}
    if set(headlines) != set(floor["scores"]):
        return [f"the headline metrics have changed since {path_of(report.suite)} was written: use --set-floor"]
    for name, least in floor["scores"].items():
        score = headlines[name]
        # What a judge said is no measure of what was scored without one.
        if least is None or (report.judged is not None and score.metric.group == "Trust"):
            continue
        value = score.estimate.value
        worse = value is None or (value < least - _SLACK if score.metric.better == "higher" else value > least + _SLACK)
        if worse:
            wrong.append(f"{name} is {'not applicable' if value is None else f'{value:.4f}'}, and its floor is {least:.4f}")
    return wrong


def lay(report: Report) -> None:
    """Make the headline scores of a run the floor.

    Raises:
        SettingsError: it was no run of the embedded engine, or a judge scored it, or the file cannot be written.
    """
    if report.run.about["engine"] != "extractive" or report.judged is not None:
        raise SettingsError("only the embedded engine has a floor, and without a judge")
    scores = {
        score.metric.name: None if score.estimate.value is None else round(score.estimate.value, 6)
        for score in report.scores.scores
        if score.metric.headline
    }
    floors = {**_floors(report.suite), report.suite.name: {"digest": report.suite.digest, "scores": scores}}
    try:
        write_whole(path_of(report.suite), json.dumps(floors, indent=1, sort_keys=True) + "\n")
    except OSError as error:
        raise SettingsError(f"the floor cannot be written ({error.strerror})") from None


def _floors(suite: Suite) -> Mapping[str, Any]:
    path = path_of(suite)
    return gold.read_json(path) if path.is_file() else {}
