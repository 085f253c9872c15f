"""What a return makes void or leaves out (申告でなくなるもの), told before it is signed.

A return stands in place of what others reported: who files for one deduction loses the rest,
unless it is entered as well.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.interview.flow import Step
from portal.interview.links import url_of
from portal.interview.model import Situation
from portal.interview.sections import BY_CODE

# The premiums and the loan of 年末調整, which the return has to repeat (法317条の2).
YEAR_END = _(
    "年末調整で受けた控除(生命保険、家族、住宅ローンなど)も、ここで入力したものだけを使います。"
)
# ワンストップ特例 is void for who files (法附則7条).
ONE_STOP = _(
    "ふるさと納税のワンストップ特例は、申告すると無効になります。出した人は、寄附をすべて入力してください。"
)


def told_of(situation: Situation) -> list[tuple[str | Promise, str]]:
    """Return what to think of once more, and where it is entered; [] where nothing gets lost."""
    if not situation.kinds or situation.locked:
        return []
    told: list[tuple[str | Promise, str]] = []
    if "salary" in situation.kinds:
        told.append((YEAR_END, _place(situation, _premiums(situation))))
    if "donations" not in situation.answers("more").get("which", []):
        told.append((ONE_STOP, _place(situation, Step("more", "which"))))
    return told


def _premiums(situation: Situation) -> Step:
    """Return where premiums are told: all at once, or the first where they are asked singly."""
    at_once = BY_CODE["social-insurance"].page("which")
    asked = at_once is not None and at_once.applies(situation)
    return Step("social-insurance", "which") if asked else Step("insurance", "life-paid")


def _place(situation: Situation, step: Step) -> str:
    return url_of(situation.place, step, back="check")
