"""When who filed is to pay by hand (自分で納める日), by the plan of what was filed (目安)."""

from datetime import date

from portal.collecting import ways_of
from portal.copies.schedule import pay_dates
from portal.estimate import assess
from portal.interview.model import Situation
from portal.models import Submission


def days_to_pay(submission: Submission) -> list[date]:
    """Return the days (納期限); all four of the year where the answers tell nothing any more."""
    situation = Situation(submission.content, submission.tax_year)
    assessment = assess(situation)
    if assessment is None:
        return pay_dates(submission.tax_year)
    if not assessment.result["total"]:
        return []
    ways = ways_of(assessment, situation)
    return [day for day, _yen in ways.ordinary]
