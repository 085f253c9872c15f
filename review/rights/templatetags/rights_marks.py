"""Marks of a person's rights (本人の請求の印), wherever staff look at a person or decide."""

from typing import Any
from uuid import UUID

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.templatetags.design import status
from review.addressees.models import Addressee
from review.rights.models import RightsRequest
from review.rights.services import stopped_people

register = template.Library()


@register.inclusion_tag("review/rights/stopped.html")
def stop_of_use(person: Addressee | None) -> dict[str, Any]:
    """Say that a stop of use (利用停止) is in force: since when, under which request."""
    stops = RightsRequest.objects.filter(state=RightsRequest.State.IN_FORCE)
    return {"stop": stops.filter(addressee=person).first() if person else None}


@register.simple_tag
def stopped_ids() -> frozenset[UUID]:
    """Return everybody for whom a stop of use is in force, for a list of people."""
    return stopped_people()


@register.simple_tag
def stop_mark() -> SafeString:
    """Write the mark of a stop of use in a list."""
    return status("error", _("利用停止中"))
