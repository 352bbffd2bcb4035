"""What a browser makes of a text of HTML, for the tests of reports."""

from __future__ import annotations

from html.parser import HTMLParser


class Elements(HTMLParser):
    """The names of all elements, and the names of all attributes, in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [name for name, _ in attrs]
