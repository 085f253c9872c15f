"""Doubts about reports (報告書の読めない記載): what staff look at before the tax is decided."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from review.assessment.families import family_doubts, family_of
from review.assessment.housing import housing_doubt
from review.assessment.members import disabled_left
from review.assessment.papers import Paper
from review.reconcile.comparison import Difference, payer_key, yen
from review.reconcile.models import Disagreement

Kind = Disagreement.Kind
# 申告特例 is for up to five municipalities in a year (地方税法附則7条); more void them all.
_MOST_MUNICIPALITIES = 5


def doubts_of(
    reports: Sequence[Paper], family_document: Paper | None, tax_year: str
) -> Iterator[Difference]:
    """Yield what the reports say that cannot be read, with what is done until it is settled."""
    for report in reports:
        for name, said in family_doubts(report):
            yield _unclear(report, name, said)
    yield from housing_doubts(reports, tax_year)
    if family_document is not None:
        left = disabled_left(family_of(family_document), tax_year)
        if left:
            said = _("障害者の数のうち%(n)s人は、扶養している人に当てはまりません。") % {"n": left}
            yield _unclear(family_document, "disabled", said)


def housing_doubts(reports: Sequence[Paper], tax_year: str) -> Iterator[Difference]:
    """Yield what of a housing loan on the reports cannot be read."""
    for report in reports:
        if said := housing_doubt(report, tax_year):
            yield _unclear(report, "housing", said)


def _unclear(report: Paper, name: str, said: str) -> Difference:
    payer = report.content["payer"]
    key = f"{name}:{report.kind}:{payer_key(payer)}"
    return Difference(Kind.REPORT_UNCLEAR, key, said, payer, "", [str(report.pk)])


def families_differ(first: Paper, other: Paper) -> Difference:
    """Return that two reports count other people: only one of them can be right."""
    ids = [str(first.pk), str(other.pk)]
    label = _("2つの報告書の扶養が違います。1つ目によっています。")
    sides = (first.content["payer"], other.content["payer"])
    return Difference(Kind.FAMILIES_DIFFER, "families", label, *sides, ids)


def too_many_municipalities(notices: Sequence[Paper]) -> Difference | None:
    """Return that the notices are of more than five municipalities, which voids all of them.

    By the code without its check digit, as some write it; several gifts to one count once.
    """
    codes = {str(d.content.get("municipality_code") or d.source)[:5] for d in notices}
    if len(codes) <= _MOST_MUNICIPALITIES:
        return None
    donated = sum(d.content.get("donated") or 0 for d in notices)
    label = _("特例の申請が5団体を超えるので、すべて無効です。本人に知らせてください。")
    sides = (_("%(n)s団体") % {"n": len(codes)}, yen(donated))
    ids = sorted(str(d.pk) for d in notices)
    return Difference(Kind.ONE_STOP_OVER, "one_stop", label, *sides, ids, donated)
