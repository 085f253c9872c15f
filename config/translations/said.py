"""What a library said (ライブラリの文), in the reader's language.

The libraries write Japanese sentences with the numbers already in them. A catalogue of theirs
holds each sentence with its places, 「{0}の個人番号が空です。」; the sentence is recognised by it,
and what stands in the places is translated in turn. What no catalogue knows (a name, a clerk's own
words) stays as it is.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation import get_language, to_locale

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
PLACE = re.compile(r"\{(\d+)\}")
# Such a text continues another one: 「…円（上限 28,000円）」, 「電話番号は数字で…」.
CONTINUES = (" ", "（", "は", "の", "と")
DEPTH = 8
# Where nothing recognises a line as a whole: sentences, then terms of a sum, then words.
SEPARATORS = ((r"(?<=。)", " "), (" ＋ ", " + "), (" ", " "))


@dataclass(frozen=True)
class Template:
    """A sentence with places: how it is recognised, and what it is called in the language."""

    pattern: re.Pattern[str]
    # The longest piece of its own: where this is missing, nothing more has to be tried.
    piece: str
    length: int
    translation: str

    @property
    def is_weak(self) -> bool:
        """Whether it consists of places with next to nothing between them, such as 「{0}の{1}」."""
        return len(self.piece.strip()) < 2


@dataclass(frozen=True)
class Texts:
    """A language's catalogue of what the libraries say."""

    whole: dict[str, str]
    # The one with the most words of its own first.
    templates: tuple[Template, ...]


def say(text: object) -> str:
    """Return a library's text in the language of the page."""
    language = get_language() or "ja"
    said = str(text)
    if language == "ja" or not said:
        return said
    return "\n".join(_line(_texts(to_locale(language)), line) for line in said.split("\n"))


def words_of(text: str) -> str:
    """Return a text that the catalogue holds as a whole; anything else, such as a name, as it is.

    For values in which a library's words and what people typed look alike.
    """
    language = get_language() or "ja"
    return text if language == "ja" else _texts(to_locale(language)).whole.get(text, text)


@cache
def _texts(folder: str) -> Texts:
    """Read the compiled catalogue of a language once; a language without one translates nothing."""
    whole, templates = {}, []
    for path in (Path(root) / folder / "LC_MESSAGES" / "library.mo" for root in _roots()):
        for entry in polib.mofile(str(path)) if path.exists() else []:
            whole[entry.msgid] = entry.msgstr
            if PLACE.search(entry.msgid):
                templates.append(_template(entry.msgid, entry.msgstr))
            if entry.msgid.startswith(CONTINUES):
                templates.append(_template(f"{{9}}{entry.msgid}", f"{{9}}{entry.msgstr}"))
    return Texts(whole, tuple(sorted(templates, key=lambda one: -one.length)))


def _roots() -> list[str]:
    return [str(root) for root in settings.LOCALE_PATHS]


def _template(text: str, translation: str) -> Template:
    pieces = PLACE.split(text)
    pattern = "".join(
        f"(?P<p{piece}>.*?)" if odd else re.escape(piece)
        for odd, piece in ((position % 2, piece) for position, piece in enumerate(pieces))
    )
    own = pieces[::2]
    return Template(re.compile(pattern), max(own, key=len), len("".join(own)), translation)


def _line(texts: Texts, line: str, depth: int = 0) -> str:
    """Translate one line: as a whole, by a template, sentence by sentence, or term by term."""
    if line in texts.whole and not PLACE.search(line):
        return texts.whole[line]
    if depth == DEPTH or not _has_words(line):
        return line
    for template in texts.templates:
        if found := _by(texts, template, line, depth):
            return found
    for separator, joint in SEPARATORS:
        if len(parts := re.split(separator, line)) > 1:
            return joint.join(_line(texts, part, depth + 1) for part in parts).rstrip()
    return line


def _by(texts: Texts, template: Template, line: str, depth: int) -> str:
    """Return the line by a template, "" where it is not that sentence."""
    if template.piece not in line:
        return ""
    match = template.pattern.fullmatch(line)
    if match is None:
        return ""
    places = {name: _line(texts, part, depth + 1) for name, part in match.groupdict().items()}
    if template.is_weak and any(_is_unknown(texts, match[n], said) for n, said in places.items()):
        return ""
    return PLACE.sub(lambda place: places[f"p{place[1]}"], template.translation)


def _is_unknown(texts: Texts, part: str, said: str) -> bool:
    return part == said and part not in texts.whole and _has_words(part)


def _has_words(text: str) -> bool:
    return bool(JAPANESE.search(text)) or "％" in text or "－" in text or "＝" in text
