"""Template tags of the design system: amounts, dates, which files a page loads."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config import days
from config.translations.said import JAPANESE, say, words_of

register = template.Library()
RECEIPT_IN_TEXT = re.compile(r"([0-9]{4}-[0-9]{7}-[A-Z])")

SHARED_COMPONENTS = (
    *("button", "field", "money", "era-date", "choice", "error-summary", "notice", "disclosure"),
    *("summary-list", "status", "timeline", "panel", "language-switch", "table", "diff"),
)
PORTAL_COMPONENTS = (
    *("steps", "task-list", "slip", "estimate", "breakdown", "signature", "receipt", "upload"),
    "opened",
)
STAFF_COMPONENTS = ("filters", "paging", "side-by-side", "keys", "breakdown")
STYLESHEETS = {
    "portal": ["portal", *(f"components/{c}" for c in (*SHARED_COMPONENTS, *PORTAL_COMPONENTS))],
    "staff": ["staff", *(f"components/{c}" for c in (*SHARED_COMPONENTS, *STAFF_COMPONENTS))],
}
STATUS_ICONS = {"success": "check", "info": "dot", "warning": "alert", "error": "cross"}
# Languages whose code browsers and screen readers do not know.
HTML_LANGUAGES = {"ja-easy": "ja"}


# The files of a running site do not change: their links are written once for each set of names.
@register.simple_tag
@cache
def stylesheets(*bundles: str) -> SafeString:
    """Link the tokens, the base and the stylesheets of the named frames, in the order of layers."""
    names = ["tokens", "base", *dict.fromkeys(n for bundle in bundles for n in STYLESHEETS[bundle])]
    links = ((static(f"css/{name}.css"),) for name in names)
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', links)


@register.simple_tag
@cache
def modules(*names: str) -> SafeString:
    """Load ES modules of ours; each stands alone, so that hashed file names need no rewriting."""
    paths = ((static(f"js/{name}.js"),) for name in names)
    return format_html_join("\n", '<script type="module" src="{}"></script>', paths)


@register.simple_tag
def html_language(code: str = "") -> str:
    """Return the language for `lang`: what a browser knows, not our own code."""
    code = code or get_language() or "ja"
    return HTML_LANGUAGES.get(code, code)


@register.simple_tag
def languages() -> list[dict[str, str]]:
    """Return the site's languages, each named in itself, with what a browser knows it as."""
    return [
        {"code": code, "name": str(name), "html": HTML_LANGUAGES.get(code, code)}
        for code, name in settings.LANGUAGES
    ]


@register.filter
def yen(amount: int | None) -> SafeString | str:
    """Write an amount: tabular figures, 円 set off; a dash where there is none."""
    if not isinstance(amount, int):
        return "—"
    figures = f"{amount:,}".replace("-", "\u2212")
    return format_html(
        '<span class="yen">{}<span class="yen__unit">{}</span></span>', figures, _("円")
    )


@register.filter
def yen_change(amount: int | None) -> SafeString | str:
    """Write a difference with its sign."""
    if not amount:
        return format_html('<span class="yen">±0<span class="yen__unit">{}</span></span>', _("円"))
    sign = "+" if amount > 0 else "\u2212"
    return format_html(
        '<span class="yen">{}{}<span class="yen__unit">{}</span></span>',
        sign,
        f"{abs(amount):,}",
        _("円"),
    )


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw an icon: it never changes, and a list of 50 rows shows two hundred."""
    return mark_safe(render_to_string("components/icon.html", {"name": name}))  # noqa: S308


@register.simple_tag
def status(kind: str, label: str) -> SafeString:
    """Write a state (状態) as words with a colour and a sign of its own: none speaks alone."""
    sign = icon(STATUS_ICONS.get(kind, "ring"))
    return format_html('<span class="status" data-kind="{}">{}{}</span>', kind, sign, label)


@register.filter
def unbroken(value: object) -> SafeString:
    """Keep a number in one line, such as a 受付番号, which has hyphens."""
    return format_html('<span class="nowrap">{}</span>', value)


@register.filter
def receipts_unbroken(text: object) -> SafeString:
    """Keep each 受付番号 within a text in one line."""
    parts = enumerate(RECEIPT_IN_TEXT.split(str(text)))
    return format_html_join("", "{}", ((unbroken(one) if n % 2 else one,) for n, one in parts))


@register.filter
def both_calendars(day: date | None) -> str:
    """Write a day in both calendars: 令和9年3月15日(2027年)."""
    return "" if day is None else days.both_calendars(day)


@register.filter
def month_words(day: date) -> str:
    """Write the month of a day: 令和9年10月."""
    return days.month_words(day)


@register.filter
def said(text: object) -> str:
    """Write what a library said in the reader's language."""
    return "" if text is None else say(text)


@register.filter
def office_words(text: str) -> SafeString:
    """Write what the office told, line by line: its stock phrases in the reader's language.

    A clerk's own words stay as they were written, and marked as Japanese where they are. A phrase
    that the office itself has sent in that language as well is told once.
    """
    japanese = (get_language() or "ja").startswith("ja")
    told: dict[str, str] = {}
    for line in str(text).splitlines():
        told.setdefault(words_of(line), line)
    foreign = mark_safe(' lang="ja"')
    return format_html_join(
        mark_safe("<br>"),
        "<span{}>{}</span>",
        (
            (foreign if not japanese and words == line and JAPANESE.search(line) else "", words)
            for words, line in told.items()
        ),
    )


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """Write a moment in local time inside `<time>`."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    words = f"{local.year}/{local.month}/{local.day} {local:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)


@register.filter
def all_errors(forms: Any) -> list[dict[str, str]]:
    """Return (focus_id, message) of every error in a form or several, in the order of the page."""
    several = [forms] if hasattr(forms, "non_field_errors") else list(forms or [])
    found: list[dict[str, str]] = []
    for form in several:
        # What is wrong with several fields together is mended from the first of them on.
        first = next((field.focus_id for field in form if not field.is_hidden), "")
        found += [{"id": first, "message": str(message)} for message in form.non_field_errors()]
        found += _field_errors(form)
    return found


def _field_errors(form: Any) -> list[dict[str, str]]:
    return [
        {"id": "" if field.is_hidden else field.focus_id, "message": message}
        for field in _as_shown(form)
        if field.errors
        for message in field.messages
    ]


def _as_shown(form: Any) -> Iterable[Any]:
    """Return the boxes of a form as they stand on its page: those in a fold come last."""
    return [*form.shown_fields, *form.folded_fields] if hasattr(form, "folded_fields") else form


@register.filter
def about_fields(messages: Iterable[Message]) -> list[dict[str, str]]:
    """Return what messages say about a field, whose id they name as their tag."""
    tagged = (message for message in messages if message.extra_tags)
    return [{"id": message.extra_tags, "message": str(message.message)} for message in tagged]


@register.simple_tag(takes_context=True)
def include_if_there(context: template.Context, name: str) -> str:
    """Include a template that a site may or may not have, such as its menu."""
    assert context.template is not None
    try:
        found = context.template.engine.get_template(name)
    except template.TemplateDoesNotExist:
        return ""
    return found.render(context)
