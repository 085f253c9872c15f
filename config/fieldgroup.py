"""A form's field as every page shows it: label, whether it must be filled, support, box, error.

Written here and not in a template because a page has up to a dozen: as templates, fields took a
third of a page's time.
"""

from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config.markup import markup

NOTHING = mark_safe("")


def field_group(field: Any, *, heading: bool = False) -> SafeString:
    """Return the whole field; `heading`: a page with one question wears it as its heading."""
    if field.is_hidden:
        return mark_safe(str(field))  # noqa: S308
    inside = _checkbox(field) if field.is_checkbox else _labelled(field, heading)
    tag = "fieldset" if field.use_fieldset else "div"
    described = field.aria_describedby if field.use_fieldset else None
    return markup(
        '<{} class="field"{}{} id="{}_field">\n{}\n</{}>',
        mark_safe(tag),  # noqa: S308
        mark_safe(' data-state="error"') if field.errors else NOTHING,
        markup(' aria-describedby="{}"', described) if described else NOTHING,
        field.auto_id,
        inside,
        mark_safe(tag),  # noqa: S308
    )


def _checkbox(field: Any) -> SafeString:
    return markup(
        '{}<label class="choice" for="{}">{}<span class="choice__text">{}{}</span></label>\n{}',
        _error(field),
        field.id_for_label,
        str(field),
        field.label,
        _badge(field),
        _support(field),
    )


def _labelled(field: Any, heading: bool) -> SafeString:
    # The page's one question, with answers to choose from: that it asks for one need not be said.
    said_already = heading and field.field.required and hasattr(field.field, "choices")
    words = markup("{}{}", field.label, NOTHING if said_already else _badge(field))
    start, end = ('<h1 class="field__heading">', "</h1>") if heading else ("", "")
    before, after = mark_safe(start), mark_safe(end)  # noqa: S308
    within = _support(field) if field.is_checkbox_group else NOTHING
    if field.use_fieldset:
        legend = '<legend class="field__label">{}{}{}{}</legend>'
        label = markup(legend, before, words, after, within)
    else:
        label = markup(
            '{}<label class="field__label" for="{}">{}</label>{}',
            before,
            field.id_for_label,
            words,
            after,
        )
    support = NOTHING if field.is_checkbox_group else _support(field)
    return markup("{}\n{}{}{}", label, support, str(field), _error(field))


def _badge(field: Any) -> SafeString:
    """Return the mark; it goes to the next line with the label's last word, never alone."""
    if getattr(field.field, "unmarked", False):
        return NOTHING
    if field.field.required:
        text = _("※必須")
        return markup('&nbsp;<span class="field__badge" data-kind="required">{}</span>', text)
    return markup('&nbsp;<span class="field__badge">{}</span>', _("任意"))


def _support(field: Any) -> SafeString:
    if not field.help_text:
        return NOTHING
    tag = mark_safe("span" if field.is_checkbox_group else "div")  # noqa: S308
    return markup(
        '<{} class="field__support" id="{}_helptext">{}</{}>\n',
        tag,
        field.auto_id,
        field.help_text,
        tag,
    )


def _error(field: Any) -> SafeString:
    if not field.errors:
        return NOTHING
    each = (markup('<span class="field__message">{}</span>', one) for one in field.messages)
    return markup(
        '\n<p class="field__error" id="{}_error"><span class="visually-hidden">{}</span>{}</p>\n',
        field.auto_id,
        _("エラー:"),
        mark_safe("".join(each)),  # noqa: S308
    )
