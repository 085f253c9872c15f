"""The fields by which papers are chosen: a camera, or files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.papers.models import Topic

ACCEPTED = "image/jpeg,image/png,image/heic,image/heif,application/pdf,.heic,.heif"


class FilesInput(forms.FileInput):
    """A file box that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; `clean` returns the list, [] where none was chosen."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        chosen = data if isinstance(data, (list, tuple)) else [data]
        return [one for one in chosen if one]


class PapersForm(forms.Form):
    """Papers to add (書類を付ける)."""

    papers = FilesField(
        label=_("写真かPDFを選ぶ"),
        required=False,
        help_text=_("JPEG・PNG・HEIC・PDF。いくつでも選べます。全部で20個、20MBまで。"),
        widget=FilesInput(attrs={"accept": ACCEPTED, "data-papers": ""}),
    )
    photograph = FilesField(
        label=_("カメラで撮る"),
        required=False,
        help_text=_("書類の四すみが入るように、明るいところで撮ります。"),
        widget=FilesInput(attrs={"accept": "image/*", "capture": "environment", "data-papers": ""}),
    )

    def __init__(self, *args: Any, required: bool = False, **options: Any) -> None:
        """`required`: one of the two boxes has to be used, so neither is marked as 任意."""
        super().__init__(*args, **options)
        for formfield in self.fields.values():
            formfield.unmarked = required  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Any]:
        """The files of both boxes."""
        return [*self.cleaned_data["photograph"], *self.cleaned_data["papers"]]


# Nothing is chosen in it and nobody changes it: what pages show that offer to add papers.
BLANK_PAPERS = PapersForm()


class AddForm(PapersForm):
    """Papers to add on the page of all papers, where their kind has to be said."""

    topic = forms.ChoiceField(
        label=_("何の書類ですか?"), choices=Topic.choices, initial=Topic.OTHER
    )
    field_order = ["topic", "photograph", "papers"]

    def __init__(self, *args: Any, acting: bool, **options: Any) -> None:
        """`acting`: an agent files, who alone has a right to show (代理権)."""
        super().__init__(*args, required=True, **options)
        topics = self.fields["topic"]
        assert isinstance(topics, forms.ChoiceField)
        if not acting:
            topics.choices = [one for one in Topic.choices if one[0] != Topic.AUTHORITY]


class ReplaceForm(PapersForm):
    """Another file in a paper's place (差し替え)."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, required=True, **options)
        self.fields["papers"].help_text = _("JPEG・PNG・HEIC・PDFのファイル1つ。20MBまで。")
        for formfield in self.fields.values():
            formfield.widget.allow_multiple_selected = False
            formfield.widget.attrs.pop("multiple", None)
