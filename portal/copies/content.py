"""What stands on the copy (控えの内容): the form's blocks as label and text, in its order."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from config.days import day_words
from config.translations.said import say, words_of
from filing import Form, Group, Item, Return, load_form
from filing.model import filer_values
from portal import years
from portal.copies.figures import figures_of
from portal.copies.filed import document_held, parts_with_number, situation_filed
from portal.models import Submission
from portal.papers.queries import papers_of

HIDDEN_NUMBER = "****-****-****"


def content_of(submission: Submission) -> dict[str, Any]:
    """Return everything that the copy's page template prints, as JSON can hold it."""
    # Unsealed once, for every part of the copy.
    situation = situation_filed(submission)
    document = document_held(submission, situation)
    numbered = parts_with_number(situation, document)
    form = load_form(submission.tax_year)
    figures = figures_of(situation)
    at = timezone.localtime(submission.submitted_at)
    return {
        "year": years.title_of(submission.tax_year),
        "receipt_number": submission.receipt_number,
        "version": submission.version,
        "submitted_at": f"{day_words(at.date())} {at:%H:%M:%S}",
        "sha256": submission.sha256,
        "filer": [_row(item, value) | {"box": ""} for item, value in _filer(form, document)],
        "blocks": [block for group in form.groups for block in _blocks(group, document, numbered)],
        "computed": [
            _line(box.box, box.label, f"{figures.boxes[box.result]:,}", amount=True)
            for box in form.computed
            if box.result in figures.boxes
        ],
        "total": "" if figures.total is None else f"{figures.total:,}",
        "papers": [
            {"name": paper.name, "about": paper.get_topic_display(), "sha256": paper.sha256}
            for paper in papers_of(submission)
        ],
    }


def _filer(form: Form, document: Return) -> Iterator[tuple[Item, Any]]:
    values = filer_values(document)
    for item in form.filer.items:
        yield item, values[item.code]


def _blocks(group: Group, document: Return, numbered: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield a block, or one for each entry of a list; what was not answered has none."""
    value = document.answers.get(group.code)
    if value in (None, [], {}):
        return
    if group.kind in ("code", "codes"):
        codes = value if isinstance(value, list) else [value]
        text = _("、").join(words_of(group.choices.get(code, code)) for code in codes)
        label = say(group.label)
        yield {"title": label, "box": group.box, "rows": [_line("", label, text)]}
        return
    entries = value if isinstance(value, list) else [value]
    for number, entry in enumerate(entries, start=1):
        part, title = f"answers.{group.code}", say(group.label)
        if group.kind == "rows":
            part, title = f"{part}.{number - 1}", f"{title} {number}"
        rows = [
            _row(item, entry.get(item.code))
            for item in group.items
            if _is_told(item, entry.get(item.code), part in numbered)
        ]
        if rows:
            yield {"title": title, "box": group.box, "rows": rows}


def _is_told(item: Item, value: Any, is_numbered: bool) -> bool:
    """Tell whether the copy shows an item: whatever the office reads, but for boxes left at 0.

    A number shows as hidden where one was given.
    """
    if item.type == "personal_number":
        return is_numbered
    left_empty = item.type == "money" and item.optional and not value
    return value not in (None, "") and not left_empty


def _row(item: Item, value: Any) -> dict[str, Any]:
    if item.type == "money":
        return _line(item.box, item.label, f"{value or 0:,}", amount=True)
    return _line(item.box, item.label, _text(item, value))


def _text(item: Item, value: Any) -> str:
    if item.type == "personal_number":
        return HIDDEN_NUMBER
    if item.type == "flag":
        return say("該当する" if value else "該当しない")
    if item.type == "date" and value:
        return day_words(date.fromisoformat(value))
    return words_of(item.choices[str(value)]) if str(value) in item.choices else str(value or "")


def _line(box: str, label: str, text: str, *, amount: bool = False) -> dict[str, Any]:
    return {"box": box, "label": say(label), "text": text, "amount": amount}
