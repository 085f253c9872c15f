"""Beginning with the card (カードではじめる): one holding of it logs in and tells who it is of.

The card signs a fresh statement with the デジタル認証アプリ. The pseudonym that comes with the
signature finds the account or makes one; the certificate brings the four attributes, so that the
card is not read a second time. Neither a password nor an e-mail address is asked for.
"""

from datetime import datetime

from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.providers.base import AuthProcess
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.errors import CardRefused
from portal.identity import service
from portal.identity.errors import AppFailed, made_meanwhile
from portal.identity.pages import failure_page, refusal_page
from portal.identity.service import Attributes
from portal.services.cards import attributes_on
from portal.signers import app_flow, app_read, kept_card
from portal.signers.app_flow import Pending, Signed

START = "start"


@never_cache
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Send the browser to the app with a statement to sign. Posted: no other site can start it."""
    if not service.available():
        raise Http404
    # Each begin asks the service twice: nobody may make the portal do that without end.
    if refused := ratelimit.consume_or_429(request, action="app_start"):
        return refused
    try:
        statement = app_read.statement_about("log-in")
        address = app_flow.begin(
            request.session,
            app_read.block_of(statement),
            purpose=START,
            place="",
            version=0,
            statement=statement,
            now=timezone.now(),
        )
    except AppFailed as failed:
        return failure_page(request, failed, back=reverse("portal:landing"))
    return HttpResponseRedirect(address)


def finish(request: HttpRequest, pending: Pending, signed: Signed, now: datetime) -> HttpResponse:
    """Log in whom the card is of; CardRefused or AppFailed where it proves nothing."""
    app_read.check(signed, pending.statement, now=now)
    said = attributes_on(signed.certificate)
    found = Attributes(said.name, said.address, said.birth_date, said.sex)
    provider = get_adapter().get_provider(request, "auth_app")
    told = {"sub": signed.subject, "attributes": found}
    login = provider.sociallogin_from_response(request, told)
    login.state = {"process": AuthProcess.LOGIN, "next": reverse("portal:home")}
    try:
        with transaction.atomic():
            response: HttpResponse = complete_social_login(request, login)
    except IntegrityError as error:
        raise made_meanwhile() from error
    kept_card.keep(request.session, signed.subject, signed.certificate)
    return response


def refused(request: HttpRequest, problem: CardRefused | AppFailed) -> HttpResponse:
    """Return the page for a beginning that did not work; it leads back to the first page."""
    back = reverse("portal:landing")
    if isinstance(problem, AppFailed):
        return failure_page(request, problem, back=back)
    remedy = _("もとの画面に戻って、もう一度お試しください。")
    return refusal_page(request, problem.message, remedy, back=back, status=422)
