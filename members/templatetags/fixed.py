"""Markup that is the same for everybody: rendered once for each language."""

from django import template
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


class FixedNode(Node):
    """Keeps its words for each language. It sees no context, so nothing of a reader can stay in it."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.kept: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.kept:
            alone = Context({})
            with alone.render_context.push_state(context.template), alone.bind_template(context.template):  # type: ignore[arg-type]
                self.kept[language] = self.nodelist.render(alone)
        return self.kept[language]


@register.tag
def fixed(parser: Parser, token: Token) -> FixedNode:
    """``{% fixed %}…{% endfixed %}``: a part that depends on the language alone; variables inside are empty."""
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(nodelist)
