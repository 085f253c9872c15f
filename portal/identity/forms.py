"""Forms of signing in with the app."""

from typing import Any

from allauth.socialaccount import forms as allauth


class SecondAccountForm(allauth.SignupForm):
    """Nothing to type: the button says that another account (二つ目の登録) is wanted."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["email"]
