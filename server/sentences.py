"""What people read where a field, a setting or a file is not as it should be: by pydantic's kinds of errors."""

from __future__ import annotations

from pydantic_core import ErrorDetails

_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not known here: check its spelling, or leave it out",
    "string_type": "should be text",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long: at most {max_length} characters",
    "int_type": "should be a whole number",
    "int_parsing": "should be a whole number, for example 3",
    "int_from_float": "should be a whole number",
    "float_type": "should be a number",
    "float_parsing": "should be a number, for example 90",
    "finite_number": "should be a number",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "greater_than": "should be more than {gt}",
    "greater_than_equal": "should be at least {ge}",
    "less_than_equal": "should be at most {le}",
    "too_short": "should have at least {min_length} in it",
    "too_long": "should have at most {max_length} in it",
    "literal_error": "should be {expected}",
}


def sentence(error: ErrorDetails) -> str:
    """To be read after the name of what is wrong. Other kinds have a sentence of their own."""
    known = _SENTENCES.get(error["type"])
    return known.format(**error.get("ctx", {})) if known else str(error["msg"]).removeprefix("Value error, ")
