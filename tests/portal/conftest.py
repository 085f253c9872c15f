"""The cast: Sato files, Yamada must see nothing of it. Their cards come from a demo authority."""

import os
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone, translation

from signing.demo import CardHolder, DemoPki
from signing.keys import generate_encryption_key, generate_signing_key
from tests.clamd import clamd, scanner
from tests.portal.office import Office
from tests.portal.phone import CLIENT_ID, Phone
from tests.portal.story import NUMBER_PIN, SIGNING_PIN, Person

__all__ = ["clamd", "scanner"]
SATO = CardHolder(
    name="佐藤 花子",
    kana="サトウ ハナコ",
    birth_date=date(1990, 5, 12),
    sex="2",
    address="熊本県熊本市中央区手取本町1番1号",
    personal_number="123456789018",
)
YAMADA = CardHolder(
    name="山田 次郎",
    birth_date=date(1985, 1, 1),
    sex="1",
    address="熊本県熊本市東区東本町16番30号",
    personal_number="345678901234",
)


@pytest.fixture(scope="session", autouse=True)
def keys():
    """Lay the portal's own keys and review's public ones where the zone looks for them."""
    made = {}
    for zone in ("portal", "review"):
        made[zone, "signing"] = generate_signing_key(f"{zone}-sign-test")
        made[zone, "encryption"] = generate_encryption_key(f"{zone}-enc-test")
    for (zone, use), key in made.items():
        mine = zone == "portal"
        folder = settings.KEYS_DIR / ("own" if mine else f"peers/{zone}") / use
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{key.kid}.pem").write_bytes(key.pem if mine else key.public().pem)
    return made


@pytest.fixture(autouse=True)
def fresh_limits(request):
    """Begin every story with unused rate limits: the cast signs up again and again."""
    if request.node.get_closest_marker("django_db"):
        cache.clear()


@pytest.fixture(autouse=True)
def in_japanese():
    """Begin every story in Japanese: a request leaves its language to the thread."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def pki():
    return DemoPki.create(Path(settings.ANCHORS_DIR).parent, at=timezone.now())


@pytest.fixture(scope="session")
def cards(pki):
    now = timezone.now()
    pins = {"signing_pin": SIGNING_PIN, "number_pin": NUMBER_PIN}
    return {holder.name: pki.issue(holder, **pins, at=now) for holder in (SATO, YAMADA)}


@pytest.fixture
def sato(cards):
    return Person("sato@example.jp", cards[SATO.name])


@pytest.fixture
def yamada(cards):
    return Person("yamada@example.jp", cards[YAMADA.name])


@pytest.fixture
def office(keys):
    return Office(keys)


@pytest.fixture
def phone(tmp_path, settings, cards):
    """A phone with everybody's cards; the portal is registered with the service behind it."""
    made = Phone(tmp_path, Path(settings.KEYS_DIR))
    made.add("sato", cards[SATO.name])
    made.add("yamada", cards[YAMADA.name])
    settings.AUTH_APP_URL = made.service.origin
    settings.AUTH_APP_CLIENT_ID = CLIENT_ID
    yield made
    made.hang_up()


@pytest.fixture(scope="module")
def chromium():
    """Drive the system's Chromium; Django takes the driver's event loop for an async view."""
    from playwright.sync_api import sync_playwright

    from tests.e2e.conftest import CHROMIUM

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    found = [path for path in CHROMIUM if os.access(path, os.X_OK)]
    assert found, "Install the package chromium: this test drives it."
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=found[0], args=quiet)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
