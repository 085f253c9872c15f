"""The interview as data: sections hold pages, a page owns answers and says when it applies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.functional import Promise

from portal.interview.base import PageForm

# Where a draft keeps which accepted return it would replace (後の申告): the id of its submission.
FOLLOWS = "follows"
Text = str | Promise
Answers = dict[str, Any]


def place_of(tax_year: str, whose: str) -> str:
    """Return how addresses name a return: R9, or R9-… where it is another person's."""
    return f"{tax_year}-{whose}" if whose else tax_year


def whose_of(content: Answers) -> str:
    """Return what stands in addresses for whom an agent acts (本人), "" where nobody does."""
    return (content.get("principal") or {}).get("whose", "")


@dataclass(frozen=True)
class Situation:
    """Everything a page may ask about when it decides whether it applies."""

    content: dict[str, Any]
    tax_year: str
    item: Answers = field(default_factory=dict)
    # What was found out once and holds as long as the answers: nobody changes them in here.
    known: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def card(self) -> dict[str, str]:
        """The card that was read: of the filer, or of the agent who files for another."""
        return self.content.get("card", {})

    @property
    def principal(self) -> Answers:
        """Whom an agent acts for (本人): name, birth date, authority, whose; {} for oneself."""
        return self.content.get("principal") or {}

    @property
    def filer(self) -> Answers:
        """Who files (申告者): the card's holder, or the principal as far as they are known."""
        return self.principal | self.answers("principal") if self.principal else self.card

    @property
    def address_jan1(self) -> str:
        """Where the filer lived on 1 January (1月1日の住所), "" before it is known."""
        lived = self.answers("principal" if self.principal else "basic")
        known = lived if lived.get("same") is False else {"address_jan1": self.filer.get("address")}
        return known.get("address_jan1") or ""

    @property
    def place(self) -> str:
        """The return's name in addresses, see `place_of`."""
        return place_of(self.tax_year, whose_of(self.content))

    def answers(self, section: str) -> Answers:
        """Return what was typed on the section's pages, {} before the first."""
        return self.content.get("data", {}).get(section, {})

    def is_answered(self, place: str) -> bool:
        """Tell whether section/page was answered, or a page of the entry at hand."""
        section, _, page = place.rpartition("/")
        stored = self.answers(section) if section else self.item
        return page in stored.get("_done", [])

    def items(self, section: str) -> list[Answers]:
        """Return the section's repeated entries (slips, relatives) in the order of entry."""
        return self.answers(section).get("items", [])

    def entry(self, section: str, item: str | None) -> Answers | None:
        """Return the entry of that id, None where there is none (any more)."""
        return next((one for one in self.items(section) if one["id"] == item), None)

    @property
    def version(self) -> int:
        """The version (版) of the return that these answers would be filed as."""
        return int(self.content.get("amends", {}).get("version", 0)) + 1

    @property
    def is_filed_again(self) -> bool:
        """Whether these answers began from a filed return, and so are the same person's."""
        return "amends" in self.content or FOLLOWS in self.content

    @property
    def locked(self) -> list[str]:
        """The places that an answer to a correction request may not change, see locks.py."""
        return self.content.get("amends", {}).get("locked", [])

    @property
    def card_is_read(self) -> bool:
        """Whether the card was read for this version: its number is erased at every submission.

        Of an agent's card no number is ever kept.
        """
        return bool(self.card.get("certificate" if self.principal else "personal_number"))

    @property
    def parties_are_known(self) -> bool:
        """Whether who files and who signs is known, so that a document can be written."""
        typed = {"sex", "address"} <= set(self.filer)
        return bool(self.card) and (typed or not self.principal)

    @cached_property
    def birth_date(self) -> date | None:
        text = self.filer.get("birth_date")
        return date.fromisoformat(text) if text else None

    @cached_property
    def kinds(self) -> list[str]:
        """The kinds of income that the resident ticked; "none" and "more" are no kinds."""
        income = self.answers("income")
        ticked = income.get("kinds", [])
        more = income.get("more_kinds", []) if "more" in ticked else []
        return [kind for kind in [*ticked, *more] if kind not in ("none", "more")]

    def of_item(self, item: Answers) -> "Situation":
        """Return the same situation looked at from one repeated entry."""
        return Situation(self.content, self.tax_year, item)


Condition = Callable[[Situation], bool]


def always(situation: Situation) -> bool:
    return True


def never(situation: Situation) -> bool:
    return False


@dataclass(frozen=True)
class Page:
    """One question. `slip` names the slip that is drawn beside it.

    `lit_by` names the field whose answer is the lit box; `optional`: may stay unanswered, and the
    way does not lead there: another page's `instead` does.
    """

    code: str
    title: Text
    form: type[PageForm]
    applies: Condition = always
    lead: Text = ""
    slip: str = ""
    lit_by: str = ""
    optional: bool = False
    # The kind of paper that may be added here (書類), "" where none belongs to the question.
    paper: str = ""
    # The return cannot be filed without such a paper.
    paper_required: bool = False
    # A part of templates/portal/parts that the estimate fills, shown below the question.
    part: str = ""
    # Questions asked at once here (まとめて聞く): section/page, or pages of the same entry.
    covers: tuple[str, ...] = ()
    # A page of the section that takes the same answer otherwise, or one that may be left out, and
    # what the link to it says; no link where that page does not apply.
    instead: tuple[str, Text] | None = None
    # What the first entry most likely says: shown as chosen, kept only once the page is sent.
    likely: Answers = field(default_factory=dict)

    def lit(self, stored: Answers) -> tuple[str, ...]:
        """Return the boxes of the drawn slip that the page asks for."""
        if self.lit_by:
            return (str(stored.get(self.lit_by, "")),)
        return tuple(name for name in self.form.base_fields if name not in self.form.beside)


@dataclass(frozen=True)
class Section:
    """A task of the hub. `items` are the pages of each repeated entry, where there are any.

    `block`: the block of the return that takes the answers under their own names; "" where
    payload.py has its own words for them. `optional`: a return may be filed without it.
    `counts`: whether a complete entry, looked at, is declared at all. `speaks_for_itself`: whether
    its answers can be read under the group's title, without one of their own.
    """

    code: str
    group: str
    title: Text
    minutes: int
    pages: tuple[Page, ...] = ()
    items: tuple[Page, ...] = ()
    applies: Condition = always
    items_apply: Condition = always
    item_title: Text = ""
    item_label: Callable[[Answers], str] = str
    block: str = ""
    optional: bool = False
    counts: Condition = always
    speaks_for_itself: Condition = never
    # What it is called where an agent answers for somebody else, "" where that is the same.
    title_for_agent: Text = ""

    def seen_in(self, situation: Situation) -> "Section":
        """Return the section under the title that fits who answers."""
        named = situation.principal and self.title_for_agent
        return replace(self, title=self.title_for_agent) if named else self

    def pages_in(self, situation: Situation) -> list[Page]:
        """Return the pages that this resident is asked, in order."""
        return [page for page in self.pages if page.applies(situation)]

    def item_pages_in(self, situation: Situation, item: Answers) -> list[Page]:
        """Return the pages that one entry is asked, in order."""
        seen = situation.of_item(item)
        return [page for page in self.items if page.applies(seen)]

    def has_items(self, situation: Situation) -> bool:
        return bool(self.items) and self.items_apply(situation)

    def page(self, code: str) -> Page | None:
        """Return the page of that code, or None."""
        return next((page for page in self.pages if page.code == code), None)

    def item_page(self, code: str) -> Page | None:
        return next((page for page in self.items if page.code == code), None)

    def begins_with(self, code: str) -> bool:
        """Tell whether an entry may begin with this page: its first, or the first covered there."""
        first = self.items[0]
        return code in (first.code, *first.covers[:1])

    def all_pages(self) -> Iterator[Page]:
        yield from self.pages
        yield from self.items
