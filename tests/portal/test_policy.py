"""The policy header: one for all pages, and another where a page needs it."""

import pytest
from csp.constants import HEADER
from csp.decorators import csp_replace
from csp.utils import build_policy
from django.http import HttpResponse
from django.test import RequestFactory

from config.policy import PolicyMiddleware


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/no-such-page/"])
def test_every_page_has_the_policy_of_the_settings(client, path):
    assert client.get(path).headers[HEADER] == build_policy()


def test_page_that_asks_for_a_nonce_gets_it_into_its_header():
    def view(request):
        return HttpResponse(str(request.csp_nonce))

    answer = PolicyMiddleware(view)(RequestFactory().get("/"))

    assert answer.headers[HEADER] == build_policy(nonce=answer.content.decode())


def test_view_with_a_policy_of_its_own_keeps_it():
    view = csp_replace({"img-src": ["'none'"]})(lambda request: HttpResponse())

    answer = PolicyMiddleware(view)(RequestFactory().get("/"))

    assert answer.headers[HEADER] == build_policy(replace={"img-src": ["'none'"]})
