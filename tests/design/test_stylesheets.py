"""Each frame links the stylesheet of every component that its pages include."""

import re

import pytest

from config.settings.environment import ROOT
from config.templatetags.design import STYLESHEETS

INCLUDED = re.compile(r'{% include "components/([a-z_]+)\.html"')
PAGES = {
    "portal": ("account", "portal", "portal_base.html"),
    "staff": ("review", "staff_base.html"),
}


def components_of(frame: str) -> set[str]:
    """Return the components that pages of a frame include and that have a stylesheet."""
    places = [ROOT / "templates" / name for name in PAGES[frame]]
    pages = [page for place in places for page in [place, *place.rglob("*.html")] if page.is_file()]
    named = {name for page in pages for name in INCLUDED.findall(page.read_text(encoding="utf-8"))}
    sheets = {sheet.stem for sheet in (ROOT / "static/css/components").glob("*.css")}
    return {name.replace("_", "-") for name in named} & sheets


@pytest.mark.parametrize("frame", ["portal", "staff"])
def test_frame_links_the_stylesheet_of_every_component_it_shows(frame):
    linked = {sheet.removeprefix("components/") for sheet in STYLESHEETS[frame]}

    assert components_of(frame) - linked == set()
    assert "diff" in components_of(frame)
