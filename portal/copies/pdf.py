"""The PDF copy (申告書の控え), set by Typst as a tagged document (PDF/UA-1)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from config.context import load_municipality_file
from config.pdf import render
from config.templatetags.design import html_language
from config.translations.said import say
from portal.copies.content import content_of
from portal.models import Submission

PAGE = Path(__file__).parent / "return.typ"


def pdf_of(submission: Submission) -> bytes:
    """Return the copy as PDF; CopyGone where the answers are erased. Numbers never stand there."""
    return render(PAGE, printed_on(submission), at=submission.submitted_at, boxes=True)


def printed_on(submission: Submission) -> dict[str, Any]:
    """Return everything that the copy says, in the reader's language."""
    content = content_of(submission)
    return content | {"words": _words(submission, content["year"])}


def _words(submission: Submission, year: str) -> dict[str, str]:
    """Return the page's own words, in the reader's language."""
    city = say(load_municipality_file(settings.MUNICIPALITY_FILE)["name"])
    return {
        "language": html_language(),
        "title": _("%(year)s 市民税・県民税申告書") % {"year": year},
        "copy": _("控え"),
        "city": city,
        "addressed": _("%(city)s長 あて") % {"city": city},
        "receipt": _("受付"),
        "receipt_number": _("受付番号"),
        "submitted_at": _("受付日時"),
        "version": _("(第%(n)s版)") % {"n": submission.version},
        "digest": _("申告書のハッシュ値(SHA-256)"),
        "filer": _("申告する人"),
        "answers": _("申告した内容"),
        "box": _("欄"),
        "item": _("項目"),
        "content": _("内容"),
        "yen": _("円"),
        "papers": _("いっしょに送った書類"),
        "paper_digest": _("ハッシュ値(SHA-256)"),
        "computed": _("計算した欄"),
        "total": _("年税額の目安"),
        "estimate_note": _(
            "入力した内容から計算した目安です。税額は市が決め、6月にお知らせします。"
        ),
        "number_note": _("マイナンバーは、この控えには書きません。電子署名は市役所が保管します。"),
    }
