"""Every word that code and templates show to a customer stands in all six catalogues."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from transcripts.wording import LOCALES

ROOT = Path(__file__).parents[3]
LOCALE = ROOT / "transcripts" / "locale"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
NEEDED_LETTERS = {"el": "[α-ωά-ώ]", "ru": "[а-яё]"}
Msgid = str | tuple[str, ...]


@lru_cache
def used() -> dict[Msgid, str]:
    """Each msgid in code and templates, with a place where it stands."""
    with (LOCALE / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found: dict[Msgid, str] = {}
    for file_name, line, message, _, _ in extract_from_dir(
        ROOT, methods, options, keywords=KEYWORDS, directory_filter=_is_ours
    ):
        found[message if isinstance(message, str) else tuple(message[:2])] = f"{file_name}:{line}"
    return found


def _is_ours(folder: str | Path) -> bool:
    first = Path(folder).relative_to(ROOT).parts[:1]
    return first in {(), ("transcripts",), ("server",)}


@lru_cache
def catalogue(locale: str) -> Catalog:
    with (LOCALE / locale / "LC_MESSAGES" / "semafor.po").open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def strings_of(locale: str, msgid: Msgid) -> list[str]:
    """What the catalogue says for it; empty where it says nothing."""
    message = catalogue(locale).get(msgid)
    if message is None or message.id != msgid or message.fuzzy:
        return []
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


def faults(locale: str) -> Iterator[str]:
    for msgid, place in used().items():
        strings = strings_of(locale, msgid)
        forms = 1 if isinstance(msgid, str) else catalogue(locale).num_plurals
        if len(strings) != forms or not all(strings):
            yield f"{place}: {msgid!r} has {len([s for s in strings if s])} of {forms} forms"
        wanted = placeholders(msgid if isinstance(msgid, str) else msgid[1])
        for string in strings:
            if placeholders(string) != wanted or "%" in re.sub(r"%\(\w+\)s|%%", "", string):
                yield f"{place}: {string!r} has other placeholders than {msgid!r}"
            if locale in NEEDED_LETTERS and not re.search(NEEDED_LETTERS[locale], string):
                yield f"{place}: {string!r} is not in the language"


def test_words_are_found_in_code_and_in_templates() -> None:
    places = " ".join(used().values())

    assert "transcripts/wording.py" in places
    assert "transcripts/templates/" in places


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_is_translated_with_its_placeholders_and_plural_forms(locale: str) -> None:
    assert list(faults(locale)) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalogue_holds_nothing_that_is_no_longer_said(locale: str) -> None:
    kept = {message.id for message in catalogue(locale) if message.id}

    assert kept - set(used()) == set()


@pytest.mark.parametrize(("locale", "forms"), [("en", 2), ("cs", 3), ("sk", 3), ("pl", 3), ("el", 2), ("ru", 3)])
def test_a_catalogue_has_the_plural_forms_of_its_language(locale: str, forms: int) -> None:
    assert catalogue(locale).num_plurals == forms


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if locale != "en"])
def test_no_sentence_is_left_in_english(locale: str) -> None:
    sentences = [msgid for msgid in used() if isinstance(msgid, str) and msgid.count(" ") > 2]

    assert [msgid for msgid in sentences if strings_of(locale, msgid) == [msgid]] == []
