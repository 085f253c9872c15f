"""控除の効き目: what each claimed deduction or credit took off the year's tax."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

_CLAIMS = {
    "casualty_deduction": "雑損控除",
    "casualty": "雑損控除",
    "medical": "医療費控除",
    "self_medication": "医療費控除（セルフメディケーション税制）",
    "social_insurance": "社会保険料控除",
    "small_mutual_aid": "小規模企業共済等掛金控除",
    "life": "生命保険料控除",
    "earthquake": "地震保険料控除",
    "spouse": "配偶者（特別）控除など",
    "relatives": "扶養控除・特定親族特別控除など",
    "furusato": "寄附金税額控除（ふるさと納税）",
    "other_donation": "寄附金税額控除（その他の寄附）",
    "housing": "住宅借入金等特別税額控除",
    "foreign_tax": "外国税額控除",
    "withheld_split": "配当割額・株式等譲渡所得割額控除",
}
_FLAGS = {
    "disability": "障害者控除",
    "widow": "寡婦控除",
    "single_parent": "ひとり親控除",
    "working_student": "勤労学生控除",
}


def savings_of(inputs: Mapping[str, Any], what_if: Callable[..., int]) -> list[tuple[str, int]]:
    """Each claim with the tax that it saved: the year's tax without it less the tax with it."""
    found = [
        (label, what_if(**{claim: None})) for claim, label in _CLAIMS.items() if inputs.get(claim)
    ]
    return [*found, *_flags(inputs, what_if)]


def _flags(inputs: Mapping[str, Any], what_if: Callable[..., int]) -> Iterator[tuple[str, int]]:
    flags = inputs.get("flags") or {}
    for flag, label in _FLAGS.items():
        if flags.get(flag):
            others = {name: value for name, value in flags.items() if name != flag}
            yield label, what_if(flags=others)
