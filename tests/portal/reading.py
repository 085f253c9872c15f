"""Reading a page for what is left in Japanese: text and names that a screen reader would speak."""

import re
from html.parser import HTMLParser

# Not the point between two words (・).
JAPANESE = re.compile("[\u3041-\u30fa\u30fc-\u30fe\u4e00-\u9fff々]")
SPOKEN = ("alt", "aria-label", "placeholder", "title")
WITHOUT_END = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
UNSEEN = {"script", "style", "template"}
# What people and papers are called, and how such a thing is written: the same in every language.
NAMES = (
    *("佐藤 花子", "サトウ ハナコ", "佐藤花子", "佐藤 太郎", "佐藤 一郎", "サトウ イチロウ"),
    *("熊本県熊本市中央区手取本町1番1号", "株式会社くまもと商店", "株式会社出版くまもと"),
    *("厚生労働省(日本年金機構)", "熊本県立大学", "クマモト ハナコ", "クマモト イチロウ"),
    *("佐藤 トメ", "サトウ トメ", "熊本県熊本市北区植木町岩野238番地1", "委任状.jpg"),
    *("票.pdf", "票.jpg", "証明書.pdf", "後で.pdf"),
)
# A legal term (源泉徴収票), an era date (令和8年12月31日), an example or a quotation of the paper.
BRACKETS = re.compile(r"\([^()]*\)")
# How a name or an address of here is written.
EXAMPLE = re.compile(r"Example: \S.*")
ERA = re.compile(r"(明治|大正|昭和|平成|令和)\s?(元|\d+)?([-年]\d+[-月]\d+日?|年度?)?")


class Reader(HTMLParser):
    """Collects the texts of a page, but for those in an element of another language."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = dict(attrs)
        if tag == "html":
            self.language = words.get("lang") or ""
        foreign = words.get("lang") not in (None, self.language) or tag in UNSEEN
        if not (foreign or self._is_foreign):
            self.texts += [words[name] or "" for name in SPOKEN if name in words]
        if tag not in WITHOUT_END:
            self.open.append((tag, foreign))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Drawings are closed at once: nothing stands in them."""

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._is_foreign:
            self.texts.append(data.strip())

    @property
    def _is_foreign(self) -> bool:
        return any(foreign for _tag, foreign in self.open)


def texts_of(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    return reader.texts


def japanese_in(texts: list[str], *, terms: bool) -> list[str]:
    """Return the texts with Japanese in them; `terms` lets legal terms in brackets stand."""
    return [text for text in texts if JAPANESE.search(without_names(text, terms))]


def without_names(text: str, terms: bool) -> str:
    """Return a text without what is called the same in every language."""
    for name in NAMES:
        text = text.replace(name, "")
    if terms:
        text = EXAMPLE.sub("", text)
    while terms and BRACKETS.search(text):
        text = BRACKETS.sub("", text)
    # English has its own words for a day, with the era in brackets behind them.
    return text if terms else ERA.sub("", text)
