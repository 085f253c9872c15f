"""住民税の払い方, before the answers are checked."""

from django.utils.translation import gettext_lazy as _

from portal.interview import conditions as when
from portal.interview.model import Page, Section
from portal.interview.pages import deductions

COLLECTION = Section(
    code="collection",
    group="finish",
    title=_("住民税の払い方"),
    minutes=1,
    applies=when.may_choose_collection,
    pages=(Page("method", _("住民税の払い方"), deductions.CollectionForm),),
)
