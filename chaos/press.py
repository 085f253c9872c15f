"""Presses 再送 for everything that stopped in a zone, as a member of staff does for one or many."""

import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from exchange.models import InboxMessage, OutboxMessage  # noqa: E402
from exchange.services import resend_all  # noqa: E402


def main() -> None:
    """Resend what stopped, less what the command line names."""
    for model in (OutboxMessage, InboxMessage):
        stopped = model.objects.filter(state="needs_person").exclude(pk__in=sys.argv[1:])
        resend_all(list(stopped.values_list("pk", flat=True)), now=timezone.now())


if __name__ == "__main__":
    main()
