"""Reports of a run: for the terminal and as Markdown."""

from punie.evaluation.report.markdown import markdown_report, write_markdown
from punie.evaluation.report.terminal import terminal_report, terminal_width, wants_colour

__all__ = ["markdown_report", "terminal_report", "terminal_width", "wants_colour", "write_markdown"]
