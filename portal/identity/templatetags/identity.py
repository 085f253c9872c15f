"""Whether pages offer the デジタル認証アプリ."""

from django import template

from portal.identity import service

register = template.Library()


@register.simple_tag
def app_is_offered() -> bool:
    """Say whether this installation is registered with the service."""
    return service.available()
