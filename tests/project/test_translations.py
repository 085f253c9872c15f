"""The message catalogues keep up with the sources, and a planted difference is found."""

import polib
import pytest

from config import catalogues

FOUND: catalogues.Messages = {
    (None, "あと%(n)s日"): (None, ["portal/a.py"]),
    (None, "保存する"): (None, ["portal/a.py"]),
}


@pytest.fixture
def catalogue() -> polib.POFile:
    return catalogues.updated(None, "en", FOUND)


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_catalogue_is_fresh(language: str) -> None:
    kept = polib.pofile(str(catalogues.path_of(language)))
    assert catalogues.differences(kept, catalogues.sources()) == []


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_writing_again_changes_nothing(language: str) -> None:
    path = catalogues.path_of(language)
    again = catalogues.updated(polib.pofile(str(path)), language, catalogues.sources())
    assert str(again).strip() == path.read_text(encoding="utf-8").strip()


def test_new_message_is_missed(catalogue: polib.POFile) -> None:
    found = {**FOUND, (None, "送る"): (None, ["portal/a.py"])}
    assert catalogues.differences(catalogue, found) == ["missing: '送る'"]


def test_dropped_message_is_named(catalogue: polib.POFile) -> None:
    found = {key: value for key, value in FOUND.items() if key[1] != "保存する"}
    assert catalogues.differences(catalogue, found) == ["no longer used: '保存する'"]


@pytest.mark.parametrize(("text", "agrees"), [("%(n)s days left", True), ("%(d)s days", False)])
def test_placeholders_must_agree(catalogue: polib.POFile, text: str, agrees: bool) -> None:
    catalogue.find("あと%(n)s日").msgstr = text
    assert (catalogues.differences(catalogue, FOUND) == []) is agrees


def test_translations_are_kept_and_obsolete_ones_dropped(catalogue: polib.POFile) -> None:
    catalogue.find("保存する").msgstr = "Save"
    catalogue.append(polib.POEntry(msgid="古い", msgstr="old"))
    fresh = catalogues.updated(catalogue, "en", FOUND)
    assert fresh.find("保存する").msgstr == "Save"
    assert fresh.find("古い") is None
