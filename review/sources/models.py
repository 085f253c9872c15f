"""Arrivals (資料の受付): files about people's income, their rows, and what was wrong with them."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from review.assessment.models import SourceDocument
from review.sealed_fields import SealedJSONField
from review.slips import Sent


class Arrival(Sent):
    """Arrival (資料の受付): one file as it came, kept sealed and never changed, and its outcome."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("確認待ち")
        WAITING = "waiting", _("取込待ち")
        IMPORTED = "imported", _("取込済み")
        REFUSED = "refused", _("取込めません")
        DROPPED = "dropped", _("取りやめ")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(_("資料の種類"), max_length=20, choices=SourceDocument.Kind)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    name = models.CharField(_("ファイル名"), max_length=200)
    size = models.PositiveBigIntegerField(_("大きさ"))
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(_("文字コード"), max_length=10)
    # 発注番号 and 件数票: what a contractor who typed the rows says that the file holds.
    order_number = models.CharField(_("発注番号"), max_length=30, blank=True, default="")
    expected_rows = models.PositiveIntegerField(_("件数票の件数"), null=True)
    expected_total = models.BigIntegerField(_("件数票の金額合計"), null=True)
    # The day that the city received it (受付日): 訂正 and 取消 count in its order.
    received_on = models.DateField(_("受付日"))
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.PREVIEW)
    counts = models.JSONField(default=dict)
    dropped = models.JSONField(default=dict)
    trouble = models.CharField(max_length=300, blank=True, default="")
    taken_at = models.DateTimeField(_("登録日時"))
    taken_by = models.CharField(max_length=60)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "資料の受付"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "tax_year", "sha256"],
                condition=~Q(state__in=["dropped", "refused"]),
                name="arrival_once_per_content",
            )
        ]
        indexes = [models.Index(fields=["-taken_at"], name="arrival_latest")]

    def __str__(self) -> str:
        return f"arrival {self.pk}"


class Entry(models.Model):
    """Entry (資料行): one good row. Linked, its content is a document; until then it waits here.

    The person of a row that is not linked is sealed, and erased from here once it is.
    """

    class Division(models.IntegerChoices):
        NEW = 0, _("新規")
        ADDED = 1, _("追加")
        CORRECTED = 2, _("訂正")
        CANCELLED = 3, _("取消")

    id = models.BigAutoField(primary_key=True)
    arrival = models.ForeignKey(Arrival, models.PROTECT, related_name="entries")
    line = models.PositiveIntegerField(_("行"))
    kind = models.CharField(max_length=20, choices=SourceDocument.Kind)
    tax_year = models.CharField(max_length=4)
    division = models.PositiveSmallIntegerField(_("提出区分"), choices=Division)
    received_on = models.DateField()
    key = models.CharField(max_length=32)
    digest = models.CharField(max_length=32)
    number_index = models.BinaryField(null=True)
    # Sealed for the document that it becomes: linking moves it there as it stands.
    content = SealedJSONField(year="tax_year", row="document:{kind}:{key}-{digest}", null=True)
    subject_sealed = models.BinaryField(null=True)
    # Counts among the documents of its key: not corrected, not cancelled, not the same again.
    current = models.BooleanField(default=True)
    addressee = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, null=True, related_name="source_entries"
    )
    method = models.CharField(_("突合の方法"), max_length=20, blank=True, default="")
    document = models.ForeignKey(SourceDocument, models.SET_NULL, null=True, related_name="entries")

    class Meta:
        verbose_name = "資料行"
        constraints = [
            models.UniqueConstraint(
                fields=["key", "digest", "division", "received_on"], name="entry_once"
            ),
            models.CheckConstraint(
                condition=Q(addressee__isnull=False) | Q(subject_sealed__isnull=False),
                name="entry_linked_or_sealed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tax_year", "kind", "id"],
                name="entry_unlinked",
                condition=Q(addressee__isnull=True, current=True),
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.pk}"


class RowError(models.Model):
    """Error of a row (エラーリストの行): never the value, which may be a 個人番号."""

    id = models.BigAutoField(primary_key=True)
    arrival = models.ForeignKey(Arrival, models.CASCADE, related_name="errors")
    line = models.PositiveIntegerField(_("行"))
    column = models.PositiveSmallIntegerField(_("項目番号"))
    item = models.CharField(_("項目"), max_length=100)
    code = models.CharField(_("コード"), max_length=5)
    message = models.CharField(_("内容"), max_length=200)

    class Meta:
        verbose_name = "エラーリスト"
        indexes = [models.Index(fields=["arrival", "line"], name="row_error_in_order")]

    def __str__(self) -> str:
        return f"{self.code} line {self.line}"


class LinkProposal(models.Model):
    """Proposed link (宛名番号設定): one person chooses whose row it is, a second one confirms."""

    class State(models.TextChoices):
        OPEN = "open", _("確認待ち")
        CONFIRMED = "confirmed", _("確認済み")
        REJECTED = "rejected", _("差戻し")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="proposals")
    addressee = models.ForeignKey("addressees.Addressee", models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(_("一致度"))
    agrees = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "宛名番号設定"
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state="open"), name="proposal_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("decided_by")), name="proposal_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by="")
                | (~Q(state="open") & Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="proposal_says_who_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class ArrivalPart(models.Model):
    """Part of the original (原本): a piece of the file as it came, sealed under its year's key."""

    arrival = models.ForeignKey(Arrival, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        verbose_name = "資料の原本"
        constraints = [
            models.UniqueConstraint(fields=["arrival", "number"], name="arrival_part_once")
        ]

    def __str__(self) -> str:
        return f"part {self.number}"
