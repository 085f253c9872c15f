"""Taking an entry out of a draft (入力の取消し), and back in while nothing else has changed.

A thumb that misses must not cost a slip that was typed in ten minutes. The entry is held in the
draft until its next change, whichever that is, and never goes along with a filing. Its 個人番号 is
not held: an erased number is erased, and asked for again.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.errors import PortalError
from portal.interview.base import fill
from portal.interview.flow import Step
from portal.interview.locks import forget_number_pages
from portal.interview.model import Situation
from portal.interview.sections import BY_CODE
from portal.interview.versions import REMOVED
from portal.models import Draft
from portal.services.drafts import changing, check_unlocked
from portal.services.submission import without_numbers


def remove_item(
    draft: Draft, section: str, item: str, *, version: int, by: str, now: datetime
) -> Draft:
    """Take one repeated entry out of the draft; until the next change it can be put back."""
    with changing(draft, version, by=by, action="draft.remove", now=now) as (locked, content):
        check_unlocked(content, locked, Step(section, None, item))
        items = content["data"].get(section, {}).get("items", [])
        place = next((n for n, one in enumerate(items) if one["id"] == item), None)
        if place is None:
            raise PortalError(
                _("この項目は、別の画面で消されています。一覧に戻って確かめてください。")
            )
        taken = without_numbers(items.pop(place))
        content[REMOVED] = {"section": section, "place": place, "item": taken}
    return locked


def restore_item(draft: Draft, *, version: int, by: str, now: datetime) -> tuple[Draft, Step]:
    """Put the entry back that the last change took out; return the draft and where it stands."""
    with changing(draft, version, by=by, action="draft.restore", now=now) as (locked, content):
        taken = locked.content.get(REMOVED)
        if not taken:
            raise PortalError(_("元に戻せるものがありません。もう一度入力してください。"))
        section = taken["section"]
        stored = content["data"].setdefault(section, {})
        stored.setdefault("items", []).insert(taken["place"], taken["item"])
        forget_number_pages({section: {"items": [taken["item"]]}})
    return locked, Step(section)


def what_was_removed(situation: Situation) -> str:
    """Return what the resident calls the entry that can be put back, "" where there is none."""
    taken: dict[str, Any] | None = situation.content.get(REMOVED)
    if not taken:
        return ""
    section = BY_CODE[taken["section"]]
    number = str(taken["place"] + 1)
    return str(section.item_label(taken["item"]) or fill(section.item_title, {"n": number}))
