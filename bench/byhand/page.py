"""The table of what filing takes (申告の手間), written into docs/portal.md from the result."""

import json
from pathlib import Path

from bench.byhand.hand import (
    HOLD_CARD,
    HOME,
    KEYS_PER_JAPANESE,
    LOOK_AT_PAPER,
    MIND,
    POINT,
    PRESS,
    READ_PER_SECOND,
    SWIPE,
    SWITCH_APP,
)
from bench.byhand.people import FILERS, WAYS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "portal.md"
RESULT = ROOT / "bench" / "results" / "byhand.json"
BEGIN = "<!-- python -m bench.byhand.run writes from here -->"
END = "<!-- to here -->"
PARTS = {
    "decide": "making up one's mind (M)",
    "tap": "taps (P and press)",
    "type": "typing (H and K)",
    "swipe": "swiping",
    "look_at_paper": "looking at the papers",
    "hold_card": "holding the card",
    "switch_to_app": "into the app and back",
    "wait_for_pages": "waiting for pages (measured)",
}
SUMS = {
    "hands": "**seconds in all, nothing read**",
    "with_questions_read": "**with the questions and their help read**",
    "with_questions_read_and_offers_taken": (
        "the same, where the phone offers one's own telephone number and address"
    ),
    "with_every_word_read": "with every word of every screen read",
}


def table() -> str:
    """Return the table from the last measurement."""
    found = json.loads(RESULT.read_text(encoding="utf-8"))["filers"]
    columns = [found[filer.name][way] for filer in FILERS for way in WAYS]
    rows = [
        ("", *(f"{filer.title}: {words}" for filer in FILERS for words in WAYS.values())),
        ("---", *("---:" for _ in columns)),
        ("screens, landing page to receipt", *(one["screens"] for one in columns)),
        ("of these in the app", *(one["switches"] for one in columns)),
        ("fields typed", *(one["fields"] for one in columns)),
        ("taps", *(one["taps"] for one in columns)),
        ("keys", *(one["keys"] for one in columns)),
        ("seconds a key (K)", *(filer.key_seconds for filer in FILERS for _ in WAYS)),
    ]
    for part, words in PARTS.items():
        rows.append((f"seconds {words}", *(one["seconds"][part] for one in columns)))
    rows += [
        (
            "of these, making the account or coming in with the card",
            *(one["account_seconds"] for one in columns),
        ),
    ]
    rows += [
        (words, *(_minutes(one["seconds"][total]) for one in columns))
        for total, words in SUMS.items()
    ]
    rows += [
        (
            "questions read, from there on",
            *(
                _minutes(one["seconds"]["with_questions_read"] - one["account_seconds"])
                for one in columns
            ),
        ),
        ("characters of questions and help", *(one["question_characters"] for one in columns)),
        ("characters of all the rest", *(one["other_characters"] for one in columns)),
    ]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)


def _minutes(seconds: int) -> str:
    return f"{seconds} ({seconds // 60}:{seconds % 60:02d})"


def block() -> str:
    """Return what stands between the marks: the table and the assumptions."""
    said = (
        f"KLM: M {MIND} s and P {POINT} s + {PRESS} s a tap, H {HOME} s a field, K as above. "
        f"Assumed, not of the model: {SWIPE:g} s a swipe, {LOOK_AT_PAPER:g} s to find an amount "
        f"on paper, {HOLD_CARD:g} s to hold the card (twice), {SWITCH_APP:g} s into the app and "
        f"back with one more tap there to agree, {KEYS_PER_JAPANESE:g} keys a Japanese character, "
        f"{READ_PER_SECOND * 60:.0f} characters read a minute. What a tick opens is read once it "
        "is open; text for screen readers only and closed parts are not read; one's own telephone "
        "number is typed without a look at paper. Where the phone offers: boxes marked `tel` and "
        "`email` are filled by one more tap and no key, as browsers on phones do on a first visit, "
        "too, if the owner's card of contacts or an earlier form holds them; the password is typed "
        "all the same. No errors, no help pages; the account is made on "
        "the way, either with e-mail address and password and a demo card in the page, or with the "
        "card alone in the simulated デジタル認証アプリ. A model, not people."
    )
    return f"{BEGIN}\n\n{table()}\n\n{said}\n\n{END}"


def rewritten(text: str) -> str:
    """Return the page with the block made new."""
    before, rest = text.split(BEGIN, 1)
    return before + block() + rest.split(END, 1)[1]


def write() -> None:
    """Bring docs/portal.md up to the last measurement."""
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
