"""Pieces of HTML put together in Python: escaped as Django escapes them."""

import pytest
from django.utils.functional import lazystr
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from config.markup import escaped, markup


class Drawn:
    def __html__(self):
        return "<svg>"


VALUES = [
    *("", "佐藤 花子", "<b>\"'&", mark_safe("<b>"), 5, None, True),
    *(gettext_lazy("円"), lazystr("<i>"), lazystr(mark_safe("<i>")), Drawn()),
]


@pytest.mark.parametrize("value", VALUES)
def test_value_is_escaped_as_django_does(value):
    assert escaped(value) == str(conditional_escape(value))


def test_piece_is_what_format_html_gives_and_is_html_itself():
    pieces = [write("<p {}>{}</p>", mark_safe('id="a"'), "<b>") for write in (markup, format_html)]

    assert pieces == ['<p id="a">&lt;b&gt;</p>'] * 2
    assert isinstance(pieces[0], SafeString)
    assert markup("{}", pieces[0]) == pieces[0]
