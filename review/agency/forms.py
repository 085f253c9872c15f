"""The form by which the three checks are recorded (代理人の確認の入力)."""

from typing import Any

from django import forms

from review.agency.models import AgentCheck
from review.agency.services import ways
from review.cases.forms import ActForm

UNCONFIRMED = ("", "—")


class AgentForm(ActForm):
    """One choice for each check; "—" leaves it open, or opens it again."""

    def __init__(self, *args: Any, checks: list[AgentCheck], **options: Any) -> None:
        super().__init__(*args, **options)
        self.kinds = [check.kind for check in checks]
        for check in checks:
            self.fields[check.kind] = forms.ChoiceField(
                label=check.get_kind_display(),
                choices=[UNCONFIRMED, *ways(check.kind).items()],
                required=False,
                initial=check.way,
            )

    def clean(self) -> dict[str, Any]:
        """Give the choices to the service under one name."""
        cleaned = super().clean() or self.cleaned_data
        given = {kind: cleaned.pop(kind) for kind in self.kinds if kind in cleaned}
        return {**cleaned, "given": given}
