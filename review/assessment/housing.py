"""住宅借入金等特別控除 of a 給報 (地方税法附則5条の4の2), in the words of a return."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from filing.housing import housing_of_slip
from review.assessment.codes import PLAIN_HOMES, SPECIFIED_HOMES, code_of
from review.assessment.papers import Paper
from review.sources.layouts import income_year
from tax.law import law_of

# The year before an era's first. A report states the year of moving in without its era.
_REIWA, _HEISEI = 2018, 1988
_FIRST_MOVE_IN = 1999


def housing_of(report: Paper, tax_year: str) -> dict[str, Any]:
    """Return what a 給報 leaves over of the credit, as a return states it, or nothing."""
    content, housing = report.content, report.content.get("housing") or {}
    possible = housing.get("possible") or 0
    moved = _moved_in(housing, tax_year)
    if not possible or not moved:
        return {}
    told = housing_of_slip(
        possible=possible,
        credited=content.get("housing_loan_credit") or 0,
        income=content.get("income") or 0,
        deductions=content.get("deductions_total") or 0,
    )
    return told | {"move_in_year": moved, "specified": _is_specified(housing, "first")}


def housing_doubt(report: Paper, tax_year: str) -> str:
    """Return what of the credit cannot be read and changes the tax; empty where all is clear."""
    content, housing = report.content, report.content.get("housing") or {}
    if (housing.get("possible") or 0) <= (content.get("housing_loan_credit") or 0):
        return ""
    moved = _moved_in(housing, tax_year)
    if not moved:
        return _("居住開始年月日(1回目)の年を読めないので、控除に入れていません。")
    if not content.get("income"):
        return _("給与所得控除後の金額が空なので、限度額を計算できません。")
    rule = law_of(tax_year).housing_credit
    if not rule.specified_from <= moved <= rule.specified_to:
        return ""
    if code_of(housing.get("first") or {}, "class") not in {*PLAIN_HOMES, *SPECIFIED_HOMES}:
        return _("住宅借入金等特別控除区分(1回目)を読めないので、特定取得でないものとしています。")
    if housing.get("second") and _is_specified(housing, "first") != _is_specified(
        housing, "second"
    ):
        return _("2つの家屋の区分が違います。1回目の区分によっています。")
    return ""


def _moved_in(housing: Mapping[str, Any], tax_year: str) -> int:
    """Return the year of moving in, 0 where it cannot be one.

    A number up to the income year's is of 令和: with the same number of 平成 the credit is over.
    """
    number = code_of(housing.get("first") or {}, "year")
    year = number + (_REIWA if number <= income_year(tax_year) else _HEISEI)
    return year if number and _FIRST_MOVE_IN <= year <= _REIWA + income_year(tax_year) else 0


def _is_specified(housing: Mapping[str, Any], place: str) -> bool:
    """特定取得・特別特定取得・特例特別特例取得, which have the higher ceiling."""
    return code_of(housing.get(place) or {}, "class") in SPECIFIED_HOMES
