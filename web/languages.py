"""Chinese first, English second (语言): the Chinese text is the key, ``en/`` holds the other one."""

from __future__ import annotations

import io
from functools import cache, cached_property
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, session
from flask_babel import Babel, Domain, get_locale

LANGUAGES = {"zh": "中文", "en": "English"}
_FOLDER = Path(__file__).parent / "translations"


@cache
def _translations(language: str) -> NullTranslations:
    """A language's texts, one file an area, compiled in memory: nobody has to build anything."""
    texts = Translations()
    for path in sorted((_FOLDER / language).glob("*.po")):
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=language)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        texts.merge(Translations(compiled))
    return texts


class _Texts(Domain):
    """Our texts, straight from the editable files."""

    def get_translations(self) -> NullTranslations:
        """Of the request's language."""
        locale = get_locale()
        return _translations(locale.language) if locale else NullTranslations()


class _Babel(Babel):
    @cached_property
    def domain_instance(self) -> Domain:
        """Where texts are looked up."""
        return _Texts()


def _chosen() -> str:
    language = session.get("language")
    return language if language in LANGUAGES else "zh"


def init_app(app: Flask) -> None:
    """Choose by what the user has chosen, never by what a browser was shipped with."""
    _Babel(app, default_locale="zh", locale_selector=_chosen)
    app.jinja_env.globals.update(get_locale=get_locale, languages=LANGUAGES)
