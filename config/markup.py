"""Pieces of HTML (HTMLの部品) put together in Python: `format_html`, a third of its time.

Django's is ready for texts that stay lazy; what is written into a page at once never does.
"""

from html import escape

from django.utils.safestring import SafeString


def markup(text: str, *values: object) -> SafeString:
    """Return the HTML with the values in its places, each escaped unless it is HTML itself."""
    return SafeString(text.format(*[escaped(value) for value in values]))


def escaped(value: object) -> str:
    """Return a value as HTML: what is marked as HTML as it is, all else escaped."""
    if isinstance(value, SafeString):
        return value
    if type(value) is str:
        return escape(value)
    if hasattr(value, "__html__"):
        return str(value.__html__())
    # A lazy text tells only when it is read whether it is HTML.
    text = str(value)
    return text if isinstance(text, SafeString) else escape(text)
