"""How every form field of every site is rendered: in one place, one way to name an error."""

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.fieldgroup import field_group
from config.fields import QUESTION_MARKS
from config.inputs import written

CHOICE_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
INNER_MARKS = str.maketrans("「」", "『』")


class DesignBoundField(BoundField):
    """A form's field with what the shared templates need to know of it."""

    def as_field_group(self) -> SafeString:
        """Return label, support, box and errors together."""
        return field_group(self)

    @property
    def as_question(self) -> SafeString:
        """Return the field with its label as the page's heading."""
        return field_group(self, heading=True)

    @property
    def messages(self) -> list[str]:
        """Return the errors as sentences of which no two fields have the same.

        Django's "This field is required" says neither which field nor what to do.
        """
        return [self._sentence(error) for error in self.errors.as_data()]

    @property
    def focus_id(self) -> str:
        """Return the id of the first control: where a link from the error summary leads."""
        if isinstance(self.field.widget, (*CHOICE_WIDGETS, forms.MultiWidget)):
            return f"{self.auto_id}_0"
        return self.id_for_label

    @property
    def is_checkbox(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def is_checkbox_group(self) -> bool:
        """Whether the support text belongs into the legend.

        NVDA with Chrome does not read what a group of checkboxes is described by.
        """
        return isinstance(self.field.widget, forms.CheckboxSelectMultiple)

    @property
    def aria_describedby(self) -> str | None:
        """Return the ids of error and support text, the error first."""
        if not self.auto_id or self.is_hidden:
            return None
        parts = []
        if self.errors:
            parts.append(f"{self.auto_id}_error")
        if self.help_text and not self.is_checkbox_group:
            parts.append(f"{self.auto_id}_helptext")
        return " ".join(parts) or None

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        """Leave checking to the server: one summary with sentences instead of browser bubbles."""
        built = super().build_widget_attrs(attrs, widget)
        built.pop("required", None)
        if isinstance(widget or self.field.widget, CHOICE_WIDGETS):
            # Not a property of a single radio button: the group carries the error.
            built.pop("aria-invalid", None)
        return built

    def _sentence(self, error: ValidationError) -> str:
        # Django quotes what was posted where no such answer is offered: nobody typed that.
        unknown = error.code == "invalid_choice" and isinstance(self.field, forms.ChoiceField)
        if not unknown and not _is_django_required(error):
            return str(next(iter(error)))
        # A quotation within the quotation has marks of its own.
        label = str(self.label).translate(INNER_MARKS)
        if label.endswith(QUESTION_MARKS):
            return _("「%(label)s」に答えてください。") % {"label": label}
        if self.is_checkbox:
            return _("「%(label)s」に印を付けてください。") % {"label": label}
        if isinstance(self.field, forms.ChoiceField | forms.FileField):
            return _("「%(label)s」を選んでください。") % {"label": label}
        return _("「%(label)s」を入力してください。") % {"label": label}


def _is_django_required(error: ValidationError) -> bool:
    said = forms.Field.default_error_messages["required"]
    return error.code == "required" and error.message == said


class FieldRenderer(DjangoTemplates):
    """Renders forms with the templates of this project, and with Django's where it has none."""

    form_template_name = "forms/form.html"
    bound_field_class = DesignBoundField

    @cached_property
    def engine(self) -> Any:
        engines: list[dict[str, Any]] = settings.TEMPLATES
        project = [Path(folder) for engine in engines for folder in engine["DIRS"]]
        django_forms = Path(forms.__file__).parent / "templates"
        return self.backend(
            {"APP_DIRS": True, "DIRS": [*project, django_forms], "NAME": "forms", "OPTIONS": {}}
        )

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        return written(template_name, context) or super().render(template_name, context, request)
