"""The small forms that recur in authors' files, each with the words for what would be right."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field


def written_as(pattern: str, words: str) -> AfterValidator:
    """Refuse a text that has not this pattern, saying in words what it should be."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"'{text}' should be {words}")
        return text

    return AfterValidator(check)


Text = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
FieldName = Annotated[
    str,
    Field(max_length=60),
    written_as(r"[a-z][a-z0-9_]*", "small letters and underscores, as in staff_support"),
]
FactId = Annotated[
    str, written_as(r"[A-Z][0-9]{2,3}", "a capital letter and its number, as in A01")
]
Language = Annotated[
    str, written_as(r"[a-z]{2,3}(-[A-Za-z0-9]+)*", "the code of a language, as in en or es-AR")
]
