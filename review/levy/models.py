"""The year's tax (賦課): who is taxed here, the run over the city, collection and decisions."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from review.deciding import Proposal
from review.sealed_fields import SealedJSONField, SealedTextField


class YearPerson(models.Model):
    """Year's basics (新年度個人基本): a person as of 賦課期日, and whether they are taxed here."""

    class Residency(models.TextChoices):
        RESIDENT = "resident", _("住登内")
        NON_RESIDENT = "non_resident", _("住登外")
        ELSEWHERE = "elsewhere", _("課税権なし")

    tax_year = models.CharField(_("課税年度"), max_length=4)
    addressee = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, related_name="year_basics"
    )
    residency = models.CharField(_("課税権の区分"), max_length=12, choices=Residency)
    ward = models.CharField(_("区"), max_length=20, blank=True)
    address = models.CharField(_("1月1日の住所"), max_length=300, blank=True)
    taken_at = models.DateTimeField()
    # Changed by two people: taken from the register again, it stays as they decided.
    by_hand = models.BooleanField(_("職権による変更"), default=False, db_default=False)

    class Meta:
        verbose_name = "新年度個人基本"
        constraints = [
            models.UniqueConstraint(fields=["tax_year", "addressee"], name="basics_once_a_year")
        ]
        # One in some hundred; the letters about them are counted each time their page opens.
        indexes = [
            models.Index(
                fields=["tax_year", "addressee"],
                condition=models.Q(residency="non_resident"),
                name="basics_non_resident",
            )
        ]

    def __str__(self) -> str:
        return f"basics {self.tax_year} {self.pk}"


def _of_change(column: str) -> dict[str, str]:
    # To the moment of the proposal, too: the database numbers the row after it is sealed.
    row = f"basics-{column}:{{addressee_id}}:{{proposed_at}}"
    return {"year": "tax_year", "row": row}


class BasicsChange(Proposal):
    """Change of the basics (個人基本の登録・変更): by one person, confirmed by another; history."""

    tax_year = models.CharField(_("課税年度"), max_length=4)
    addressee = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, related_name="basics_changes"
    )
    why = SealedTextField(_("理由"), max_length=300, **_of_change("why"))
    before = SealedJSONField(default=dict, **_of_change("before"))
    after = SealedJSONField(**_of_change("after"))

    class Meta:
        verbose_name = "個人基本の変更"
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["tax_year", "addressee"],
                condition=Q(state="proposed"),
                name="basics_change_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"basics change {self.tax_year} {self.pk}"


class YearRun(models.Model):
    """Run (当初賦課): the city's assessment of a year, started by one, confirmed by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("確認待ち")
        RUNNING = "running", _("計算中")
        CHECKING = "checking", _("扶養の点検中")
        DECIDING = "deciding", _("決定中")
        DONE = "done", _("完了")
        DROPPED = "dropped", _("取りやめ")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=60, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(default=0)
    # What came out: by 区 and kind of collection, and who changed most against last year.
    totals = models.JSONField(default=dict)
    movers = SealedJSONField(year="tax_year", row="movers:{id}", default=list)

    class Meta:
        verbose_name = "当初賦課"
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")), name="run_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "dropped"])
                | ~Q(confirmed_by="") & Q(confirmed_at__isnull=False),
                name="run_starts_confirmed",
            ),
            models.UniqueConstraint(
                fields=["tax_year"],
                condition=~Q(state__in=["done", "dropped"]),
                name="one_open_run_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.tax_year} {self.state}"


class RunChunk(models.Model):
    """Chunk (処理単位): some thousand people, assessed in one transaction or not at all."""

    run = models.ForeignKey(YearRun, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    done_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    # Seconds of this chunk by phase: reading, merging, computing, writing.
    seconds = models.JSONField(default=dict)

    class Meta:
        verbose_name = "当初賦課の処理単位"
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="chunk_once_per_run")]
        indexes = [
            models.Index(fields=["run", "number"], name="chunk_waiting", condition=Q(done_at=None))
        ]

    def __str__(self) -> str:
        return f"chunk {self.number}"


class Collection(models.Model):
    """Collection (徴収): one way in which an assessment's tax is paid, term by term (yen).

    `amounts` has one entry a term: 普通徴収 four (June, August, October, January), 給与特別徴収
    twelve (June to May), 年金特別徴収 six (April to February); 随時 one.
    """

    class Method(models.TextChoices):
        ORDINARY = "ordinary", _("普通徴収")
        SALARY = "salary", _("給与特別徴収")
        PENSION = "pension", _("年金特別徴収")
        EXTRA = "extra", _("随時")

    assessment = models.ForeignKey(
        "assessment.Assessment", models.PROTECT, related_name="collections"
    )
    method = models.CharField(_("徴収方法"), max_length=10, choices=Method)
    # 特別徴収義務者: the payer as the report names it.
    employer = models.CharField(_("特別徴収義務者"), max_length=200, blank=True, default="")
    employer_number = models.CharField(max_length=13, blank=True, default="")
    total = models.BigIntegerField()
    amounts = ArrayField(models.BigIntegerField())

    class Meta:
        verbose_name = "徴収"
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "method"], name="collection_once_a_method"
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="collection_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["employer_number"],
                name="collection_by_employer",
                condition=~Q(employer_number=""),
            )
        ]

    def __str__(self) -> str:
        return f"collection {self.method}"


class MonthlyClose(models.Model):
    """Monthly close (月例締め): after it no decision falls into the month any more."""

    month = models.DateField(_("月"), unique=True)
    counts = models.JSONField(default=dict)
    closed_by = models.CharField(max_length=60)
    closed_at = models.DateTimeField()

    class Meta:
        verbose_name = "月例締め"

    def __str__(self) -> str:
        return f"close {self.month:%Y-%m}"


class Decision(models.Model):
    """Decision (賦課決定・更正): that an assessment is the person's tax, why, and by which two.

    Numbered by person and year: 1 is the 当初決定, each later one a 更正 of the one before.
    """

    class Cause(models.TextChoices):
        INITIAL = "initial", _("当初賦課")
        LATE_RETURN = "late_return", _("期限後申告")
        DOCUMENT = "document", _("資料の追加・訂正・取消")
        DENIAL = "denial", _("調査による否認")
        EX_OFFICIO = "ex_officio", _("職権")
        PENSION_STOP = "pension_stop", _("年金特別徴収の中止")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("確認待ち")
        DECIDED = "decided", _("決定")
        DROPPED = "dropped", _("取りやめ")

    tax_year = models.CharField(_("課税年度"), max_length=4)
    addressee = models.ForeignKey("addressees.Addressee", models.PROTECT, related_name="decisions")
    assessment = models.OneToOneField(
        "assessment.Assessment", models.PROTECT, related_name="decision"
    )
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State)
    cause = models.CharField(_("更正事由"), max_length=12, choices=Cause)
    remark = SealedTextField(
        _("説明"),
        max_length=300,
        blank=True,
        default="",
        year="tax_year",
        row="decision-remark:{assessment_id}",
    )
    total = models.BigIntegerField(_("年税額"))
    previous_total = models.BigIntegerField(_("更正前の年税額"), null=True)
    refund = models.BigIntegerField(_("過納となる額"), default=0, db_default=0)
    decided_on = models.DateField(_("決定日"), null=True)
    month = models.DateField(_("月例の月"), null=True)
    proposed_by = models.CharField(max_length=60)
    confirmed_by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        verbose_name = "賦課決定"
        constraints = [
            models.UniqueConstraint(
                fields=["tax_year", "addressee", "number"],
                condition=~Q(state="dropped"),
                name="decision_once_per_number",
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")), name="decision_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state="decided")
                | ~Q(confirmed_by="") & Q(decided_on__isnull=False, month__isnull=False),
                name="decision_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(number=1, previous_total__isnull=True)
                | Q(number__gt=1, previous_total__isnull=False),
                name="decision_after_the_first_has_a_before",
            ),
        ]
        indexes = [
            models.Index(fields=["month"], name="decision_by_month"),
            models.Index(
                fields=["tax_year"], name="decision_waiting", condition=Q(state="proposed")
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.tax_year} no {self.number}"
