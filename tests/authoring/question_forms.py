"""A form as a browser sends it when nothing was changed."""

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
