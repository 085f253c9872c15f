"""Error pages in plain words: what happened, what to do, that nothing typed is lost."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from config.context import municipality


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request,
        400,
        _("この操作は受け付けられませんでした"),
        _("送られた内容が正しい形ではありません。前の画面に戻って、もう一度お試しください。"),
    )


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
    return _page(
        request,
        429,
        _("少し待ってください"),
        _(
            "短い間に何度も操作がありました。安全のため止めています。5分ほど待って、もう一度お試しください。"
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Say sorry without asking anything that may itself be broken: no session, no database."""
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


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        _("画面を開いてから時間がたちました"),
        _(
            "安全のため、保存しませんでした。前の画面に戻り、読み込み直してから、もう一度お試しください。"
        ),
    )


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    words = {"title": title, "text": text}
    response = render(request, "portal/error.html", words, status=status)
    response["Cache-Control"] = "no-store"
    return response
