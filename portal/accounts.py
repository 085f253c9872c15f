"""allauth in this city's words: mails name the city, and nothing else of the person."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

from config.context import load_municipality_file


class AccountAdapter(DefaultAccountAdapter):
    """Account mails (利用者へのメール)."""

    def format_email_subject(self, subject: str) -> str:
        """Begin every subject with the city's name, so that the sender is plain."""
        city = load_municipality_file(settings.MUNICIPALITY_FILE)["name"]
        return f"{city} {subject}"
