"""The doors of signing in with the app: begin, come back, and make a second account or not."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.views import SignupView
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.identity import service
from portal.identity.errors import AppFailed, made_meanwhile
from portal.identity.pages import failure_page
from portal.identity.provider import AppAdapter


@never_cache
@require_POST
def login(request: HttpRequest) -> HttpResponse:
    """Send the browser to the service. Posted, so that no other site can start it."""
    if not service.available():
        raise Http404
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    provider = get_adapter().get_provider(request, "auth_app")
    return provider.begin(request, wanted if safe else None)


class Callback(OAuth2CallbackView):
    """allauth's callback, which does not pass the nonce on and knows no failures of ours."""

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        if state:
            self.adapter.nonce = state.get("nonce", "")
        return state, response

    def dispatch(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().dispatch(request, *args, **options)
        except AppFailed as problem:
            failed = problem
        except IntegrityError:
            failed = made_meanwhile()
        get_adapter().on_authentication_error(request, None, exception=failed)
        raise failed


@never_cache
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Take the service's answer: state, code, ID token, attributes, and only then log in."""
    if not service.available():
        raise Http404
    return Callback.adapter_view(AppAdapter)(request)


class Register(SignupView):
    """The first time of who seems to have an account already: told so, before a second is made."""

    template_name = "account/app_signup.html"

    def get_authenticated_redirect_url(self) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                response: HttpResponse = super().form_valid(form)
        except IntegrityError:
            return failure_page(self.request, made_meanwhile())
        return response


register = never_cache(Register.as_view())
