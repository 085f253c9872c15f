"""The catalogues keep up with the sources, nothing is missing, and a planted fault is found."""

import tomllib

import polib
import pytest

from config.translations import catalogues, scopes
from config.translations.library_texts import texts_of
from config.translations.scopes import Catalogue
from config.translations.sources import ROOT, Messages

ENGLISH, EASY = scopes.CATALOGUES[:2]
EVERY = [(one, domain) for one in scopes.CATALOGUES for domain in catalogues.DOMAINS]
FOUND: Messages = {
    (None, "あと%(n)s日"): (None, ["portal/a.py"]),
    (None, "保存する"): (None, ["portal/a.py"]),
}


@pytest.fixture
def kept() -> polib.POFile:
    made = catalogues.updated(polib.POFile(), ENGLISH, FOUND)
    made.find("あと%(n)s日").msgstr = "%(n)s days left"
    made.find("保存する").msgstr = "Save"
    return made


@pytest.mark.parametrize(
    ("catalogue", "domain"), EVERY, ids=lambda one: getattr(one, "folder", one)
)
def test_catalogue_is_complete_and_fresh(catalogue: Catalogue, domain: str) -> None:
    found = catalogues.sources(catalogue, domain)
    assert catalogues.differences(catalogues.read(catalogue, domain), found) == []


@pytest.mark.parametrize(
    ("catalogue", "domain"), EVERY, ids=lambda one: getattr(one, "folder", one)
)
def test_writing_again_changes_nothing(catalogue: Catalogue, domain: str) -> None:
    found = catalogues.sources(catalogue, domain)
    again = catalogues.updated(catalogues.read(catalogue, domain), catalogue, found)
    path = catalogues.path_of(catalogue, domain)
    assert str(again).strip() == path.read_text(encoding="utf-8").strip()


def test_new_message_is_missed(kept: polib.POFile) -> None:
    found = {**FOUND, (None, "送る"): (None, ["portal/a.py"])}
    assert catalogues.differences(kept, found) == ["missing: '送る'"]


def test_empty_translation_is_named(kept: polib.POFile) -> None:
    kept.find("保存する").msgstr = ""
    assert catalogues.differences(kept, FOUND) == ["not translated: '保存する'"]


def test_dropped_message_is_named(kept: polib.POFile) -> None:
    found = {key: value for key, value in FOUND.items() if key[1] != "保存する"}
    assert catalogues.differences(kept, found) == ["no longer used: '保存する'"]


@pytest.mark.parametrize(
    "text", ["%(d)s days", "days", "%(n)s <b>days</b>"], ids=["another", "none", "markup"]
)
def test_placeholders_and_markup_must_agree(kept: polib.POFile, text: str) -> None:
    kept.find("あと%(n)s日").msgstr = text
    assert catalogues.differences(kept, FOUND) == ["other placeholders: 'あと%(n)s日'"]


def test_translations_are_kept_and_obsolete_ones_dropped(kept: polib.POFile) -> None:
    kept.append(polib.POEntry(msgid="古い", msgstr="old"))
    fresh = catalogues.updated(kept, ENGLISH, FOUND)
    assert fresh.find("保存する").msgstr == "Save"
    assert fresh.find("古い") is None


def test_what_only_staff_read_is_not_asked_for() -> None:
    korean = next(one for one in scopes.CATALOGUES if one.folder == "ko")
    staff, landing, later = (
        ["review/cases/forms.py"],
        ["templates/portal/landing.html", "review/cases/forms.py"],
        ["templates/portal/sign.html"],
    )
    assert [ENGLISH.needs(files) for files in (staff, landing, later)] == [False, True, True]
    assert [korean.needs(files) for files in (staff, landing, later)] == [False, True, False]


def test_texts_of_a_library_are_found_with_their_places_numbered() -> None:
    code = '''
    """文書の説明."""
    def say(name, yen):
        """関数の説明."""
        return f"{name}は{yen:,}円です。" + "以上。"
    '''
    assert sorted(texts_of("if True:" + code)) == ["{0}は{1}円です。", "以上。"]


def test_phrase_of_the_office_says_in_english_what_the_catalogue_says() -> None:
    """Else an English resident reads it twice: the portal tells such a pair once."""
    path = ROOT / "review" / "cases" / "phrases.toml"
    phrases = tomllib.loads(path.read_text(encoding="utf-8")).values()
    file = polib.pofile(str(ROOT / "locale" / "en" / "LC_MESSAGES" / "library.po"))
    told = {entry.msgid: entry.msgstr for entry in file}
    assert {phrase["ja"]: told[phrase["ja"]] for phrase in phrases} == {
        phrase["ja"]: phrase["en"] for phrase in phrases
    }
