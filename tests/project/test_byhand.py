"""docs/portal.md says what the last measurement of filing by hand found, and nothing else."""

import json

from bench.byhand import page
from bench.byhand.hand import Count, seconds


def test_table_in_the_docs_is_made_from_the_result() -> None:
    text = page.PAGE.read_text(encoding="utf-8")

    assert page.rewritten(text) == text


def test_both_returns_were_filed_to_the_receipt() -> None:
    found = json.loads(page.RESULT.read_text(encoding="utf-8"))["filers"]

    ends = {
        name: {way: one["names"][-1] for way, one in ways.items()} for name, ways in found.items()
    }
    both = {"password": "receipt", "app": "receipt"}
    assert ends == {"pensioner": both, "part_timer": both}


def test_seconds_are_the_sum_of_their_parts() -> None:
    count = Count(taps=10, minds=10, fields=2, keys=20, swipes=3, amounts=1, cards=1)
    count.question_characters, count.other_characters = 500, 1000

    found = seconds(count, 0.5)

    assert (found["decide"], found["tap"], found["type"]) == (14, 13, 11)
    # 13.5 + 13 + 10.8 + 3 + 3 + 5
    sums = ("hands", "with_questions_read", "with_every_word_read")
    assert [found[name] for name in sums] == [48, 108, 228]


def test_what_the_phone_offers_is_a_tap_in_place_of_the_keys() -> None:
    count = Count(taps=2, fields=2, keys=30, offered=1, offered_keys=20)

    found = seconds(count, 0.5)

    # Of 2.6 + 0.8 + 15 seconds, 20 keys and the hand to the keyboard go, and a tap comes.
    assert (found["hands"], found["with_questions_read_and_offers_taken"]) == (18, 9)
