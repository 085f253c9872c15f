"""Documents that go out (通知書・証明書): ordered by two people, numbered, with what they say."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from review.addressees.models import Addressee
from review.sealed_fields import EMPTY, SealedJSONField, SealedTextField

#: Forms that go out empty, to be filled in: by lists of targets (review/mailing), not by decisions.
FORMS = ("summary_form", "return_form")


class Channel(models.TextChoices):
    """How a notice goes out (送り方): 個人番号 goes by eLTAX alone, never on paper."""

    PAPER = "paper", _("書面")
    ELTAX = "eltax", _("eLTAX")


class Order(models.Model):
    """Order (発行の起案): which notices are to be made, by one person, confirmed by another.

    One that names an employer is for that employer alone; a re-issue names the file that is made
    again. `made` counts the documents.
    """

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("納税通知書")
        SALARY = "salary", _("特別徴収税額通知書")
        CHANGE = "change", _("税額変更通知書")
        SALARY_CHANGE = "salary_change", _("特別徴収税額変更通知書")
        SUMMARY_FORM = "summary_form", _("給与支払報告書総括表")
        RETURN_FORM = "return_form", _("住民税申告書")
        REISSUE = "reissue", _("再発行")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("確認待ち")
        CONFIRMED = "confirmed", _("作成中")
        DONE = "done", _("作成済み")
        DROPPED = "dropped", _("取りやめ")

    kind = models.CharField(_("種類"), max_length=15, choices=Kind)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    channel = models.CharField(_("送り方"), max_length=6, choices=Channel, default=Channel.PAPER)
    employer = models.CharField(_("特別徴収義務者"), max_length=200, blank=True, default="")
    employer_number = models.CharField(max_length=13, blank=True, default="")
    origin = models.ForeignKey("PrintFile", models.PROTECT, null=True, related_name="reissues")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    made = models.PositiveIntegerField(default=0)
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=60, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "発行の起案"
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")), name="order_confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "dropped"])
                | ~Q(confirmed_by="") & Q(confirmed_at__isnull=False),
                name="order_has_who_and_when",
            ),
            # A re-issue whose file was erased names none any more.
            models.CheckConstraint(
                condition=Q(kind="reissue") | Q(origin__isnull=True),
                name="order_only_reissues_name_a_file",
            ),
            # Two open ones of a kind and year would make the same notices.
            models.UniqueConstraint(
                fields=["tax_year", "kind"],
                condition=Q(state__in=["proposed", "confirmed"]) & ~Q(kind="reissue"),
                name="order_one_open_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"order {self.kind} {self.tax_year}"


class PrintFile(models.Model):
    """Print file (印刷データ): a batch that goes to a contractor or to eLTAX, with count and hash.

    It is made again from its documents whenever it is taken. `received` is how many the other side
    says it got (受領の記録).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="files")
    tax_year = models.CharField(_("課税年度"), max_length=4)
    name = models.CharField(_("ファイル名"), max_length=100)
    channel = models.CharField(
        _("送り方"),
        max_length=6,
        choices=Channel,
        default=Channel.PAPER,
        db_default=Channel.PAPER,
    )
    count = models.PositiveIntegerField(_("件数"))
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    handed_to = models.CharField(_("引渡し先"), max_length=100, blank=True, default="")
    handed_at = models.DateTimeField(_("引渡し日時"), null=True)
    handed_by = models.CharField(max_length=60, blank=True, default="")
    received = models.PositiveIntegerField(_("受領件数"), null=True)

    class Meta:
        verbose_name = "印刷データ"
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_at__isnull=True, handed_to="", handed_by="")
                | Q(handed_at__isnull=False) & ~Q(handed_to="") & ~Q(handed_by=""),
                name="file_handed_over_to_whom_and_when",
            )
        ]

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
        EMPLOYEE_CHANGE = "employee_change", _("特別徴収税額変更通知書(納税義務者用)")
        EMPLOYER_CHANGE = "employer_change", _("特別徴収税額変更通知書(特別徴収義務者用)")
        CERTIFICATE = "certificate", _("所得・課税証明書")
        SUMMARY_FORM = "summary_form", _("給与支払報告書総括表")
        RETURN_FORM = "return_form", _("住民税申告書")

    number = models.BigAutoField(_("発行番号"), primary_key=True)
    kind = models.CharField(_("種類"), max_length=15, choices=Kind)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    # The employer's notice is about many decisions and belongs to none.
    decision = models.ForeignKey(
        "levy.Decision", models.PROTECT, null=True, related_name="documents"
    )
    # A form to be filled in is about no decision: its line on the list of targets says for whom.
    target = models.ForeignKey(
        "mailing.Target", models.PROTECT, null=True, related_name="documents"
    )
    employer = models.CharField(
        _("特別徴収義務者"), max_length=200, blank=True, default="", db_default=""
    )
    employer_number = models.CharField(max_length=13, blank=True, default="", db_default="")
    # To what it is about and when, as the number is given only as the row is stored.
    content = SealedJSONField(
        year="tax_year",
        row="issued:{kind}:{decision_id}:{target_id}:{employer_number}:{employer}:{issued_at}",
    )
    sha256 = models.CharField(max_length=64, blank=True, default="")
    first_issue = models.ForeignKey("self", models.PROTECT, null=True, related_name="reissues")
    print_file = models.ForeignKey(PrintFile, models.PROTECT, null=True, related_name="documents")
    issued_at = models.DateTimeField(_("発行日時"))
    issued_by = models.CharField(_("職員"), max_length=60)

    class Meta:
        verbose_name = "発行した通知書・証明書"
        indexes = [
            models.Index(fields=["tax_year", "kind"], name="document_by_year_and_kind"),
            models.Index(
                fields=["tax_year", "employer_number"],
                name="document_by_employer",
                condition=Q(decision__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=FORMS, decision__isnull=True, target__isnull=False)
                | ~Q(kind__in=FORMS) & Q(target__isnull=True),
                name="document_of_a_form_has_a_target",
            ),
            models.UniqueConstraint(
                fields=["target"],
                condition=Q(first_issue__isnull=True),
                name="document_once_per_target",
            ),
        ]

    def __str__(self) -> str:
        return f"document {self.number}"

    @property
    def person(self) -> Addressee | None:
        """Return whom it is about; an employer's is about nobody in particular."""
        if self.decision:
            return self.decision.addressee
        return self.target.addressee if self.target else None


class ReturnedMail(models.Model):
    """Returned mail (郵便の返戻): a notice that came back, what was found out, how it ended."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("調査中")
        SENT_AGAIN = "sent_again", _("送り直した")
        PUBLIC = "public", _("公示送達")
        NO_NEED = "no_need", _("送達を要しない")

    document = models.OneToOneField(IssuedDocument, models.CASCADE, related_name="returned")
    returned_on = models.DateField(_("返戻日"))
    why = models.CharField(_("返戻の理由"), max_length=100)
    finding = SealedTextField(
        _("調査の結果"),
        max_length=300,
        blank=True,
        default="",
        year="document__tax_year",
        row="returned-mail:{document_id}",
    )
    outcome = models.CharField(_("処理"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    ended_on = models.DateField(_("処理日・公示日"), null=True)
    entered_by = models.CharField(_("職員"), max_length=60)
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = "郵便の返戻"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="open", ended_on__isnull=True)
                | ~Q(outcome="open") & Q(ended_on__isnull=False) & ~Q(finding=EMPTY),
                name="returned_mail_ends_with_day_and_finding",
            )
        ]

    def __str__(self) -> str:
        return f"returned mail {self.pk}"


class WaitingCount(models.Model):
    """Kept count (未作成の件数の控え): how many of a year wait for a kind of notice, as of when."""

    ORDER = ("ordinary", "salary", "change", "salary_change")

    tax_year = models.CharField(_("課税年度"), max_length=4)
    kind = models.CharField(_("種類"), max_length=15)
    waiting = models.PositiveIntegerField(_("件数"))
    due = models.DateField(_("期限"), null=True)
    counted_at = models.DateTimeField(_("数えた日時"))

    class Meta:
        verbose_name = "未作成の件数の控え"
        constraints = [models.UniqueConstraint(fields=["tax_year", "kind"], name="waiting_once")]

    def __str__(self) -> str:
        return f"waiting {self.tax_year} {self.kind}"
