"""Reports of a run: for the terminal, as Markdown, as a page and as JUnit XML."""

from punie.evaluation.report.html import Surroundings, html_report, write_html
from punie.evaluation.report.junit import junit_report, write_junit
from punie.evaluation.report.markdown import markdown_report, write_markdown
from punie.evaluation.report.schema import SCHEMA_FILE, acceptance_schema
from punie.evaluation.report.terminal import terminal_report, terminal_width, wants_colour

__all__ = [
    "SCHEMA_FILE",
    "Surroundings",
    "acceptance_schema",
    "html_report",
    "junit_report",
    "markdown_report",
    "terminal_report",
    "terminal_width",
    "wants_colour",
    "write_html",
    "write_junit",
    "write_markdown",
]
