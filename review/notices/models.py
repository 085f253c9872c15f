"""Documents that go out (通知書・証明書): each numbered, with what it said and who issued it."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _


class PrintFile(models.Model):
    """Print file (印刷データ): a batch for the print contractor, with its count and hash."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    name = models.CharField(_("ファイル名"), max_length=100)
    count = models.PositiveIntegerField(_("件数"))
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        verbose_name = "印刷データ"

    def __str__(self) -> str:
        return f"print file {self.name}"


class IssuedDocument(models.Model):
    """Issued document (発行した通知書・証明書): its number, what it says, and the hash of the PDF.

    `content` is all that is printed; it never has a 個人番号. A re-issue points to the first issue
    and says the same.
    """

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("納税通知書")
        CHANGE = "change", _("税額変更通知書")
        EMPLOYEE = "employee", _("特別徴収税額通知書(納税義務者用)")
        EMPLOYER = "employer", _("特別徴収税額通知書(特別徴収義務者用)")
        CERTIFICATE = "certificate", _("所得・課税証明書")

    number = models.BigAutoField(_("発行番号"), primary_key=True)
    kind = models.CharField(_("種類"), max_length=12, choices=Kind)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    # The employer's notice is about many decisions and belongs to none.
    decision = models.ForeignKey(
        "levy.Decision", models.PROTECT, null=True, related_name="documents"
    )
    content = models.JSONField()
    sha256 = models.CharField(max_length=64, blank=True, default="")
    first_issue = models.ForeignKey("self", models.PROTECT, null=True, related_name="reissues")
    print_file = models.ForeignKey(PrintFile, models.PROTECT, null=True, related_name="documents")
    issued_at = models.DateTimeField(_("発行日時"))
    issued_by = models.CharField(_("職員"), max_length=60)

    class Meta:
        verbose_name = "発行した通知書・証明書"
        indexes = [models.Index(fields=["tax_year", "kind"], name="document_by_year_and_kind")]

    def __str__(self) -> str:
        return f"document {self.number}"
