"""A spouse beside 寡婦 or ひとり親 (配偶者との矛盾): when they contradict, what a ruling does."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from filing.calendar import died_in_year

CLAIMS = ("widow", "single_parent")


def contradiction_in(answers: Mapping[str, Any], tax_year: str) -> str:
    """Return the deduction that a spouse stands beside (地方税法292条1項11・12号), or nothing.

    A spouse who died in the year contradicts neither: both deductions are right (要確認).
    """
    spouse = answers.get("spouse") or (answers.get("family") or {}).get("spouse") or {}
    if not spouse or died_in_year(spouse.get("died_on"), tax_year):
        return ""
    personal = answers.get("personal") or {}
    return next((name for name in CLAIMS if personal.get(name)), "")


def without_claim(answers: dict[str, Any], name: str) -> dict[str, Any]:
    """Leave out 寡婦・ひとり親: there is a spouse (ほかの資料による)."""
    personal = dict(answers.get("personal") or {})
    personal.pop(name, None)
    return {**answers, "personal": personal}


def without_spouse(answers: dict[str, Any]) -> dict[str, Any]:
    """Leave out the spouse: 寡婦・ひとり親 is right (申告のとおり)."""
    answers = {name: value for name, value in answers.items() if name != "spouse"}
    if "spouse" in (family := dict(answers.get("family") or {})):
        family.pop("spouse")
        answers["family"] = family
    return answers


def with_late_spouse(answers: dict[str, Any], died_on: date) -> dict[str, Any]:
    """Give the spouse the day of death that the office found (年の中途の死亡): both stand."""
    died = {"died_on": died_on.isoformat()}
    if spouse := answers.get("spouse"):
        return {**answers, "spouse": spouse | died}
    family = answers["family"]
    return {**answers, "family": {**family, "spouse": family["spouse"] | died}}
