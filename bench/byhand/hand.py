"""A hand on a phone: it touches what is seen, and counts what a person would have needed.

Times are those of the keystroke-level model (Card, Moran & Newell 1980): K a key, P a target, H the
hand to the keyboard, M to make up one's mind. What the model does not have is assumed and named so.
"""

import math
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page

POINT, PRESS, HOME, MIND = 1.10, 0.20, 0.40, 1.35
# Assumed, not of the model.
SWIPE, LOOK_AT_PAPER, HOLD_CARD = 1.0, 3.0, 5.0
# From the browser into the app on the phone, and back again.
SWITCH_APP = 4.0
READ_PER_SECOND = 500 / 60
# One's own telephone number and address, which a phone's browser offers at a box that is marked so.
OFFERED = ("tel", "email")
# A kanji or kana is flicked and converted.
KEYS_PER_JAPANESE = 2.5
QUESTION = "main form:has([name=keep])"
# A drawn slip is looked at and not read; what is there for screen readers only is not seen. Only
# what is shown counts: the text of a part that is not open is in neither sum.
UNREAD = """place => [...place.querySelectorAll('svg, .visually-hidden, option:not(:checked)')]
    .filter(one => one.matches('option') || one.checkVisibility())
    .map(one => one.textContent).join('')"""
PHONE = {"width": 360, "height": 740}


@dataclass
class Count:
    """What was needed: screens passed, taps, fields typed, keys, swipes, characters on screen."""

    screens: int = 0
    taps: int = 0
    fields: int = 0
    keys: int = 0
    swipes: int = 0
    amounts: int = 0
    minds: int = 0
    cards: int = 0
    switches: int = 0
    offered: int = 0
    offered_keys: int = 0
    question_characters: int = 0
    other_characters: int = 0
    waited: float = 0.0
    names: list[str] = field(default_factory=list)
    # For each screen what had been needed when it was seen first.
    before: list[dict[str, float]] = field(default_factory=list)

    def numbers(self) -> dict[str, float]:
        """Return the counts as they are now."""
        return {name: value for name, value in vars(self).items() if not isinstance(value, list)}


class Hand:
    """Works in one page and counts. Every new address with a button pressed on it is a screen."""

    def __init__(self, page: Page, pictures: Path | None = None) -> None:
        """`pictures`: a folder that gets a picture of every screen, to be looked at."""
        self.page, self.pictures = page, pictures
        self.count = Count()
        self._decided = False
        self._read = (0, 0)

    def sees(self, name: str) -> None:
        """Count the screen that is open, and the text of its question and of all the rest."""
        self.count.before.append(self.count.numbers())
        self.count.screens += 1
        self.count.names.append(name)
        self._read = (0, 0)
        self._reads()
        self._takes_picture()

    def _takes_picture(self) -> None:
        """Picture the screen: as it was met, and once more as it is left, with its answers."""
        if self.pictures:
            name = self.count.names[-1].replace("/", "-")
            file = f"{self.count.screens:02d}-{name}.png"
            self.page.screenshot(path=self.pictures / file, full_page=True)

    def _reads(self) -> None:
        """Count what is there to be read and was not when the screen was looked at before.

        A tick may open questions: they are read once they are open.
        """
        whole, question = self._letters("main"), self._letters(QUESTION)
        seen, asked = self._read
        self.count.question_characters += max(question - asked, 0)
        self.count.other_characters += max(whole - question - (seen - asked), 0)
        self._read = (whole, question)

    def _letters(self, place: str) -> int:
        found = self.page.locator(place)
        if not found.count():
            return 0
        texts = found.first.inner_text(), found.first.evaluate(UNREAD)
        shown, unread = (len("".join(text.split())) for text in texts)
        return max(shown - unread, 0)

    def chooses(self, name: str, value: str) -> None:
        box = self.page.locator(f"main [name={name}][value={value}]")
        if not box.is_checked():
            self._reaches(box)
            box.check()
            self.count.taps += 1
            self.count.minds += 1
            self._decided = True

    def types(self, box: Locator, text: str, *, from_paper: bool = False) -> None:
        """Tap into a field and type, key by key."""
        self._reaches(box)
        box.click()
        box.press_sequentially(text)
        self.count.taps += 1
        self.count.minds += 1
        self._decided = True
        self.count.fields += 1
        self.count.amounts += from_paper
        keys = math.ceil(sum(1 if char.isascii() else KEYS_PER_JAPANESE for char in text))
        self.count.keys += keys
        if box.get_attribute("autocomplete") in OFFERED:
            self.count.offered += 1
            self.count.offered_keys += keys

    def presses(self, button: Locator) -> None:
        """Press what leads on, and wait until the next page is there.

        After an answer the button is expected and takes no thought of its own (the model's rule 1).
        """
        self._reads()
        self._takes_picture()
        self._reaches(button)
        began = time.perf_counter()
        with self.page.expect_navigation():
            button.click()
        self.count.waited += time.perf_counter() - began
        self.count.taps += 1
        self.count.minds += not self._decided
        self._decided = False

    def holds_card_in_app(self, stem: str, pin: str) -> None:
        """Change into the app, agree to what it asks, type the PIN and hold the card.

        The simulator has one screen; the agreement that the app asks for first is counted as well.
        """
        self.sees("app")
        self.page.select_option("#card", stem)
        self.count.switches += 1
        self.count.taps += 1
        self.count.minds += 1
        self.types(self.page.locator("#pin"), pin)
        self.count.cards += 1
        self.presses(self.page.locator("button[value=use]"))

    def _reaches(self, target: Locator) -> None:
        """Count the swipes that bring something far down into view."""
        place, height = target.bounding_box(), PHONE["height"]
        # The bar with the estimate lies over the page: what is below its edge is not seen.
        over = self.page.locator("#estimate")
        bar = over.bounding_box() if over.count() else None
        seen = min(height, bar["y"]) if bar else height
        if place and place["y"] + place["height"] > seen:
            self.count.swipes += math.ceil((place["y"] + place["height"] - seen) / (height * 0.8))
        target.scroll_into_view_if_needed()


def seconds(count: Count, key_seconds: float) -> dict[str, int]:
    """Return the seconds by part, whole ones, and their sums with and without reading."""
    parts = {
        "decide": MIND * count.minds,
        "tap": (POINT + PRESS) * count.taps,
        "type": HOME * count.fields + key_seconds * count.keys,
        "swipe": SWIPE * count.swipes,
        "look_at_paper": LOOK_AT_PAPER * count.amounts,
        "hold_card": HOLD_CARD * count.cards,
        "switch_to_app": SWITCH_APP * count.switches,
        "wait_for_pages": count.waited,
    }
    hands = sum(parts.values())
    questions = hands + count.question_characters / READ_PER_SECOND
    everything = questions + count.other_characters / READ_PER_SECOND
    # What the phone offers is one more tap in place of the keys.
    spared = (HOME - POINT - PRESS) * count.offered + key_seconds * count.offered_keys
    sums = {
        "hands": hands,
        "with_questions_read": questions,
        "with_questions_read_and_offers_taken": questions - spared,
        "with_every_word_read": everything,
    }
    return {name: round(value) for name, value in (parts | sums).items()}


def by_screen(count: Count, key_seconds: float) -> list[dict[str, object]]:
    """Return what each screen took: fields, taps, keys, swipes, seconds of hands and reading."""
    ends = [*count.before[1:], count.numbers()]
    rows: list[dict[str, object]] = []
    for name, first, last in zip(count.names, count.before, ends, strict=True):
        here = Count(**{key: last[key] - first[key] for key in first})  # type: ignore[arg-type]
        taken = seconds(here, key_seconds)
        rows.append(
            {
                "screen": name,
                **{key: getattr(here, key) for key in ("fields", "taps", "keys", "swipes")},
                "hands": taken["hands"],
                "question_read": taken["with_questions_read"] - taken["hands"],
                "question_characters": here.question_characters,
                "other_characters": here.other_characters,
            }
        )
    return rows
