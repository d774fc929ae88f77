"""What a schema refuses, in words that tell the author what would be right."""

import re
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from coursesite.authored.problems import did_you_mean
from coursesite.authored.tree import Location

_SENTENCES = {
    "missing": "{name} is missing",
    "string_type": "{name} should be text (put quotes around a number or a date)",
    "int_type": "{name} should be a whole number",
    "int_from_float": "{name} should be a whole number",
    "float_type": "{name} should be a number",
    "bool_type": "{name} should be true or false",
    "list_type": "{name} should be a list, one '- ' on a line",
    "tuple_type": "{name} should be a list, one '- ' on a line",
    "dict_type": "{name} should be keys with values",
    "model_type": "{name} should be keys with values",
    "model_attributes_type": "{name} should be keys with values",
    "string_too_short": "{name} should not be empty",
    "string_too_long": "{name} should have at most {max_length} characters",
    "too_short": "{name} should have at least {min_length} entries, not {actual_length}",
    "too_long": "{name} should have at most {max_length} entries, not {actual_length}",
    "greater_than": "{name} should be more than {gt}",
    "greater_than_equal": "{name} should be at least {ge}",
    "less_than": "{name} should be less than {lt}",
    "less_than_equal": "{name} should be at most {le}",
    "union_tag_not_found": "{discriminator} is missing",
    "value_error": "{name}: {error}",
    "assertion_error": "{name}: {error}",
}
_CHOICES = {"enum": "expected", "literal_error": "expected", "union_tag_invalid": "expected_tags"}


def sentence(detail: ErrorDetails, schema: type[BaseModel]) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(detail["loc"], schema)
    if kind in _CHOICES:
        return _wrong_choice(detail, str(context[_CHOICES[kind]]))
    if kind.startswith("date_"):
        return f"{_name(detail['loc'])} should be a date like 2027-11-01"
    if kind == "string_pattern_mismatch":
        return _wrong_form(detail)
    if kind == "too_short" and context["min_length"] == 1:
        kind = "string_too_short"
    if kind in _SENTENCES:
        told = _SENTENCES[kind].format(name=_name(detail["loc"]), **context)
        return told.removesuffix(", not None")  # of keys that are too many, nobody counts all
    return f"{_name(detail['loc'])}: {detail['msg']}"


def _name(location: Location) -> str:
    words = [part for part in location if isinstance(part, str)]
    if not location or not words:
        return "this"
    if isinstance(location[-1], int):
        return f"entry {location[-1] + 1} of '{words[-1]}'"
    return f"'{words[-1]}'"


def _unknown_key(location: Location, schema: type[BaseModel]) -> str:
    key, known = str(location[-1]), _keys_at(schema, location[:-1])
    if key in known:
        return f"the key '{key}' is not used here"
    return f"unknown key '{key}'{did_you_mean(key, known)}"


def _wrong_choice(detail: ErrorDetails, expected: str) -> str:
    context = detail.get("ctx", {})
    name = context.get("discriminator", _name(detail["loc"]))
    given = str(context.get("tag", detail["input"]))
    known = re.findall(r"'([^']*)'", expected)
    return f"{name} cannot be '{given}'{did_you_mean(given, known)}"


def _wrong_form(detail: ErrorDetails) -> str:
    return (
        f"{_name(detail['loc'])} cannot be '{detail['input']}': use small letters, "
        "digits and hyphens, beginning with a letter"
    )


def _keys_at(schema: type[BaseModel], location: Location) -> list[str]:
    models = {schema}
    for part in location:
        fields = [model.model_fields.get(str(part)) for model in models]
        below = [_models_in(found.annotation) for found in fields if found]
        models = set().union(*below) if below else models
    return sorted({key for model in models for key in model.model_fields})


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return set().union(*(_models_in(argument) for argument in get_args(annotation)))
