"""Tax files (連携ファイル): returns for a city's existing tax system, and what came back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from review.assessment.models import SourceDocument
from review.cases.models import Case
from review.deciding import Outgoing, outgoing_constraints
from review.sealed_fields import EMPTY, SealedTextField


class TaxFile(Outgoing):
    """Tax file (連携ファイル): which returns go out together; its number is the 作成連番.

    It is written from the documents when the file is taken. Lost, it is made again under a new
    number.
    """

    ALLOWED = "approved"

    class State(models.TextChoices):
        PROPOSED = "proposed", _("承認待ち")
        APPROVED = "approved", _("承認済み")
        TAKEN = "taken", _("受渡し済み")
        DROPPED = "dropped", _("取りやめ")

    number = models.BigAutoField(_("作成連番"), primary_key=True)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    layout = models.CharField(_("様式版"), max_length=20)
    # Whether the way to the tax system is one that uses 個人番号; fixed when the file is made.
    with_numbers = models.BooleanField(_("個人番号を含む"))
    amount = models.BigIntegerField(_("金額合計"))
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.PROPOSED)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=60, blank=True, default="")
    taken_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = "連携ファイル"
        constraints = [
            *outgoing_constraints("tax_file", allowed="approved", gone="taken"),
            models.CheckConstraint(
                condition=Q(state="proposed", approved_at__isnull=True, dropped_at__isnull=True)
                | Q(state="approved", approved_at__isnull=False, taken_at__isnull=True)
                | Q(state="taken", taken_at__isnull=False, dropped_at__isnull=True)
                | Q(state="dropped", dropped_at__isnull=False) & ~Q(dropped_by=""),
                name="tax_file_state_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"tax file {self.number}"

    @property
    def subject(self) -> str:
        """Return how the audit log names this file."""
        return f"tax-file:{self.number}"


class TaxFileRow(models.Model):
    """Row of a tax file (連携行): one return, and how the tax system answered about it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("受渡し前")
        SENT = "sent", _("結果待ち")
        TAKEN_IN = "taken_in", _("取込済み")
        FAULTY = "faulty", _("エラー")
        # Its faults were dealt with, or a later version took its place: it may go out again.
        SETTLED = "settled", _("対応済み")
        DROPPED = "dropped", _("取りやめ")

    file = models.ForeignKey(TaxFile, models.CASCADE, related_name="rows")
    case = models.ForeignKey(Case, models.CASCADE, related_name="tax_file_rows")
    document = models.ForeignKey(SourceDocument, models.CASCADE, related_name="tax_file_rows")
    amount = models.BigIntegerField()
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.WAITING)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "連携行"
        constraints = [
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state__in=["waiting", "sent", "taken_in", "faulty"]),
                name="tax_row_one_open_per_document",
            ),
            models.UniqueConstraint(fields=["file", "document"], name="tax_row_once_per_file"),
        ]
        indexes = [
            models.Index(fields=["changed_at"], name="tax_row_faulty", condition=Q(state="faulty")),
        ]

    def __str__(self) -> str:
        return f"row {self.pk} of tax file {self.file_id}"


class ResultFile(models.Model):
    """Result file (取込結果ファイル): what the tax system said of the rows; each counts once."""

    name = models.CharField(_("ファイル名"), max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    counts = models.JSONField(default=dict)
    # Lines that could not be taken: line, code, item and remedy, never a value.
    bad_lines = models.JSONField(default=list)
    at = models.DateTimeField(_("処理日時"))
    by = models.CharField(_("職員"), max_length=60)

    class Meta:
        verbose_name = "取込結果ファイル"

    def __str__(self) -> str:
        return f"result file {self.pk}"


class ImportFault(models.Model):
    """Import fault (取込エラー): code and item, on the case until somebody has dealt with it.

    Of this system's own import where `row` is empty, else of the tax system's.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="import_faults")
    row = models.ForeignKey(TaxFileRow, models.CASCADE, null=True, related_name="faults")
    result = models.ForeignKey(ResultFile, models.SET_NULL, null=True, related_name="faults")
    code = models.CharField(_("コード"), max_length=10)
    item = models.CharField(_("項目"), max_length=100, blank=True)
    message = models.CharField(_("内容"), max_length=200, blank=True)
    found_at = models.DateTimeField(_("発生日時"))
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True, default="")
    remark = SealedTextField(
        _("対応"),
        max_length=200,
        blank=True,
        default="",
        year="case__tax_year",
        row="fault:{case_id}:{code}:{item}:{found_at}",
    )

    class Meta:
        verbose_name = "取込エラー"
        constraints = [
            models.UniqueConstraint(fields=["row", "code", "item"], name="fault_once_per_row"),
            models.UniqueConstraint(
                fields=["case", "code", "item"],
                condition=Q(row__isnull=True, settled_at__isnull=True),
                name="own_fault_open_once",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by="", remark=EMPTY)
                | Q(settled_at__isnull=False) & ~Q(settled_by="") & ~Q(remark=EMPTY),
                name="fault_settled_has_who_and_how",
            ),
        ]
        indexes = [
            models.Index(
                fields=["found_at"], name="fault_open", condition=Q(settled_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} of case {self.case_id}"
