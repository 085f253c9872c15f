"""A part of a page that is the same for everybody: rendered once for a language, then reused."""

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from config.context import city_words

register = template.Library()
# More sets of values than a part ever has; what comes beyond is rendered, and not kept.
MOST_KEPT = 300


class SharedNode(template.Node):
    """The body sees the municipality and the values that the tag names, and nothing else.

    What a person typed, a token or the request cannot get into it, so that nothing of one
    resident's page can be shown to another.
    """

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, values: dict[str, FilterExpression]) -> None:
        self.nodelist, self.values = nodelist, values
        self.kept: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        values = {name: value.resolve(context, True) for name, value in self.values.items()}
        key = (get_language(), *values.values())
        kept = self.kept.get(key)
        if kept is None:
            kept = self._rendered(context, values)
            if len(self.kept) < MOST_KEPT:
                self.kept[key] = kept
        return kept

    def _rendered(self, context: template.Context, values: dict[str, Any]) -> SafeString:
        assert context.template is not None
        alone = template.Context({**city_words(), **values})
        with alone.bind_template(context.template):
            return self.nodelist.render(alone)


@register.tag
def shared(parser: Parser, token: Token) -> SharedNode:
    """Render the body once for each set of values: {% shared name=value … %}…{% endshared %}."""
    bits = token.split_contents()[1:]
    values = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError("shared takes name=value only")
    nodelist = parser.parse(("endshared",))
    parser.delete_first_token()
    return SharedNode(nodelist, values)
