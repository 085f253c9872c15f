"""The simulator refuses what the real service would: it must not be the easier one of the two."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from demo.auth_app import pages
from demo.auth_app.cards import Reader
from demo.auth_app.refusals import Denied, Refused, Unredirectable
from demo.auth_app.service import Client, Service
from signing.keys import generate_signing_key
from signing.oidc import ASSERTION_TYPE, sign_client_assertion
from tests.portal.conftest import SATO
from tests.portal.story import NUMBER_PIN, SIGNING_PIN

# The zone's cache, which every story begins by emptying, is a table.
pytestmark = pytest.mark.django_db
NOW = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
BACK = "https://portal.example/account/app/callback/"
KEY, CLIENT_KEY = generate_signing_key("app"), generate_signing_key("portal")
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
QUERY = {
    "response_type": "code",
    "client_id": "portal",
    "redirect_uri": BACK,
    "scope": "openid name address birthdate gender",
    "state": "s",
    "nonce": "n",
    "code_challenge": CHALLENGE.decode(),
    "code_challenge_method": "S256",
    "acr_values": "aal3 crl",
}


@pytest.fixture
def service(tmp_path, cards):
    (tmp_path / "sato.json").write_text(json.dumps(cards[SATO.name]), encoding="utf-8")
    client = Client("portal", {CLIENT_KEY.kid: CLIENT_KEY.public().pem}, (BACK,))
    return Service("https://app.example", KEY, client, Reader(tmp_path, b"key"))


def proof(now: datetime = NOW) -> dict[str, str]:
    audience = "https://app.example/api/realms/main/protocol/openid-connect/token"
    token = sign_client_assertion(client_id="portal", audience=audience, key=CLIENT_KEY, now=now)
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": token}


def code_of(service: Service, query: dict[str, str] = QUERY) -> str:
    pin = SIGNING_PIN if "sign" in query["scope"] else NUMBER_PIN
    choice = {"action": "use", "card": "sato", "pin": pin}
    back = service.decide(service.begin(query, NOW), choice, NOW)
    return parse_qs(urlsplit(back).query)["code"][0]


def redeem(service: Service, code: str, now: datetime = NOW, **changed: str) -> dict:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return service.token(form | {"code_verifier": VERIFIER} | proof(now) | changed, now)


def transaction(service: Service) -> str:
    token = service.token({"grant_type": "client_credentials"} | proof(), NOW)["access_token"]
    body = {"hash": base64.b64encode(b"x" * 51).decode()}
    return service.create_transaction(token, body, NOW)["sign_transaction_id"]


@pytest.mark.parametrize(
    "change", [{"client_id": "stranger"}, {"redirect_uri": "https://evil.example/"}]
)
def test_unknown_client_or_address_is_never_redirected_to(service, change):
    with pytest.raises(Unredirectable):
        service.begin(QUERY | change, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"response_type": "token"},
        {"scope": "name"},
        {"scope": "openid email"},
        {"state": ""},
        {"nonce": ""},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"acr_values": "aal1"},
    ],
)
def test_request_that_lacks_what_is_required_goes_back_with_an_error(service, change):
    with pytest.raises(Denied) as denied:
        service.begin(QUERY | change, NOW)

    assert denied.value.error == "invalid_request"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"redirect_uri": BACK + "x"}, "invalid_grant"),
        ({"client_assertion": "a.b.c"}, "invalid_client"),
        ({"client_assertion_type": ""}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_code_is_not_redeemed_by_a_wrong_request(service, changed, error):
    with pytest.raises(Refused) as refused:
        redeem(service, code_of(service), **changed)

    assert refused.value.error == error


def test_code_works_once_and_for_a_minute(service):
    code = code_of(service)
    redeem(service, code)
    with pytest.raises(Refused):
        redeem(service, code)

    late = NOW + timedelta(minutes=2)
    with pytest.raises(Refused):
        redeem(service, code_of(service), late)


def test_client_assertion_works_once(service):
    used = proof()
    service.token({"grant_type": "client_credentials"} | used, NOW)

    with pytest.raises(Refused) as refused:
        service.token({"grant_type": "client_credentials"} | used, NOW)

    assert refused.value.description == "replayed"


def test_userinfo_gives_what_was_asked_for_and_never_the_number(service):
    token = redeem(service, code_of(service, QUERY | {"scope": "openid name"}))["access_token"]

    said = service.userinfo(token, NOW)

    assert set(said) == {"sub", "name"}
    assert said["name"] == SATO.name


def test_transaction_is_signed_once_and_handed_to_its_own_token(service):
    mine, other = transaction(service), transaction(service)
    query = QUERY | {"scope": "openid sign", "sign_transaction_id": mine}
    token = redeem(service, code_of(service, query))["access_token"]

    with pytest.raises(Refused):
        service.result(token, other, NOW)
    with pytest.raises(Denied):
        service.begin(query, NOW)
    assert set(service.result(token, mine, NOW)) == {"signature", "certificate"}
    with pytest.raises(Refused):
        service.result(token, mine, NOW)


def test_transaction_expires(service):
    query = QUERY | {"scope": "openid sign", "sign_transaction_id": transaction(service)}

    with pytest.raises(Denied) as denied:
        service.begin(query, NOW + timedelta(minutes=11))

    assert denied.value.description == "sign_transaction_expired"


def test_token_of_a_person_makes_no_transaction(service):
    token = redeem(service, code_of(service))["access_token"]

    with pytest.raises(Refused) as refused:
        service.create_transaction(token, {"hash": "eA=="}, NOW)

    assert refused.value.error == "insufficient_scope"


def test_every_page_names_itself_a_simulator():
    asked = pages.ask("h", {"sato": "佐藤"}, signs=True, error="", chosen="")

    for page in (asked, pages.about(), pages.unknown()):
        assert "本物のデジタル認証アプリではありません" in page
