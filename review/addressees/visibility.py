"""Hidden people (他業務参照不可): shown to nobody outside this office's work on the returns.

Data from 住基ネット carry the mark. Who works in one of the city's departments for the tax, with a
right that covers the returns, sees them; for everybody else they are not there. Where the city
names no department, nobody sees them.
"""

from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet

from config.context import load_municipality_file
from review.staff.models import StaffMember
from review.staff.roles import PERSONAL_ROLES

PROCEDURE = "resident-tax-return"
Row = TypeVar("Row", bound=Model)


def sees_restricted(member: StaffMember | None) -> bool:
    """Tell whether a member of staff sees people marked 他業務参照不可; a batch does."""
    if member is None:
        return True
    own = load_municipality_file(settings.MUNICIPALITY_FILE).get("own_departments", [])
    return member.department in own and member.may_handle(PROCEDURE, *PERSONAL_ROLES)


def visible(
    rows: "QuerySet[Row, Any]", member: StaffMember | None, path: str = ""
) -> "QuerySet[Row, Any]":
    """Return the rows whose person the member may see; `path` leads from a row to the person."""
    if sees_restricted(member):
        return rows
    return rows.exclude(**{f"{path}__restricted" if path else "restricted": True})
