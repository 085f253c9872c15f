"""Beginning: my home, purpose of use and what is needed, and the card."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from portal import purpose, years
from portal.errors import PortalError
from portal.interview.fields import FoldedRadios
from portal.interview.links import page_of
from portal.interview.model import Situation
from portal.interview.summary import Block, card_block
from portal.last_year import filed_last_year
from portal.models import Draft
from portal.queries import own_drafts, own_submissions
from portal.services import drafts
from portal.services.cards import attributes_on, read_card
from portal.services.events import actor_of
from portal.services.same_person import has_another
from portal.signers import kept_card, offered
from portal.views.access import personal, resident_of
from portal.views.frame import frame, next_url, open_for, version_of
from portal.views.own_number import OwnNumberField, copy_card, number_boxes
from portal.views.pace import at_pace
from signing.certificates import CardAttributes


class StartForm(forms.Form):
    """Which year, and that the purpose of use was read in the version that was shown."""

    tax_year = forms.ChoiceField(
        label=_("どの年度の申告をしますか?"),
        widget=FoldedRadios(title=_("前の年度(期限後の申告)")),
    )
    purpose_version = forms.CharField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("使う目的の説明を読み込めませんでした。画面を開き直してください。")
        },
    )
    from_last_year = forms.BooleanField(
        label=_("去年ここで送った申告の内容から始めます"),
        help_text=_(
            "名前や勤め先などが入った状態で始まります。金額とマイナンバーは入っていません。"
        ),
        required=False,
    )

    def __init__(
        self,
        *args: object,
        choices: list[tuple[str, str]],
        asks_number: bool = False,
        **options: object,
    ) -> None:
        """`asks_number`: all else that the return needs of the card came with the log-in."""
        super().__init__(*args, **options)  # type: ignore[arg-type]
        chosen = self.fields["tax_year"]
        assert isinstance(chosen, forms.ChoiceField)
        assert isinstance(chosen.widget, FoldedRadios)
        chosen.choices = choices
        chosen.widget.folded = [year for year, _label in choices[1:]]
        if asks_number:
            self.fields["personal_number"] = OwnNumberField()


@require_safe
@personal
def home(request: HttpRequest) -> HttpResponse:
    """Lead to what this resident was doing: the open return, my filings, or the start.

    Where several returns are open, as an agent's are, the list of them is the place to go on.
    """
    waiting = own_drafts(resident_of(request))
    if len({draft.whose for draft in waiting}) > 1:
        return redirect("portal:filings")
    if waiting:
        return redirect("portal:hub", waiting[0].place)
    return redirect("portal:filings" if own_submissions(resident_of(request)) else "portal:start")


@require_http_methods(["GET", "HEAD", "POST"])
@personal
def start(request: HttpRequest) -> HttpResponse:
    """Say what the data are for, and begin: with the 個人番号 where the card is known already."""
    today = timezone.localdate()
    open_years = years.open_years(today)
    certificate = _card_to_copy(request)
    asks = certificate is not None and (not request.POST or "personal_number" in request.POST)
    form = StartForm(
        request.POST or None,
        choices=year_choices(today),
        asks_number=asks,
        initial={"tax_year": open_years[0], "purpose_version": purpose.VERSION},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return redirect(_begin(request, form, certificate if asks else None))
            except PortalError as error:
                form.add_error(None, error.message)
    words = {
        "form": form,
        "known": _card_words(certificate, open_years[0]) if certificate and asks else None,
        "purpose": purpose.TEXT,
        "purpose_version": purpose.VERSION,
        "filed_before": any(filed_last_year(resident_of(request), year) for year in open_years),
    }
    return render(request, "portal/start.html", words, status=status)


def _begin(request: HttpRequest, form: StartForm, certificate: bytes | None) -> str:
    """Open the draft, copy the card that came with the log-in, and return where it goes on."""
    resident, given, now = resident_of(request), form.cleaned_data, timezone.now()
    draft = drafts.open_draft(
        resident,
        given["tax_year"],
        last_year=filed_last_year(resident, given["tax_year"]) if given["from_last_year"] else None,
        purpose_version=given["purpose_version"],
        by=actor_of(resident),
        now=now,
    )
    if draft.content["card"] or draft.state == Draft.State.SUBMITTED:
        return page_of("hub", draft.place)
    if certificate is None:
        return page_of("card", draft.place)
    number = given["personal_number"]
    draft = copy_card(request, draft, certificate, number, version=draft.version, now=now)
    return next_url(draft, drafts.situation_of(draft))


def _card_to_copy(request: HttpRequest) -> bytes | None:
    """Return the certificate that came with the log-in, None where a return has its card."""
    resident = resident_of(request)
    if any(draft.content["card"] for draft in own_drafts(resident) if not draft.whose):
        return None
    certificate = kept_card.kept(request.session, resident)
    return certificate if certificate and _said_by(certificate) else None


def year_choices(today: date) -> list[tuple[str, str]]:
    """Return the years that may be filed for, with their labels; the season's comes first."""
    open_years = years.open_years(today)
    return [(year, _year_label(year, open_years)) for year in open_years]


def _year_label(tax_year: str, open_years: list[str]) -> str:
    words = years.words_for(tax_year)
    text = _("%(tax_year)s(%(year)s1月から12月の収入)") % words
    return str(text) if tax_year == open_years[0] else str(_("%s ※期限後の申告")) % text


def after_card(request: HttpRequest, place: str) -> HttpResponse:
    """Go on with the questions, telling whose card was read; stay where that needs a look."""
    draft, situation = open_for(request, place)
    # The account as the reading left it: the one of the request was fetched before.
    if has_another(draft.resident):
        return redirect("portal:card", place)
    said = gettext("%(name)sさんのカードから写しました。") % {"name": situation.card["name"]}
    messages.success(request, said)
    return redirect(next_url(draft, situation))


def _known(request: HttpRequest, draft: Draft, situation: Situation) -> Block | None:
    """Return what the card says that the resident came in with, unless one was read already."""
    certificate = kept_card.kept(request.session, resident_of(request))
    if certificate is None or situation.card_is_read:
        return None
    return _card_words(certificate, draft.tax_year, draft.content)


def _card_words(
    certificate: bytes, tax_year: str, content: dict[str, Any] | None = None
) -> Block | None:
    if (said := _said_by(certificate)) is None:
        return None
    card = {"name": said.name, "birth_date": said.birth_date.isoformat(), "sex": said.sex}
    known = {**(content or {}), "card": card | {"address": said.address}}
    return card_block(Situation(known, tax_year), whole=False)


def _said_by(certificate: bytes) -> CardAttributes | None:
    try:
        return attributes_on(certificate)
    except PortalError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@personal
@at_pace("saves")
def card(request: HttpRequest, place: str) -> HttpResponse:
    """Read the card: the page posts what the card said, and the server compares."""
    draft, situation = open_for(request, place)
    if draft.state == Draft.State.SUBMITTED:
        return redirect("portal:hub", place)
    error, status = "", 200
    if request.method == "POST":
        try:
            drafts.save_card(
                draft,
                read_card(request.POST.get("read", "")),
                version=version_of(request),
                by=actor_of(resident_of(request)),
                now=timezone.now(),
            )
            return after_card(request, place)
        except PortalError as refused:
            error, status = refused.message, 422
            draft, situation = open_for(request, place)
    words = {
        "error": error,
        "signers": offered(),
        "shown": card_block(situation) if situation.card_is_read else None,
        "next_url": next_url(draft, situation),
        "has_another": has_another(resident_of(request)),
        "known": _known(request, draft, situation),
        "numbers": (numbers := number_boxes(request.session)),
        "refused": [one for one in numbers.values() if one.errors],
        "number_waits": situation.principal and not situation.filer.get("personal_number"),
    }
    words["has_errors"] = bool(error or words["refused"])
    return render(
        request, "portal/card.html", frame(draft, situation, "basic") | words, status=status
    )
