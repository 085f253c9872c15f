"""The part of the tour about one account with two ways in: password and card."""

from collections.abc import Iterator

from tests.portal.phone import Phone
from tests.portal.story import Person
from tests.portal.tour import Page

TIE, UNTIE = "/account/card/", "/account/card/remove/"


def pages_of_two_ways(person: Person, phone: Phone) -> Iterator[Page]:
    """Yield tying a card to the account of who has just logged in, refusals, and the way back."""
    browser = person.client
    yield "settings before", browser.get("/settings/")
    yield "card", browser.get(TIE)
    for name, back in (
        ("card cancelled", phone.cancels(_asks(person))),
        ("card of another person", phone.uses(_asks(person), "yamada")),
    ):
        yield name, browser.get(back)
    first, second = phone.uses(_asks(person), "sato"), phone.uses(_asks(person), "yamada")
    yield "card tied", browser.get(first, follow=True)
    yield "second card", browser.get(second)
    yield "card to be removed", browser.get(UNTIE)
    yield "card removed", browser.post(UNTIE, follow=True)
    yield "records", browser.get("/settings/records/")


def _asks(person: Person) -> str:
    return str(person.client.post(TIE).headers["Location"])
