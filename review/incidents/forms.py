"""Forms of the incidents (事故の記録)."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from review.incidents.models import Incident, Step
from review.staff.forms import refuse_personal_number

NO_NAMES = _("個人の名前や番号は書かないでください。")


class IncidentForm(forms.ModelForm):
    """What happened, and since when the office knows (事故の記録)."""

    what = forms.CharField(
        label=_("何が起きたか"),
        max_length=500,
        validators=[refuse_personal_number],
        help_text=NO_NAMES,
    )

    class Meta:
        model = Incident
        fields = ("kind", "found_at", "what", "people", "with_numbers", "on_purpose")
        widgets: ClassVar[dict[str, Any]] = {
            "found_at": forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].required = False


class StepForm(forms.Form):
    """What was done about it (対応)."""

    kind = forms.ChoiceField(label=_("対応"), choices=Step.Kind.choices)
    what = forms.CharField(
        label=_("したこと"),
        max_length=500,
        validators=[refuse_personal_number],
        help_text=NO_NAMES,
    )
