"""A form as a browser sends it when nothing was changed."""

from html.parser import HTMLParser

from coursesite.authoring.library.questions import Row, Sheet
from coursesite.authoring.library.questions.sheet import YES

Sent = dict[str, list[str]]


def form_of(sheet: Sheet) -> Sent:
    form = {
        key: [text.replace("\n", "\r\n")] for key, text in sheet.fields.items() if key not in YES
    }
    form |= {key: ["y"] for key in YES if sheet.entry.data.get(key) is True}
    for row in sheet.rows:
        form |= _row(sheet, row)
    for number in (len(sheet.rows), len(sheet.rows) + 1):
        form |= {f"row-{number}-was": [""], f"row-{number}-text": [""]}
    return form


def _row(sheet: Sheet, row: Row) -> Sent:
    name = f"row-{row.number}"
    form = {f"{name}-was": [str(row.number)], f"{name}-place": [str(row.number + 1)]}
    for key, text in row.values.items():
        if key not in {"correct", "id"}:
            form[f"{name}-{key}"] = [text.replace("\n", "\r\n")]
    if row.correct:
        single = sheet.entry.type == "single"
        form["correct" if single else f"{name}-correct"] = [str(row.number)]
    return form


class _Fields(HTMLParser):
    """The fields of a page's forms, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.form: Sent = {}
        self._area = ""
        self._select = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and (
            given.get("type") not in {"radio", "checkbox"} or "checked" in given
        ):
            self.form.setdefault(name, []).append(value)
        elif tag == "textarea":
            self._area, self._text = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.form[self._select] = [value]

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.form[self._area] = [self._text.removeprefix("\n").replace("\n", "\r\n")]
        elif tag == "select":
            self._select = ""


def fields_on(html: str) -> Sent:
    fields = _Fields()
    fields.feed(html)
    return {name: values for name, values in fields.form.items() if name != "csrf_token"}
