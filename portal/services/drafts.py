"""Writes to a draft. Each takes the version that the page was opened with, checked under a lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.keyed import locked_row
from portal import purpose
from portal.errors import CardRefused, DraftClosed, PortalError, StaleDraft
from portal.estimate import total_of
from portal.interview.flow import Step
from portal.interview.last_year import begun_from
from portal.interview.locks import may_change
from portal.interview.model import Situation
from portal.interview.sections import BY_CODE
from portal.interview.versions import FORM_VERSION, REMOVED
from portal.models import Draft, Resident, Submission
from portal.services.agents_card import agents_card, forget_card, principal_number
from portal.services.cards import CardRead
from portal.services.events import record
from portal.services.same_person import person_key, remember
from portal.years import check_open

MAX_ITEMS = 30


def open_draft(
    resident: Resident,
    tax_year: str,
    *,
    purpose_version: str,
    by: str,
    now: datetime,
    last_year: Submission | None = None,
    principal: dict[str, str] | None = None,
) -> Draft:
    """Return the resident's draft of the year, begun now where there is none yet.

    A new one begins empty, or from the answers of `last_year`, a return of the same resident.
    `principal` is for whom the resident acts as an agent, see services/agents.py.
    """
    whose = principal["whose"] if principal else ""
    if purpose_version != purpose.VERSION:
        raise PortalError(_("利用目的の説明が新しくなりました。もう一度お読みください。"))
    with transaction.atomic():
        draft = Draft(
            resident=resident,
            tax_year=tax_year,
            whose=whose,
            form_version=FORM_VERSION,
            purpose_version=purpose_version,
            created_at=now,
            changed_at=now,
        )
        draft.content = (
            begun_from(last_year.content, last_year.tax_year)
            if last_year
            else {"form": FORM_VERSION, "card": {}, "principal": principal or {}, "data": {}}
        )
        Draft.objects.bulk_create([draft], ignore_conflicts=True)
        stored = Draft.objects.get(resident=resident, tax_year=tax_year, whose=whose)
        if stored.pk == draft.pk:
            record(by=by, action="draft.open", subject=f"draft:{draft.pk}", now=now)
    return stored


@contextmanager
def changing(
    draft: Draft, version: int, *, by: str, action: str, now: datetime
) -> Iterator[tuple[Draft, dict[str, Any]]]:
    """Lock the draft, check version and state, and store what the caller does to its content."""
    with transaction.atomic():
        locked = locked_row(Draft, id=draft.pk)
        if locked.state != Draft.State.OPEN:
            raise DraftClosed(
                _("この申告はもう送信されています。内容は「出した申告」で見られます。")
            )
        if locked.version != version:
            raise StaleDraft(
                _(
                    "別の画面で内容が変わっていたため、まだ保存していません。"
                    "下の内容でよければ、もう一度保存してください。"
                )
            )
        content = locked.content
        check_open(locked.tax_year, content, timezone.localdate(now))
        before = total_of(content, locked.tax_year)
        content.pop(REMOVED, None)
        yield locked, content
        content["change"] = {"before": before, "after": total_of(content, locked.tax_year)}
        locked.content = content
        locked.version += 1
        locked.form_version = FORM_VERSION
        locked.changed_at = now
        locked.save(update_fields=["sealed", "version", "form_version", "changed_at"])
        record(by=by, action=action, subject=f"draft:{locked.pk}", now=now, version=locked.version)


def save_page(
    draft: Draft, step: Step, cleaned: dict[str, Any], *, version: int, by: str, now: datetime
) -> tuple[Draft, Step]:
    """Store a page's answers; return the draft and the step (a new entry has got its id)."""
    with changing(draft, version, by=by, action="draft.save", now=now) as (locked, content):
        check_unlocked(content, locked, step)
        before = principal_number(content)
        saved = put_answers(content, step, cleaned)
        if principal_number(content) != before:
            forget_card(content)
    return locked, saved


def put_answers(content: dict[str, Any], step: Step, cleaned: dict[str, Any]) -> Step:
    """Put a page's answers into a draft's content; return the step with the entry's id."""
    assert step.page is not None
    section = BY_CODE[step.section]
    page = section.item_page(step.page) if step.item else section.page(step.page)
    covered = page.covers if page else ()
    if not step.item:
        for place in covered:
            if place in cleaned:
                _answer_elsewhere(content, place, cleaned[place])
        cleaned = {name: value for name, value in cleaned.items() if name not in covered}
    stored = content["data"].setdefault(step.section, {})
    if step.item:
        stored, step = _item(stored, step)
    stored.update(cleaned)
    done = {*stored.get("_done", []), str(step.page), *(covered if step.item else ())}
    stored["_done"] = sorted(done)
    return step


def ask_again(content: dict[str, Any], step: Step) -> None:
    """Let a page of a draft's content wait for its answer once more."""
    stored = content["data"].get(step.section, {})
    stored["_done"] = [page for page in stored.get("_done", []) if page != step.page]


def _answer_elsewhere(content: dict[str, Any], place: str, answers: dict[str, Any]) -> None:
    """Put what a page told of another's question there; told nothing, that one waits again."""
    section, _, code = place.partition("/")
    stored, page = content["data"].setdefault(section, {}), BY_CODE[section].page(code)
    assert page is not None
    done = {*stored.get("_done", [])} - {code}
    if answers:
        done.add(code)
    else:
        for name in page.form.base_fields:
            stored.pop(name, None)
    stored.update(answers)
    stored["_done"] = sorted(done)


def save_card(draft: Draft, read: CardRead, *, version: int, by: str, now: datetime) -> Draft:
    """Copy what the card said into the draft (自動転記)."""
    with changing(draft, version, by=by, action="draft.card", now=now) as (locked, content):
        _check_same_person(content, read)
        if content.get("principal"):
            content["card"] = agents_card(content, read)
        else:
            content["card"] = read.as_stored()
            key = person_key(read.name, read.birth_date, read.sex)
            remember(locked.resident, key)
    return locked


def situation_of(draft: Draft) -> Situation:
    return Situation(draft.content, draft.tax_year)


def check_unlocked(content: dict[str, Any], draft: Draft, step: Step) -> None:
    """Refuse a change that the office did not ask for, in an answer to a correction request."""
    if not may_change(Situation(content, draft.tax_year), step):
        raise PortalError(
            _("市役所から訂正を求められた項目だけを変えられます。ほかの項目は変わりません。")
        )


def _check_same_person(content: dict[str, Any], read: CardRead) -> None:
    """Refuse another person's card where an amended return already has its filer."""
    before = content.get("card", {})
    again = Situation(content, "").is_filed_again
    if again and before.get("birth_date") != read.birth_date.isoformat():
        raise CardRefused(
            _("前に申告した人のカードではありません。同じ人のカードを読み取ってください。")
        )


def _item(stored: dict[str, Any], step: Step) -> tuple[dict[str, Any], Step]:
    """Return the entry that the step names; "new" makes one."""
    items = stored.setdefault("items", [])
    if step.item != "new":
        found = next((i for i in items if i["id"] == step.item), None)
        if found is None:
            raise PortalError(
                _("この項目は、別の画面で消されています。一覧に戻って確かめてください。")
            )
        return found, step
    if len(items) >= MAX_ITEMS:
        raise PortalError(_("30件より多くは入力できません。市役所にお電話ください。"))
    item: dict[str, Any] = {"id": uuid4().hex[:8]}
    items.append(item)
    return item, Step(step.section, step.page, item["id"])
