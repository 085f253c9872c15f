"""Characters: every real one is accepted, what hides or breaks text is refused with a sentence."""

import pytest

from filing import FilingError, read_xml, validate, write_xml
from tests.filing.cast import answers, sato, sato_return

REFUSED = [
    "\x00",
    "\x07",
    "\t",
    "\n",
    "\r",
    "\x7f",
    "\x85",
    "\u200e",
    "\u2028",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\ufffd",
    "\uffff",
    "\ud842",
    "\U0001fffe",
]


@pytest.mark.parametrize("character", REFUSED)
def test_character_that_hides_or_breaks_text_is_refused_in_a_name(character: str) -> None:
    document = sato_return(filer=sato(name=f"佐藤{character}花子"))

    with pytest.raises(FilingError) as refusal:
        write_xml(document)

    assert refusal.value.field == "filer.name"
    assert refusal.value.message == (
        "氏名に使えない文字(目に見えない制御文字など)があります。その文字を消して入力し直してください。"
    )


@pytest.mark.parametrize("character", ["\t", "\x85", "\u200e", "\u202e", "\ufeff", "\U0001fffe"])
def test_refused_character_is_refused_in_a_document_too(character: str) -> None:
    text = write_xml(sato_return()).decode().replace("佐藤　花子", f"佐藤{character}花子")

    with pytest.raises(FilingError):
        read_xml(text.encode())


def test_note_may_have_several_lines() -> None:
    reason = {
        "reason": "other",
        "note": "病気で療養中でした。\n収入はありません。",
        "supporter": "",
    }
    document = sato_return({"income_kinds": [], "no_income": reason})

    assert read_xml(write_xml(document)).answers["no_income"] == reason


def test_private_gaiji_is_accepted_and_pointed_out() -> None:
    document = sato_return(filer=sato(name="渡\ue000 花子"))

    assert read_xml(write_xml(document)) == document
    assert [(p.field, p.rule, p.level) for p in validate(document)] == [
        ("filer.name", "private_use", "warning")
    ]


def test_name_is_neither_composed_nor_folded() -> None:
    separate, compatibility = "がくと".replace("が", "か\u3099"), "\ufa19"
    document = sato_return(answers(), filer=sato(name=separate + compatibility))

    assert read_xml(write_xml(document)).filer.name == "か\u3099くと\ufa19"


def test_limit_counts_characters_not_bytes() -> None:
    document = sato_return(filer=sato(name="𠮷" * 200))

    assert read_xml(write_xml(document)).filer.name == "𠮷" * 200
    with pytest.raises(FilingError, match="200文字以内"):
        write_xml(sato_return(filer=sato(name="𠮷" * 201)))
