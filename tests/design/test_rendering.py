"""What fields as they are written and the template tags give to pages."""

import re
from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template
from django.utils import translation
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe

from config.fields import EraDateField, MoneyField, PersonalNumberField
from config.forms import FieldRenderer
from config.templatetags.design import (
    all_errors,
    both_calendars,
    receipts_unbroken,
    yen,
    yen_change,
)

lazy_text = lazystr("<説明>")


class Slip(forms.Form):
    revenue = MoneyField(label="支払金額", help_text="例 3,200,000")
    born = EraDateField(label="生まれた日")
    number = PersonalNumberField(label="マイナンバー")
    living = forms.ChoiceField(
        label="一緒に住んでいますか?", choices=[("1", "はい")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="補足", required=False)


def group(form: forms.Form, name: str) -> str:
    return re.sub(r"\s+", " ", form[name].as_field_group())


def test_field_is_described_by_its_error_and_its_support_text():
    html = group(Slip({"revenue": "x"}), "revenue")
    assert re.findall(r'aria-describedby="([^"]*)"', html) == [
        "id_revenue_error id_revenue_helptext"
    ]
    assert re.findall(r' id="([^"]*)"', html) == [
        "id_revenue_field",
        "id_revenue_helptext",
        "id_revenue",
        "id_revenue_error",
    ]


def test_field_says_in_words_whether_it_must_be_filled():
    assert "※必須" in group(Slip(), "revenue")
    assert "任意" in group(Slip(), "note")


@pytest.mark.parametrize(
    ("answers", "is_pair"),
    [
        (["同じです", "ちがいます"], True),
        (["Yes, same", "No"], True),
        (["カードと同じです", "ちがいます"], False),
        (["男", "女", "その他"], False),
    ],
)
def test_two_short_answers_share_a_row(answers, is_pair):
    box = forms.RadioSelect(choices=enumerate(answers))

    shown = box.render("same", None, renderer=FieldRenderer())

    assert ("data-pair" in shown) is is_pair


def test_fields_leave_checking_to_the_server():
    assert not re.search(r"<(input|select)[^>]* required", Slip().render())


def test_money_is_shown_with_separators_and_typed_text_as_typed():
    assert 'value="3,200,000"' in group(Slip(initial={"revenue": 3200000}), "revenue")
    assert 'value="三百万"' in group(Slip({"revenue": "三百万"}), "revenue")


WIDGETS = [
    forms.TextInput({"size": 4, "data-x": True, "hidden": False, "title": '"><&', "n": 0}),
    forms.NumberInput(),
    forms.EmailInput({"autocomplete": "email"}),
    forms.PasswordInput(render_value=True),
    forms.HiddenInput(),
    forms.FileInput({"accept": "image/*"}),
    forms.CheckboxInput(),
    forms.DateInput({"type": "date"}),
    forms.Select(choices=[("", lazy_text), (3, 'three"'), ("g", [("<b>\"'", "<b>"), ("x", "y")])]),
]


@pytest.mark.parametrize("value", [None, "", "<b>\"'", 3, True, mark_safe("a&amp;b"), lazy_text])
@pytest.mark.parametrize("widget", WIDGETS, ids=lambda one: type(one).__name__)
def test_box_is_written_as_djangos_template_writes_it(widget, value):
    attributes = {"id": "id_box", "aria-describedby": lazy_text}

    ours = widget.render("box[1]", value, attributes, FieldRenderer())

    assert ours == widget.render("box[1]", value, attributes, DjangoTemplates())


def test_date_is_shown_in_its_era_with_the_western_day_beside_it():
    html = group(Slip(initial={"born": date(1955, 4, 1)}), "born")
    assert '<option value="昭和" selected>' in html
    assert ">1955年4月1日</output>" in html


def test_date_typed_in_western_years_is_echoed_in_its_era():
    typed = {"born_era": "西暦", "born_year": "1955", "born_month": "4", "born_day": "1"}
    assert ">昭和30年4月1日</output>" in group(Slip(typed), "born")


def test_date_in_english_is_typed_in_western_years_and_echoed_in_both():
    typed = {"born_era": "昭和", "born_year": "30", "born_month": "4", "born_day": "1"}
    with translation.override("en"):
        stored, typed_now = group(Slip(initial={"born": date(1955, 4, 1)}), "born"), Slip(typed)
        echoed = group(typed_now, "born")
    assert '<option value="西暦" selected>' in stored
    assert 'value="1955"' in stored
    for html in (stored, echoed):
        assert ">April 1, 1955 (昭和30年4月1日)</output>" in html


def test_personal_number_is_never_sent_back():
    assert "123456789018" not in group(Slip({"number": "123456789018"}), "number")
    assert "123456789018" not in group(Slip(initial={"number": "123456789018"}), "number")


def test_errors_lead_to_the_first_control_and_no_two_are_alike():
    errors = all_errors(Slip({}))
    assert errors == [
        {"id": "id_revenue", "message": "「支払金額」を入力してください。"},
        {"id": "id_born_0", "message": "「生まれた日」を入力してください。"},
        {"id": "id_number", "message": "「マイナンバー」を入力してください。"},
        {"id": "id_living_0", "message": "「一緒に住んでいますか?」に答えてください。"},
    ]


def test_summary_and_field_say_the_same():
    form = Slip({})
    for error in all_errors(form):
        assert error["message"] in form.render()


def test_question_makes_the_label_the_heading():
    template = Template("{{ field.as_question }}")
    html = template.render(Context({"field": Slip()["living"]}))
    assert re.search(r"<legend[^>]*><h1[^>]*>一緒に住んでいますか", html)


def test_the_pages_one_question_need_not_say_that_it_must_be_answered():
    choice = Template("{{ field.as_question }}").render(Context({"field": Slip()["living"]}))
    box = Template("{{ field.as_question }}").render(Context({"field": Slip()["revenue"]}))

    assert ("※必須" in choice, "※必須" in box) == (False, True)


def test_receipt_number_within_a_text_keeps_to_one_line():
    text = "控え 2026-0000002-H <b>"
    assert receipts_unbroken(text) == ('控え <span class="nowrap">2026-0000002-H</span> &lt;b&gt;')


@pytest.mark.parametrize(("amount", "figures"), [(3200000, "3,200,000"), (-500, "\u2212500")])
def test_yen_sets_the_unit_off(amount, figures):
    assert yen(amount) == f'<span class="yen">{figures}<span class="yen__unit">円</span></span>'


def test_yen_of_nothing_is_a_dash():
    assert yen(None) == "—"


def test_change_has_its_sign():
    assert yen_change(1200).startswith('<span class="yen">+1,200')
    assert yen_change(-1200).startswith('<span class="yen">\u22121,200')


def test_day_is_written_in_both_calendars():
    assert both_calendars(date(2027, 3, 15)) == "令和9年3月15日(2027年)"
