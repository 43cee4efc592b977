"""How scores are shown. To add a form, write a module here and a line in the table."""

from collections.abc import Callable

from summariser.evaluation.report import Report
from summariser.reports import markdown, page

# By the name of the file in the run's folder.
REPORTS: dict[str, Callable[[Report], str]] = {"report.md": markdown.render, "report.html": page.render}
