"""The simulator's pages: which card, which PIN, and how it should go wrong."""

from html import escape
from pathlib import Path
from string import Template

from demo.cards import NUMBER_PIN, SIGNING_PIN

FRAME = Template((Path(__file__).parent / "frame.html").read_text(encoding="utf-8"))
ASK = Template((Path(__file__).parent / "ask.html").read_text(encoding="utf-8"))
SCENARIOS = {
    "": "ふつうに終わる",
    "revoked": "電子証明書が失効している",
    "expired": "署名の受付時間が過ぎている",
}


def ask(handle: str, names: dict[str, str], *, signs: bool, error: str, chosen: str) -> str:
    """Return the page on which the tester plays the person with the phone."""
    shown = {"": SCENARIOS[""], "revoked": SCENARIOS["revoked"]} if not signs else SCENARIOS
    body = ASK.substitute(
        handle=escape(handle),
        doing="カードでの電子署名" if signs else "本人の確認(ログイン)",
        error=f'<p class="error" role="alert">{escape(error)}</p>' if error else "",
        cards="".join(_option(stem, f"{name}({stem})", chosen) for stem, name in names.items()),
        pin_label="署名用の暗証番号(6〜16文字の英数字)" if signs else "数字4けたの暗証番号",
        pin_hint=SIGNING_PIN if signs else NUMBER_PIN,
        pin_mode="text" if signs else "numeric",
        scenarios="".join(_option(code, words, "") for code, words in shown.items()),
        use="このカードで署名する" if signs else "このカードで本人確認をする",
    )
    return FRAME.substitute(body=body)


def unknown() -> str:
    """Return the page for a request that no registered service has made."""
    words = "<h1>この画面は開けません</h1><p>要求が正しくないか、時間がたっています。"
    return FRAME.substitute(body=words + "市の申告サイトからやり直してください。</p>")


def about() -> str:
    """Return the page that says what stands here."""
    words = "<h1>デジタル認証アプリのシミュレーター</h1><p>体験用のカードだけを扱います。"
    return FRAME.substitute(body=words + "市の申告サイトから呼び出されます。</p>")


def _option(value: str, words: str, chosen: str) -> str:
    mark = " selected" if value and value == chosen else ""
    return f'<option value="{escape(value)}"{mark}>{escape(words)}</option>'
