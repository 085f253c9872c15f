"""Targets (送付対象): who is sent a 給報総括表 or a 住民税申告書, why, and who is left out."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from review.addressees.models import Addressee
from review.notices.models import Order


class Reason(models.TextChoices):
    """Why somebody is sent a form (送付の理由)."""

    FILED_REPORTS = "filed_reports", _("前年度に給与支払報告書を提出した")
    WITHHOLDS = "withholds", _("前年度の特別徴収義務者")
    PAPER_RETURN = "paper_return", _("前年度に紙で申告した")
    OTHER_INCOME = "other_income", _("前年度に給報・年報にない収入があった")
    NO_DOCUMENT = "no_document", _("前年度の資料がない(無申告)")


class LeftOut(models.TextChoices):
    """Why somebody for whom there is a reason is not sent one all the same (送付しない理由)."""

    BY_HAND = "by_hand", _("職員が外した")
    CLOSED = "closed", _("廃止された事業所")
    NOT_WANTED = "not_wanted", _("総括表を送らない事業所")
    NO_ADDRESS = "no_address", _("所在地の登録がない")
    DIED = "died", _("死亡")
    STOPPED = "stopped", _("利用停止")
    FILED = "filed", _("今年度の申告が届いている")
    TAX_RETURN = "tax_return", _("前年度は確定申告")
    ELECTRONIC = "electronic", _("前年度は電子申告")


class Target(models.Model):
    """Target (送付対象): one person or employer on the list that two people decide on.

    The list stands still from the moment it is proposed, so that what is confirmed is what is made.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="targets")
    addressee = models.ForeignKey(
        Addressee, models.PROTECT, null=True, related_name="mailing_targets"
    )
    employer = models.CharField(_("事業所"), max_length=200, blank=True, default="")
    employer_number = models.CharField(_("法人番号"), max_length=13, blank=True, default="")
    designated_number = models.CharField(_("指定番号"), max_length=12, blank=True, default="")
    address = models.CharField(_("所在地"), max_length=300, blank=True, default="")
    reasons = ArrayField(models.CharField(max_length=20, choices=Reason), verbose_name=_("理由"))
    left_out = models.CharField(
        _("送付しない理由"), max_length=12, choices=LeftOut, blank=True, default=""
    )
    left_out_by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = "送付対象"
        constraints = [
            models.UniqueConstraint(fields=["order", "addressee"], name="target_person_once"),
            models.UniqueConstraint(
                fields=["order", "employer_number"],
                condition=~Q(employer_number=""),
                name="target_employer_once",
            ),
            models.UniqueConstraint(
                fields=["order", "designated_number"],
                condition=Q(employer_number="") & ~Q(designated_number=""),
                name="target_designated_once",
            ),
            models.CheckConstraint(
                condition=Q(addressee__isnull=False, employer="")
                | Q(addressee__isnull=True) & ~Q(employer=""),
                name="target_is_a_person_or_an_employer",
            ),
            models.CheckConstraint(
                condition=Q(left_out="by_hand") & ~Q(left_out_by="")
                | ~Q(left_out="by_hand") & Q(left_out_by=""),
                name="target_left_out_by_hand_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"target {self.pk}"

    @property
    def shown_reasons(self) -> list[str]:
        """Return the reasons in words."""
        return [str(Reason(code).label) for code in self.reasons]
