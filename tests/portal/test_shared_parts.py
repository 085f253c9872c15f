"""What is rendered once for everybody: nothing of a person gets into it."""

import pytest
from django.template import Context, Template
from django.utils import translation

PART = (
    "{% load i18n shared %}{% shared place=place %}[{{ place }}{{ secret }}{{ csrf_token }}"
    "{{ request.user }}{% trans '戻る' %}]{% endshared %}"
)


def rendered(template, **words):
    return template.render(Context(words))


def test_shared_part_sees_only_what_it_names():
    words = {"secret": "123456789018", "csrf_token": "token", "request": {"user": "佐藤"}}

    assert rendered(Template(PART), place="here", **words) == "[here戻る]"


def test_shared_part_is_one_for_each_value_and_each_language():
    template = Template(PART)

    pages = [rendered(template, place=place) for place in ("a", "b", "a")]
    with translation.override("en"):
        english = rendered(template, place="a")

    assert pages == ["[a戻る]", "[b戻る]", "[a戻る]"]
    assert english == "[aBack]"


def test_shared_part_is_rendered_again_only_for_what_is_new():
    template = Template("{% load shared %}{% shared place=place %}{{ place.seen }}{% endshared %}")

    class Place:
        times = 0

        @property
        def seen(self):
            Place.times += 1
            return self.times

    one, other = Place(), Place()

    assert [rendered(template, place=place) for place in (one, one, other)] == ["1", "1", "2"]


@pytest.mark.django_db
@pytest.mark.req("POR-03")
def test_pages_of_two_residents_share_nothing_but_the_frame(sato, yamada):
    texts = []
    for person in (sato, yamada):
        person.signs_up().begins().reads_card()
        person.answers("basic/phone", phone=f"096-000-{len(texts)}000")
        texts.append(person.client.get("/return/R9/basic/phone/").content.decode())

    assert [[f"096-000-{n}000" in text for n in (0, 1)] for text in texts] == [
        [True, False],
        [False, True],
    ]
    tokens = [set(tokens_of(text)) for text in texts]
    assert len(tokens[0] | tokens[1]) == 2


def tokens_of(page):
    return [part.split('"', 1)[0] for part in page.split('name="csrfmiddlewaretoken" value="')[1:]]
