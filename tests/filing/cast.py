"""The fixed cast of these tests: 佐藤 files, her husband and children stand in her return."""

from dataclasses import replace
from datetime import date
from typing import Any

from filing import Answers, Person, Return

FILING_ID = "0b9d3d3e-1f5e-4d50-8a3e-0123456789ab"
NUMBERS = ("123456789018", "234567890121", "100000000005")

SATO = Person(
    name="佐藤　花子",
    kana="サトウ　ハナコ",
    birth_date=date(1985, 4, 1),
    sex="2",
    address="熊本市中央区手取本町1番1号",
    personal_number=NUMBERS[0],
)

SALARY = {
    "payer": "株式会社くまもと商店",
    "revenue": 3_200_000,
    "withheld_tax": 52_000,
    "social_insurance": 480_000,
}


def spouse(**changes: Any) -> dict[str, Any]:
    return {
        "name": "佐藤　太郎",
        "kana": "サトウ　タロウ",
        "birth_date": "1984-12-24",
        "personal_number": NUMBERS[1],
        "total_income": 0,
        "living": "together",
        "disability": "",
    } | changes


def child(**changes: Any) -> dict[str, Any]:
    return {
        "name": "佐藤　葵",
        "kana": "サトウ　アオイ",
        "relation": "child",
        "birth_date": "2009-06-15",
        "personal_number": NUMBERS[2],
        "total_income": 0,
        "living": "together",
        "disability": "",
        "cohabiting_parent": False,
    } | changes


def answers(**changes: Any) -> Answers:
    """A plain salaried return, with these blocks put in or, by None, taken out."""
    blocks = {"income_kinds": ["salary"], "salaries": [dict(SALARY)]} | changes
    return {code: block for code, block in blocks.items() if block is not None}


def sato_return(document_answers: Answers | None = None, **changes: Any) -> Return:
    """A return of 佐藤 for R9; keywords change the header, `filer` changes go through `sato`."""
    document = Return(
        tax_year="R9",
        filing_id=FILING_ID,
        version=1,
        challenge="3f2a9c",
        prepared_on=date(2027, 2, 1),
        municipality_code="431001",
        filer=SATO,
        address_jan1=SATO.address,
        phone="096-328-2181",
        purpose_version="2026-1",
        answers=answers() if document_answers is None else document_answers,
    )
    return replace(document, **changes)


def sato(**changes: Any) -> Person:
    return replace(SATO, **changes)
