"""Templates filled in, one jinja environment per language: HTML is escaped, an unknown name is an error."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from transcripts.plain import lines, one_line
from transcripts.wording import LOCALES, Wording

_INDENT: Final = "    "


def fill(template: str, locale: str, **values: Any) -> str:
    """The template's text. Templates named `*.txt.j2` are plain text; every other one is HTML and escapes values."""
    return _environment(Wording(locale).locale).get_template(template).render(**values)


def fill_mail(template: str, locale: str, **values: Any) -> str:
    """HTML for mail readers: styles stand in the elements, only the rules for the dark scheme and phones stay above."""
    inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
    return inliner.inline(fill(template, locale, **values))


def tidied(text: str) -> str:
    """Plain text with at most one empty line in a row and none at either end."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip() + "\n"


def indented(text: str) -> str:
    """Somebody's words, set apart: no line of theirs can pass for one of ours."""
    return "\n".join(_INDENT + line for line in lines(text))


@lru_cache(maxsize=len(LOCALES))
def _environment(locale: str) -> Environment:
    env = Environment(
        loader=PackageLoader("transcripts"),
        autoescape=select_autoescape(disabled_extensions=("txt.j2",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(indented=indented, lines=lines, one_line=one_line)
    Wording(locale).install_in(env)
    return env
