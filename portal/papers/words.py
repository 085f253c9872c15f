"""Why a file was not taken, in words that say how to mend it."""

from django.utils.translation import gettext as _

from papers import MAX_FILES, MAX_PAGES


def refusal(code: str, name: str) -> str:
    """Return the sentence for one of the codes of papers.errors, about the file of this name."""
    return _sentences()[code] % {"name": name}


def too_many() -> str:
    return _(
        "書類は全部で%(n)s個までです。1つのPDFにまとめるか、いらないものを外してください。"
    ) % {"n": MAX_FILES}


def too_much() -> str:
    return _("書類は全部で20MBまでです。いらないものを外すか、写真を小さくしてください。")


def too_fast() -> str:
    return _("短い間に送られた書類が多すぎます。1分ほど待ってから、もう一度選んでください。")


def infected(name: str) -> str:
    return _(
        "「%(name)s」からウイルスが見つかったため、受け取りませんでした。"
        "どこにも残していません。別の端末で写真を撮り直すか、書類なしで申告してください。"
    ) % {"name": name}


def _sentences() -> dict[str, str]:
    again = _("「%(name)s」を開けませんでした。こわれていないか確かめて、選び直してください。")
    return {
        "empty": _("「%(name)s」は中身がありません。選び直してください。"),
        "too_large": _("「%(name)s」は大きすぎます。1つのファイルは20MBまでです。"),
        "too_many_bytes": _(
            "「%(name)s」は受け取れませんでした。一度に送れるのは、全部で40MBまでです。"
            "一度に送る写真を減らして、何回かに分けて選んでください。"
        ),
        "unknown_kind": _(
            "「%(name)s」は受け取れない種類のファイルです。写真(JPEG・PNG・HEIC)かPDFを選んでください。"
        ),
        "unreadable": again,
        "no_such_page": again,
        "too_many_pixels": _(
            "「%(name)s」の写真は画素が多すぎます。カメラで撮り直すか、小さくして選んでください。"
        ),
        "encrypted": _(
            "「%(name)s」にはパスワードがかかっています。パスワードを外すか、印刷して写真に撮ってください。"
        ),
        "active": _(
            "「%(name)s」は、動く仕掛けやほかのファイルの入ったPDFのため、受け取れません。"
            "印刷して写真に撮るか、「PDFとして印刷」で作り直してください。"
        ),
        "too_many_pages": _("「%(name)s」はページが多すぎます。%(most)sページまでです。")
        % {"name": "%(name)s", "most": MAX_PAGES},
        "two_files_in_one": _(
            "「%(name)s」は、PDFの中に別のファイルが入っているため、受け取れません。"
            "「PDFとして印刷」で作り直してください。"
        ),
        "busy": _(
            "混み合っているため、「%(name)s」を受け取れませんでした。少し待って、もう一度選んでください。"
        ),
        "too_heavy": _(
            "「%(name)s」は読み取りに時間がかかりすぎます。写真に撮って選び直してください。"
        ),
    }
