"""How one looks at a paper (表示のしかた), as it stands in the address."""

from django import forms

from papers import MAX_PAGES


class LookForm(forms.Form):
    """Page, turn and nearness; what is left out is the paper's own."""

    page = forms.IntegerField(min_value=1, max_value=MAX_PAGES, required=False)
    turn = forms.ChoiceField(
        choices=[(str(turn), turn) for turn in (0, 90, 180, 270)], required=False
    )
    near = forms.ChoiceField(choices=[(str(near), near) for near in (1, 2, 3)], required=False)
