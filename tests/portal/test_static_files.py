"""What production serves beside the pages: collected, named by content, compressed, and small."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template import engines
from django.test import override_settings

from config.settings.base import COLLECTED
from config.templatetags import design
from tests.portal.test_public import every_page

SCRIPTS_MOST, STYLES_MOST = 60_000, 50_000
LINK = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"')


@pytest.fixture
def collected(tmp_path):
    """Serve as production does. The links that pages share are made anew before and after."""
    with override_settings(STORAGES=COLLECTED, STATIC_ROOT=tmp_path, WHITENOISE_USE_FINDERS=False):
        call_command("collectstatic", "--no-input", verbosity=0)
        _forget_links()
        yield tmp_path
    _forget_links()


def _forget_links() -> None:
    """Let go of links made before: of each page's own, and in parts that pages share."""
    for link in (design.stylesheets, design.modules):
        link.cache_clear()
    for loader in engines["django"].engine.template_loaders:
        loader.reset()


def compressed(root: Path, url: str) -> int:
    path = root / url.removeprefix("/static/")
    smaller = path.with_name(path.name + ".br")
    return (smaller if smaller.exists() else path).stat().st_size


@pytest.mark.django_db
def test_no_page_loads_more_than_a_phone_should_bear(sato, collected):
    sato.is_ready_to_sign()
    heaviest = {"js": 0, "css": 0}
    for address in ["/", "/check/", "/help/", *every_page(sato)]:
        page = sato.client.get(address)
        if page.status_code != 200:
            continue
        for kind in heaviest:
            urls = {u for u in LINK.findall(page.content.decode()) if u.endswith(kind)}
            assert urls, address
            # The names carry a digest of the content, so browsers may keep the files for ever.
            assert all(re.search(rf"\.[0-9a-f]{{12}}\.{kind}$", url) for url in urls), address
            heaviest[kind] = max(heaviest[kind], sum(compressed(collected, u) for u in urls))

    assert 0 < heaviest["js"] <= SCRIPTS_MOST
    assert 0 < heaviest["css"] <= STYLES_MOST
