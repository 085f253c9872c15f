"""Words of Django and allauth that residents read, so that やさしい日本語 has them in its own way.

Their own catalogues know no such language and would speak formally there. Nothing uses this
module: the messages are looked up where those packages ask for them.
"""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("Email"),
    _("Password"),
    _("Current Password"),
    _("New Password"),
    _("A user is already registered with this email address."),
)
