"""A slip (源泉徴収票) as a whole: its boxes, each of which has a page of its own too."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.fields import MoneyField
from portal.interview.fields import OneOfField, OptionalMoneyField, PlainTextField
from portal.interview.pages.income import PartOfRevenueForm, TwoRowsForm

# The payer of 国民年金 and 厚生年金 as the slip names it.
STATE_PENSION = "厚生労働省"


class SlipForm(PartOfRevenueForm):
    """A 源泉徴収票 as a whole: the boxes that the interview asks for."""

    revenue = MoneyField(label=gettext_lazy("支払金額"))
    withheld_tax = OptionalMoneyField(label=gettext_lazy("源泉徴収税額"))


class SalarySlipForm(TwoRowsForm, SlipForm):
    social_insurance = OptionalMoneyField(
        label=gettext_lazy("社会保険料等の金額"),
        help_text=gettext_lazy("二段のときは下の段です。"),
    )
    payer = PlainTextField(label=gettext_lazy("支払者の名前"), max_length=120)


class PensionSlipForm(SlipForm):
    """公的年金等の源泉徴収票: most have one payer, and choose it instead of typing its name."""

    social_insurance = OptionalMoneyField(label=gettext_lazy("社会保険料の金額"))
    source = OneOfField(
        label=gettext_lazy("支払者"),
        choices=[
            ("state", gettext_lazy("厚生労働省(国民・厚生年金)")),
            ("other", gettext_lazy("そのほか(共済、企業年金など)")),
        ],
    )
    payer = PlainTextField(
        label=gettext_lazy("そのほかの支払者の名前"), required=False, max_length=120
    )

    @classmethod
    def initial_from(cls, stored: dict[str, Any]) -> dict[str, Any]:
        initial, payer = super().initial_from(stored), stored.get("payer", "")
        if payer == STATE_PENSION:
            return initial | {"source": "state", "payer": ""}
        return initial | ({"source": "other"} if payer else {})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        source, payer = cleaned.pop("source", ""), cleaned.get("payer", "")
        if source == "other" and not payer and "payer" not in self.errors:
            self.add_error("payer", _("支払者の名前を入力してください(例 地方職員共済組合)。"))
        elif source == "state" and payer not in ("", STATE_PENSION):
            self.add_error("payer", _("厚生労働省のときは、そのほかの名前を消してください。"))
        elif source == "state":
            cleaned["payer"] = STATE_PENSION
        return cleaned
