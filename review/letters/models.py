"""Letters to other authorities (通知・連絡・照会): where people live, and what is told to whom."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from review.deciding import Outgoing, Proposal, outgoing_constraints
from review.notices.models import Channel
from review.recipients.models import Recipient
from review.sealed_fields import EMPTY, SealedJSONField, SealedTextField


def _of_domicile(column: str) -> dict[str, str]:
    row = f"domicile-{column}:{{addressee_id}}:{{person_key}}:{{proposed_at}}"
    return {"year": "tax_year", "row": row}


class Domicile(Proposal):
    """Domicile (住所地の判明): where a person is registered on 賦課期日; two people say so.

    Of the person taxed here `person_key` is empty; else it is that of a dependant whom the
    documents claim and the register does not know. The newest that was decided counts.
    """

    tax_year = models.CharField(_("課税年度"), max_length=4)
    addressee = models.ForeignKey("addressees.Addressee", models.PROTECT, related_name="domiciles")
    person_key = models.CharField(max_length=64, blank=True, default="")
    why = SealedTextField(_("理由"), max_length=300, **_of_domicile("why"))
    name = SealedTextField(
        _("氏名"), max_length=200, blank=True, default="", **_of_domicile("name")
    )
    kana = SealedTextField(
        _("フリガナ"), max_length=200, blank=True, default="", **_of_domicile("kana")
    )
    birth_date = models.DateField(_("生年月日"), null=True)
    municipality = models.CharField(_("市区町村コード"), max_length=6)
    address = SealedTextField(_("住民票の住所"), max_length=300, **_of_domicile("address"))

    class Meta:
        verbose_name = "住所地の判明"
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["tax_year", "addressee", "person_key"],
                condition=Q(state="proposed"),
                name="domicile_one_open",
            ),
            models.CheckConstraint(
                condition=Q(person_key="") | ~Q(name=EMPTY) & Q(birth_date__isnull=False),
                name="domicile_of_a_dependant_has_a_name",
            ),
        ]
        indexes = [models.Index(fields=["tax_year", "addressee"], name="domicile_by_person")]

    def __str__(self) -> str:
        return f"domicile {self.tax_year} {self.pk}"


class Mailing(Outgoing):
    """Mailing (発送): letters of a kind that go to one recipient together; another confirms them.

    It is made again from its letters whenever it is taken, and `sha256` says what was taken first.
    """

    class Kind(models.TextChoices):
        NOTICE_294 = "notice_294", _("294-3通知")
        SLIP = "slip", _("資料連絡箋")
        DATA = "data", _("扶養是正データ")
        QUERY = "query", _("扶養親族確認書")
        INQUIRY = "inquiry", _("被扶養者所得照会書")
        ONE_STOP = "one_stop", _("ワンストップ特例の無効の通知")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("確認待ち")
        CONFIRMED = "confirmed", _("確認済み")
        SENT = "sent", _("発送済み")
        DROPPED = "dropped", _("取りやめ")

    number = models.BigAutoField(_("発送番号"), primary_key=True)
    kind = models.CharField(_("種類"), max_length=12, choices=Kind)
    channel = models.CharField(_("送り方"), max_length=6, choices=Channel, default=Channel.PAPER)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    # None where each letter goes to the person whom it is about.
    recipient = models.ForeignKey(Recipient, models.PROTECT, null=True, related_name="mailings")
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.PROPOSED)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=60, blank=True, default="")
    sent_at = models.DateTimeField(_("発送日時"), null=True)

    class Meta:
        verbose_name = "発送"
        constraints = [
            *outgoing_constraints("mailing", allowed="confirmed", gone="sent"),
            # 294-3 may go either way; the data only as a file, the rest only on paper.
            models.CheckConstraint(
                condition=Q(kind="notice_294")
                | Q(kind="data", channel="eltax")
                | ~Q(kind="data") & Q(channel="paper"),
                name="mailing_goes_its_way",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["query", "one_stop"], recipient__isnull=True)
                | ~Q(kind__in=["query", "one_stop"]) & Q(recipient__isnull=False),
                name="mailing_has_its_recipient",
            ),
        ]

    def __str__(self) -> str:
        return f"mailing {self.number}"

    @property
    def subject(self) -> str:
        """Return how the audit log names it."""
        return f"mailing:{self.number}"

    @property
    def to(self) -> str:
        """Return who gets it."""
        return self.recipient.name if self.recipient else "本人"

    @property
    def is_file(self) -> bool:
        """Tell whether it leaves as a sealed file instead of on paper."""
        return self.channel == Channel.ELTAX

    @property
    def has_numbers(self) -> bool:
        """Tell whether 個人番号 stand in it: only who may see them takes it."""
        return self.kind in (self.Kind.NOTICE_294, self.Kind.SLIP, self.Kind.DATA)


class Letter(models.Model):
    """Letter (通知・連絡箋・確認書・照会書): about one person, and what it says.

    `content` never holds a 個人番号: it is opened while the letter is printed. `matter` names what
    it is about (a denial, a dependant), so that nothing is told twice.
    """

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=12, choices=Mailing.Kind)
    tax_year = models.CharField(_("課税年度"), max_length=4)
    addressee = models.ForeignKey("addressees.Addressee", models.PROTECT, related_name="letters")
    dependant = models.ForeignKey(
        "addressees.Addressee", models.PROTECT, null=True, related_name="+"
    )
    matter = models.CharField(max_length=80, blank=True, default="")
    content = SealedJSONField(year="tax_year", row="letter:{mailing_id}:{addressee_id}:{matter}")
    # Which dependants a 確認書 asks about, by the keyed hashes of the claims: read in SQL.
    asked_keys = ArrayField(models.CharField(max_length=64), default=list, db_default=[])
    # False once its mailing was given up: it waits for another.
    holds = models.BooleanField(default=True)

    class Meta:
        verbose_name = "通知・連絡箋・確認書・照会書"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "tax_year", "addressee", "matter"],
                condition=Q(holds=True),
                name="letter_once_a_matter",
            )
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"
