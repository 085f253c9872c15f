"""Checks on who files for another (代理人)."""

from collections.abc import Iterator
from datetime import date

from filing.calendar import age_on
from filing.form import Form
from filing.model import Return
from filing.people import is_same_person
from filing.problems import Problem

# 民法4条・818条: 親権 ends with the child's 18th birthday.
ADULT = 18


def agent_problems(document: Return, form: Form) -> Iterator[Problem]:
    """Yield what is wrong with the agent (代理人): nobody is their own, nor an adult's 親権者."""
    agent, filer = document.agent, document.filer
    name, born = agent.get("name", ""), agent.get("birth_date", "")
    if not (name and born):
        return
    if is_same_person(name, born, filer.name, filer.birth_date.isoformat()):
        message = "代理人が本人と同じ人です。自分の申告は、代理人としてではなく申告してください。"
        yield Problem("answers.agent.name", "agent_is_filer", message)
    if agent.get("authority") == "parent" and _is_grown(filer.birth_date, document.prepared_on):
        message = (
            "本人が18歳以上のため、親権者としては申告できません。"
            "委任を受けて、任意代理人として申告してください。"
        )
        yield Problem("answers.agent.authority", "parent_of_adult", message)
    if date.fromisoformat(born) >= document.prepared_on:
        message = "代理人の生年月日が正しくありません。カードをもう一度読み取ってください。"
        yield Problem("answers.agent.birth_date", "future", message)


def _is_grown(birth_date: date, day: date) -> bool:
    return birth_date <= day and age_on(birth_date, day) >= ADULT
