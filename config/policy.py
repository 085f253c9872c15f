"""The content security policy (CSP), put together once for all pages that have no script inline."""

from functools import cache

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponseBase

# What django-csp's decorators leave on an answer that has a policy of its own.
OF_ITS_OWN = {"_csp_config", "_csp_update", "_csp_replace", "_csp_exempt"}


class PolicyMiddleware(CSPMiddleware):
    """django-csp's, which would put the policy together anew for every answer.

    Where a page asks for a nonce, or its view has a policy of its own, it still does.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if getattr(request, "_csp_nonce", None) or OF_ITS_OWN & vars(response).keys():
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, written())
        nonce = CheckableLazyObject(self._csp_nonce_post_response)
        # A nonce that is asked for after this would stand in no header.
        request.csp_nonce = nonce  # type: ignore[attr-defined,unused-ignore]
        return response


@cache
def written() -> str:
    return build_policy()
