"""Forced colours (a screen with few colours of its own): words stay readable on a filled ground."""

import re

from config.settings.environment import ROOT

RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def test_words_on_the_key_colour_have_no_plate_behind_them():
    """The browser lays a plate of the page's ground behind words: white on white on a button."""
    sheets = (ROOT / "static" / "css").rglob("*.css")
    rules = [rule for sheet in sheets for rule in RULE.findall(sheet.read_text(encoding="utf-8"))]

    filled = {
        selector.strip(): body
        for selector, body in rules
        if "background: var(--primary);" in body and "color: var(--on-primary);" in body
    }
    # States of an element, and marks without words, change nothing of it.
    words = {name: body for name, body in filled.items() if ":" not in name.split("]")[-1]}
    assert {name for name, body in words.items() if "forced-color-adjust: none" not in body} <= {
        '.timeline__item[data-state="done"] .timeline__mark'
    }
    assert ".button" in words
