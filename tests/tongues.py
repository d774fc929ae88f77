"""In which language each piece of a page's text is said to be."""

from html.parser import HTMLParser

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track"})
SILENT = frozenset({"script", "style", "template", "title"})


class _Tongues(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inside: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            around = self.inside[-1][1] if self.inside else ""
            self.inside.append((tag, dict(attrs).get("lang") or around))

    def handle_endtag(self, tag: str) -> None:
        if tag in {name for name, _ in self.inside}:
            while self.inside.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not SILENT & {name for name, _ in self.inside}:
            self.found.append((self.inside[-1][1] if self.inside else "", " ".join(data.split())))


def tongues_of(page: str) -> list[tuple[str, str]]:
    """Each piece of text that is seen or read out, with its language, as the page has it."""
    reader = _Tongues()
    reader.feed(page)
    return reader.found
