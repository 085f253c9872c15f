"""Recipients (引渡し先): to whom files and letters with personal data go, and by which key."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from review.deciding import Proposal


class Recipient(Proposal):
    """Recipient (引渡し先): an office or contractor, as two people entered it.

    Of each kind and code the newest row that was decided counts; the rows are the history. A file
    is sealed for `pem`, whose `fingerprint` the second person heard from the recipient.
    """

    class Kind(models.TextChoices):
        PRINTER = "printer", _("印刷業者")
        MUNICIPALITY = "municipality", _("市区町村")
        TAX_OFFICE = "tax_office", _("税務署")
        ELTAX = "eltax", _("eLTAXの送信端末")
        TAX_SYSTEM = "tax_system", _("既存の税務システム")

    kind = models.CharField(_("区分"), max_length=12, choices=Kind)
    code = models.CharField(_("コード"), max_length=13)
    name = models.CharField(_("名称"), max_length=60)
    department = models.CharField(_("宛先の部署"), max_length=60, blank=True, default="")
    postal_code = models.CharField(_("郵便番号"), max_length=7, blank=True, default="")
    address = models.CharField(_("所在地"), max_length=300, blank=True, default="")
    pem = models.TextField(_("公開鍵"), blank=True, default="")
    fingerprint = models.CharField(_("指紋"), max_length=64, blank=True, default="")
    # The recipient is one no more from this decision on.
    ends = models.BooleanField(_("終了"), default=False)

    class Meta:
        verbose_name = "引渡し先"
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["kind", "code"],
                condition=Q(state="proposed"),
                name="recipient_one_open",
            ),
            models.CheckConstraint(
                condition=Q(pem="", fingerprint="") | ~Q(pem="") & ~Q(fingerprint=""),
                name="recipient_key_has_its_fingerprint",
            ),
        ]
        indexes = [models.Index(fields=["kind", "code", "-decided_at"], name="recipient_latest")]

    def __str__(self) -> str:
        return f"recipient {self.kind} {self.code}"
