"""Source documents (課税資料), their merging (併合) and the assessment (賦課) made from it."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from review.assessment.declared import declared_of
from review.sealed_fields import SealedJSONField


def counting_documents() -> Q:
    """Return what a query asks for to find the documents that count."""
    return Q(replaced_by__isnull=True, voided_at__isnull=True)


class SourceDocument(models.Model):
    """Source document (課税資料): one paper or file about a person's income of one year.

    `content` is in the language of the return's answers, without any 個人番号; dependants carry a
    keyed hash of theirs, so that the same one is recognised in two documents. It is sealed under
    the key of the year; what the list of 申告書 to be sent asks of a return stands beside it.
    """

    class Kind(models.TextChoices):
        RESIDENT_RETURN = "resident_return", _("住民税申告")
        SALARY_REPORT = "salary_report", _("給与支払報告書")
        PENSION_REPORT = "pension_report", _("公的年金等支払報告書")
        TAX_RETURN = "tax_return", _("確定申告書")
        ONE_STOP = "one_stop", _("申告特例通知書")
        INSURANCE = "insurance", _("保険料の納付額")
        DISABILITY = "disability", _("障害者手帳")
        PUBLIC_ASSISTANCE = "public_assistance", _("生活保護の受給")
        PENSION_NUMBER = "pension_number", _("基礎年金番号")
        PENSION_DROPOUT = "pension_dropout", _("年金特別徴収の対象外")
        TAXED_ELSEWHERE = "taxed_elsewhere", _("他市町村の住登外課税通知")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    addressee = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, related_name="source_documents"
    )
    kind = models.CharField(_("資料の種類"), max_length=20, choices=Kind)
    # What makes the same delivery recognisable: 受付番号 and version, or the line of a file.
    source = models.CharField(max_length=100)
    # To the name of the delivery, as the row of a file has it before there is a document.
    content = SealedJSONField(year="tax_year", row="document:{kind}:{source}")
    declares_salary = models.BooleanField(default=False, db_default=False)
    declares_other = models.BooleanField(default=False, db_default=False)
    received_at = models.DateTimeField(_("受領日時"))
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")
    # How its person was found: number, addressee_number, chosen (by two members of staff).
    link_method = models.CharField(max_length=20, blank=True, default="", db_default="")
    # When a 取消 came, and when the document last began or ceased to count.
    voided_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "課税資料"
        constraints = [
            models.UniqueConstraint(
                fields=["tax_year", "kind", "source"], name="document_once_per_source"
            )
        ]
        indexes = [
            models.Index(fields=["tax_year", "addressee", "kind"], name="document_by_person"),
            models.Index(fields=["tax_year", "changed_at"], name="document_by_change"),
        ]

    def __str__(self) -> str:
        return f"document {self.kind} {self.source}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep what a return declares beside it, whenever its content is written."""
        only = kwargs.get("update_fields")
        if self.kind == self.Kind.RESIDENT_RETURN and (only is None or "content" in only):
            found = declared_of(self.content)
            self.declares_salary, self.declares_other = found
            if only is not None:
                kwargs["update_fields"] = {*only, "declares_salary", "declares_other"}
        super().save(*args, **kwargs)

    @property
    def about(self) -> str:
        """Return what tells it from others on a page: payer, last digits, day of the end."""
        names = ("payer", "number_shown", "stopped_on")
        return next((str(self.content[name]) for name in names if self.content.get(name)), "")

    @property
    def disclosed(self) -> dict[str, Any]:
        """Return the content as its person may see it, without how a number is sealed and found."""
        hidden = ("number_sealed", "number_key")
        return {name: value for name, value in self.content.items() if name not in hidden}

    @property
    def is_counting(self) -> bool:
        """Tell whether it counts: neither replaced by a later one nor cancelled."""
        return self.replaced_by_id is None and self.voided_at is None


class MergedBasis(models.Model):
    """Merged basis (併合結果資料): a person's documents of a year as one, with pointers to each."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    addressee = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, related_name="merged_bases"
    )
    revision = models.PositiveIntegerField()
    answers = SealedJSONField(year="tax_year", row="basis:{id}")
    # Which document each block of the answers was taken from: path → document ids.
    origins = models.JSONField()
    documents = models.ManyToManyField(SourceDocument, related_name="merged_into")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        verbose_name = "併合結果資料"
        constraints = [
            models.UniqueConstraint(
                fields=["tax_year", "addressee", "revision"], name="basis_once_per_revision"
            )
        ]

    def __str__(self) -> str:
        return f"basis {self.tax_year} r{self.revision}"


class Assessment(models.Model):
    """Assessment (賦課計算): the tax from one merged basis, with its explanation line by line."""

    class State(models.TextChoices):
        COMPUTED = "computed", _("計算済み")
        CHECK = "check", _("要確認")
        FAILED = "failed", _("計算できません")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    basis = models.OneToOneField(MergedBasis, models.PROTECT, related_name="assessment")
    state = models.CharField(max_length=10, choices=State)
    # Ages, amounts and codes, in which nobody is named: the runs and the lists read them in SQL.
    inputs = models.JSONField()
    result = models.JSONField(default=dict)
    explanation = models.JSONField(default=list)
    total = models.BigIntegerField(_("年税額"), null=True)
    trouble = models.CharField(max_length=300, blank=True, default="")
    computed_at = models.DateTimeField()
    computed_by = models.CharField(max_length=60)

    class Meta:
        verbose_name = "賦課計算"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="failed") | Q(total__isnull=False),
                name="assessment_has_a_total",
            )
        ]

    def __str__(self) -> str:
        return f"assessment {self.pk}"
