"""Deductions that a 支払報告書 has and a 住民税申告 does not claim (申告にない報告書の控除).

Who files for one deduction often leaves out what the employer (年末調整) or the pension's payer
reported already. Which of the two is meant is for staff to say: each such deduction is listed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from review.assessment.families import stating_family
from review.assessment.inputs import premiums_of
from review.assessment.members import relatives_counted, stated_family
from review.assessment.papers import Paper
from review.reconcile.comparison import Difference, yen
from review.reconcile.models import Disagreement
from review.reconcile.rulings import Rulings

LABELS = {
    "life": "生命保険料控除",
    "earthquake": "地震保険料控除",
    "personal": "障害者・寡婦・ひとり親・勤労学生の控除",
    "special_rules": "所得金額調整控除",
}
_PREMIUMS = ("life", "earthquake")
_NOT_CLAIMED = Disagreement.Kind.NOT_CLAIMED


class Unclaimed(NamedTuple):
    """What a report has of one block of the answers, and which documents say so."""

    block: str
    value: Any
    documents: list[str]
    label: str
    reported: str
    amount: int | None


def unclaimed(
    answers: Mapping[str, Any],
    reports: Sequence[Paper],
    counted: Sequence[Paper],
    tax_year: str,
) -> Iterator[Unclaimed]:
    """Yield what the reports have and the answers of a return lack; premiums of the `counted`."""
    for block, (value, documents) in premiums_of(counted).items():
        stated = answers.get(block) or {}
        # Of premiums a return tells all or none; of circumstances each by itself.
        names = stated if block in _PREMIUMS else value
        if block in LABELS and not any(stated.get(name) for name in names):
            amount = sum(value.values()) if block in _PREMIUMS else None
            said = LABELS[block] if amount is None else yen(amount)
            yield Unclaimed(block, value, documents, LABELS[block], said, amount)
    if answers.get("spouse") or answers.get("relatives"):
        return
    for main in stating_family(reports)[:1]:
        family = stated_family(main, tax_year)
        people = relatives_counted(family)
        words = [_("配偶者")] if "spouse" in family else []
        words += [_("扶養親族など %(n)s人") % {"n": people}] if people else []
        yield Unclaimed("family", family, [str(main.pk)], "扶養控除など", "、".join(words), None)


def listed(found: Unclaimed, own_id: str) -> Difference:
    """Return the line of the list (チェックリスト) for one of them."""
    return Difference(
        _NOT_CLAIMED,
        key_of(found.block),
        _("支払報告書の%(deduction)s") % {"deduction": found.label},
        "",
        found.reported,
        [own_id, *found.documents],
        found.amount,
    )


def is_taken(block: str, rulings: Rulings) -> bool:
    """Tell whether staff decided that the report counts (ほかの資料による)."""
    ruling = rulings.get((_NOT_CLAIMED, key_of(block)))
    return ruling is not None and ruling.denies


def key_of(block: str) -> str:
    return f"deduction:{block}"
