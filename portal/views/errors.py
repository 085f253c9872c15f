"""Error pages in plain words: what happened, what to do, that nothing typed is lost."""

import sys
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from config.context import municipality
from portal.papers import words as papers_words

# What no page carries back to the browser: it would stand in the source of the error page.
UNSPOKEN = ("password", "personal_number", "read", "signature")
RETRY_AFTER_SECONDS = "120"
TOO_MANY_SECONDS = "300"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request, exception)
    return _page(
        request,
        400,
        _("この操作は受け付けられませんでした"),
        _("送られた内容が正しい形ではありません。前の画面に戻って、もう一度お試しください。"),
    )


def too_large(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say what was too much and how much is taken: text, boxes or files."""
    if isinstance(exception, TooManyFilesSent):
        too_much = papers_words.too_many()
    elif isinstance(exception, TooManyFieldsSent):
        too_much = _("一度に送られた項目が多すぎます。項目を減らしてください。")
    else:
        too_much = _(
            "送られた文字が多すぎます。一度に%(most)sまでです。文字を減らしてください。"
        ) % {"most": filesizeformat(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)}
    kept = _("今回送られた分は保存していません。前に保存した内容は、そのまま残っています。")
    return _page(request, 413, _("内容が大きすぎて受け取れませんでした"), too_much, kept)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        403,
        _("この画面は開けません"),
        _("ログインしている人では見られない画面です。はじめの画面からやり直してください。"),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        404,
        _("画面が見つかりません"),
        _("アドレスがまちがっているか、この画面はもうありません。"),
    )


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    response = _page(
        request,
        429,
        _("少し待ってください"),
        _(
            "短い間に何度も操作がありました。安全のため止めています。5分ほど待って、もう一度お試しください。"
        ),
    )
    response["Retry-After"] = TOO_MANY_SECONDS
    return response


def too_fast(request: HttpRequest, seconds: int) -> HttpResponse:
    """Say that one resident goes too fast, and offer what was typed for one more try."""
    title = _("少し待ってください")
    text = _("短い間に何度も操作がありました。1分ほど待って、もう一度お試しください。")
    if "preview" in request.POST:
        # Asked for by the page itself: nothing must land in the estimate's place.
        response = HttpResponse(status=429)
    elif not request.accepts("text/html"):
        response = JsonResponse({"error": text}, status=429)
    else:
        response = _page(request, 429, title, text, _lost(request), again=_typed(request))
    response["Retry-After"] = str(seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Say sorry without asking anything that may itself be broken: no session, no database."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return _away(request)
    words = {
        "title": _("うまく動きませんでした"),
        "text": _(
            "こちらの問題です。申し訳ありません。"
            "保存した内容は残っています。少し待って、もう一度お試しください。"
        ),
        **municipality(request),
    }
    return HttpResponse(
        render_to_string("portal/error.html", words),
        status=500,
        headers={"Cache-Control": "no-store"},
    )


def _away(request: HttpRequest) -> HttpResponse:
    """Say that nothing was saved, and offer what was typed for one more try by one button."""
    lost = _lost(request)
    words = {
        "title": _("いまは保存や表示ができません"),
        "text": _(
            "こちらの設備が一時的に止まっています。申し訳ありません。"
            "前に保存した内容は残っています。2〜3分待って、もう一度お試しください。"
        ),
        "kept": lost,
        "back": _came_from(request) if lost else "",
        "again": _typed(request),
        **municipality(request),
    }
    headers = {"Cache-Control": "no-store", "Retry-After": RETRY_AFTER_SECONDS}
    page = render_to_string("portal/error.html", words)
    return HttpResponse(page, status=503, headers=headers)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields of a page that was being saved; none where one of them is a secret."""
    if request.method != "POST" or request.FILES or _has_secret(request):
        return []
    return [(name, value) for name, values in request.POST.lists() for value in values]


def _has_secret(request: HttpRequest) -> bool:
    return any(secret in name for name in request.POST for secret in UNSPOKEN)


def _lost(request: HttpRequest) -> str:
    """Return what has to be given once more, as no page carries it back; "" for nothing."""
    if request.method != "POST":
        return ""
    if _has_secret(request):
        return _(
            "いまの入力は保存していません。マイナンバーやパスワードは、安全のため、この画面にも残しません。"
            "前の画面に戻って、もう一度入力してください。"
        )
    if request.FILES:
        return _("選んだファイルは保存していません。前の画面に戻って、もう一度選んでください。")
    return ""


def _came_from(request: HttpRequest) -> str:
    """Return the address of our own page that sent the form, "" where the browser does not say."""
    said = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(said, {request.get_host()}, request.is_secure())
    return said if ours else ""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        _("画面を開いてから時間がたちました"),
        _(
            "安全のため、保存しませんでした。前の画面に戻り、読み込み直してから、もう一度お試しください。"
        ),
    )


def _page(
    request: HttpRequest,
    status: int,
    title: str,
    text: str,
    kept: str = "",
    again: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    words = {
        "title": title,
        "text": text,
        "kept": kept,
        "back": _came_from(request) if kept else "",
        "again": again,
    }
    response = render(request, "portal/error.html", words, status=status)
    response["Cache-Control"] = "no-store"
    return response
