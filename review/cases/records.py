"""What the desk keeps beside the cases: corrections, notes, ticks, filters, exports."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from review.sealed_fields import EMPTY, SealedTextField


class SavedFilter(models.Model):
    """Saved filter (保存した条件): the address of a list under a name, for oneself or for all."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="filters")
    name = models.CharField(_("名前"), max_length=40)
    query = models.CharField(max_length=400, blank=True)
    shared = models.BooleanField(_("ほかの職員にも見せる"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "保存した条件"
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="filter_once_per_name")
        ]

    def __str__(self) -> str:
        return f"filter {self.pk}"


class Export(models.Model):
    """Export (一覧の出力): a list taken out of the system, which a second person must allow."""

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"

    # What is taken out: the list of cases, or a subject of the EUC with the items chosen.
    dataset = models.CharField(_("対象"), max_length=20, default="cases", db_default="cases")
    items = models.JSONField(_("項目"), default=list)
    query = models.CharField(max_length=400, blank=True)
    format = models.CharField(_("形式"), max_length=4, choices=Format)
    reason = models.CharField(_("使いみち"), max_length=200)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports_requested"
    )
    requested_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="exports_approved"
    )
    approved_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "一覧の出力"
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=F("requested_by")), name="export_approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="export_approval_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(approved_at__isnull=False),
                name="export_taken_only_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"


class Amendment(models.Model):
    """Ex officio correction (職権修正): one amount, the filed one kept beside the new one.

    The original stays as it is; what a second person confirmed counts when the return is imported.
    """

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="amendments")
    field = models.CharField(_("項目"), max_length=100)
    label = models.CharField(max_length=200)
    filed = models.BigIntegerField(_("申告の金額"), null=True)
    value = models.BigIntegerField(_("修正後の金額"))
    reason = SealedTextField(
        _("修正の理由"),
        max_length=300,
        year="case__tax_year",
        row="amendment:{case_id}:{field}:{proposed_at}",
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="amendments_proposed"
    )
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="amendments_confirmed"
    )
    confirmed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "職権修正"
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")), name="amendment_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="amendment_confirmation_has_who_and_when",
            ),
            models.CheckConstraint(condition=~Q(reason=EMPTY), name="amendment_has_a_reason"),
            models.CheckConstraint(condition=Q(value__gte=0), name="amendment_not_negative"),
            models.UniqueConstraint(
                fields=["case", "field"],
                condition=Q(dropped_at__isnull=True),
                name="amendment_one_per_field",
            ),
        ]

    def __str__(self) -> str:
        return f"amendment {self.pk}"


class Note(models.Model):
    """Note (メモ) or inquiry slip (受付票) of a case: what was asked and what was answered."""

    class Kind(models.TextChoices):
        NOTE = "note", _("メモ")
        COUNTER = "counter", _("受付票(窓口)")
        PHONE = "phone", _("受付票(電話)")
        POST = "post", _("受付票(郵便)")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="notes")
    kind = models.CharField(_("種類"), max_length=8, choices=Kind)
    text = models.CharField(_("内容"), max_length=1000)
    answer = models.CharField(_("対応"), max_length=1000, blank=True)
    # The number of an inquiry slip, to name on the telephone; entries that follow have none.
    slip = models.CharField(_("受付票番号"), max_length=14, null=True, unique=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notes")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "メモ・受付票"

    def __str__(self) -> str:
        return f"note {self.pk}"


class Tick(models.Model):
    """Tick (照合の記録): a part of a return that one person held against its proof, and how."""

    class Method(models.TextChoices):
        ATTACHMENT = "attachment", _("添付書類と照合")
        HELD = "held", _("市の資料と照合")
        ASKED = "asked", _("聞き取り")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="ticks")
    # The part of the return by its path: filer, answers.salaries.0.
    item = models.CharField(max_length=100)
    method = models.CharField(_("照合の方法"), max_length=10, choices=Method)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "照合の記録"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "item", "method", "by"], name="tick_once_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"tick {self.pk}"
