"""Words of Django and allauth that residents read, so that やさしい日本語 has them in its own way.

Their own catalogues know no such language and would speak formally there. Nothing uses this
module: the messages are looked up where those packages ask for them.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

WORDS = (
    _("Email"),
    _("Password"),
    _("Current Password"),
    _("New Password"),
    _("Enter a valid email address."),
    _("The email address and/or password you specified are not correct."),
    _("A user is already registered with this email address."),
    _("Too many failed login attempts. Try again later."),
    _("Please type your current password."),
    _("The password is too similar to the %(verbose_name)s."),
    _("Your password can’t be too similar to your other personal information."),
    _("This password is too common."),
    _("Your password can’t be a commonly used password."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        1,
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        1,
    ),
)
