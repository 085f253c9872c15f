"""Codes of payers' reports (支払報告書の区分): what a digit of the national layout says.

The published layout names its columns, not the meaning of their codes, and a validator of 2014 only
their range: what stands here is general knowledge (要確認). `means` in review/sources/layouts says
the same in words, which staff read beside the code. A code that nobody knows is for staff.
"""

from collections.abc import Mapping
from typing import Any

from review.assessment.models import SourceDocument

Kind = SourceDocument.Kind
#: (源泉)控除対象配偶者の有無 of a 給報 (要確認): 1 主有, 2 主無, 3 従有, 4 従無.
SPOUSE, SECOND_SPOUSE = 1, 3
#: 控除対象配偶者の有無等 of a 年報 (要確認): 1 一般, 2 老人, 3 無.
PENSION_SPOUSES = {1: False, 2: True}
SPOUSE_CODES = {Kind.SALARY_REPORT: range(5), Kind.PENSION_REPORT: range(4)}
ELDERLY = 1
#: 中途就職・退職の区分 (要確認): 1 就職, 2 退職.
LEFT = 2
#: 住宅借入金等特別控除区分 (要確認): 住・認・増・震, then the same as (特), (特特) and (特特特).
PLAIN_HOMES = range(1, 5)
SPECIFIED_HOMES = frozenset((*range(11, 15), *range(21, 25), *range(31, 35)))


def code_of(content: Mapping[str, Any], name: str) -> int:
    """Return a code as a number: an empty cell is 0, and so is what is no number."""
    cell = str(content.get(name) or "")
    return int(cell) if cell.isascii() and cell.isdigit() else 0


def has_left(content: Mapping[str, Any]) -> bool:
    """Tell whether a 給報 says that the person left the employer in the year (中途退職)."""
    return code_of(content.get("mid_year") or {}, "kind") == LEFT
