"""The page on accessibility says what was found, on which day, as it was recorded."""

from datetime import date

import pytest

from portal import examined


def test_record_keeps_other_looks_and_replaces_the_same(tmp_path):
    file = tmp_path / "examined.toml"
    first = {"on": date(2026, 11, 1), "pages": 10, "problems": 2}
    later = {"on": date(2026, 11, 27), "pages": 12, "problems": 0}

    examined.record("4.12.1", {"ja-phone": first, "en-desk": first}, file)
    examined.record("4.13.0", {"ja-phone": later}, file)

    assert examined.load(file) == {
        "axe": "4.13.0",
        "looks": {"en-desk": first, "ja-phone": later},
    }


def test_look_is_told_in_words(tmp_path):
    file = tmp_path / "examined.toml"
    counted = {"on": date(2026, 11, 27), "pages": 12, "problems": 0}

    examined.record("4.12.1", {"easy-phone-dark": counted, "ja-sheet-print": counted}, file)

    assert [[str(word) for word in one.words] for one in examined.examinations(file)] == [
        ["やさしい日本語", "スマートフォン(幅360px)", "暗い画面"],
        ["日本語", "印刷"],
    ]


@pytest.mark.django_db
def test_page_shows_every_look_that_was_recorded(client):
    page = client.get("/accessibility/").content.decode()

    told = [
        f"{one.pages}画面を調べ、問題は{one.problems}件でした。" for one in examined.examinations()
    ]
    assert [one in page for one in told] == [True] * len(told)
    assert (page.count("画面を調べ、問題は"), len(told) > 0) == (len(told), True)
    assert f"axe {examined.load()['axe']} " in page
