"""python -m tax.reference [--check]: the generated pages of the documentation.

Writes docs/tax-explanation.md (residents worked out line by line), docs/reference/tax/inputs.md
(the input language) and docs/reference/tax/parameters.md (every figure of the law with its source).
With --check nothing is written; the exit code is 1 if a page is stale.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tax import inputs as language
from tax.assessment import Assessment, assess
from tax.law import Parameter, available_years, parameters

DOCS = Path(__file__).resolve().parent.parent / "docs"
RESIDENTS = DOCS / "reference" / "tax" / "residents.toml"
_GENERATED = "<!-- python -m tax.reference が作ります。手で直さないでください。 -->\n\n"


def pages() -> dict[Path, str]:
    """Every generated page and what it should say."""
    return {
        DOCS / "tax-explanation.md": _GENERATED + "\n".join(_explanations()) + "\n",
        DOCS / "reference" / "tax" / "inputs.md": _GENERATED + "\n".join(_inputs()) + "\n",
        DOCS / "reference" / "tax" / "parameters.md": _GENERATED + "\n".join(_parameters()) + "\n",
    }


def _explanations() -> Iterator[str]:
    yield "# 住民税の計算の説明（計算例）"
    yield ""
    yield (
        "`compute_tax --explain` が返す説明を、架空の住民について表にしたものです。"
        "職員画面・住民の画面・PDF に出る説明も同じ行です。"
        "【要確認】は、原典を確かめる前の扱いであることを示します。"
    )
    for resident in tomllib.loads(RESIDENTS.read_text(encoding="utf-8"))["resident"]:
        yield from _explanation(resident)


def _explanation(resident: dict[str, Any]) -> Iterator[str]:
    done = assess(resident["inputs"], tax_year=resident["tax_year"])
    case = {"id": "1", "tax_year": resident["tax_year"], "inputs": resident["inputs"]}
    yield f"\n## {resident['title']}（{resident['tax_year']}年度）\n"
    yield resident["note"]
    yield f"\n入力:\n\n```json\n{json.dumps(case, ensure_ascii=False)}\n```\n"
    yield "| 区分 | 項目 | 金額（円） | 計算 | 根拠 | 注 |"
    yield "| --- | --- | ---: | --- | --- | --- |"
    for line in done.explanation:
        amount = "" if line.amount is None else f"{line.amount:,}"
        cells = (line.section, line.label, amount, line.formula, line.basis, line.note)
        yield "| " + " | ".join(cells) + " |"
    yield from _savings(done)


def _savings(done: Assessment) -> Iterator[str]:
    if not done.savings:
        return
    yield "\nそれぞれの控除で減った税額:\n"
    for label, saved in done.savings:
        yield f"- {label}: {saved:,}円"


def _inputs() -> Iterator[str]:
    yield "# 計算の入力"
    yield ""
    yield (
        "`compute_tax` の `inputs` に書ける項目です。金額は0以上の整数（円）、"
        "書かない項目は「なし」です。このほか `age`（その年の12月31日の年齢）、"
        "`spouse`、`relatives`、`flags`、`housing` があります。"
    )
    yield "\n| 項目 | 意味 |\n| --- | --- |"
    for key, (_, label) in (language.AMOUNTS | language.CHOICES).items():
        yield f"| `{key}` | {label} |"
    yield "\n組で書く項目（1つの数で書けるものは、太字の項目になります）:\n"
    yield "| 組 | 意味 | 中の項目 |\n| --- | --- | --- |"
    for key, (label, parts) in language.GROUPS.items():
        single = language.SINGLE_PART.get(key)
        names = (
            f"**`{part}`** {name}" if part == single else f"`{part}` {name}"
            for part, (_, name) in parts.items()
        )
        yield f"| `{key}` | {label} | {'、'.join(names)} |"
    yield "\n人と区分:\n"
    yield f"- `spouse`: {_keys(language.SPOUSE_KEYS)}"
    yield f"- `relatives` の1人ずつ: {_keys(language.RELATIVE_KEYS)}"
    yield f"- `flags`: {_keys(language.FLAG_KEYS)}"
    housing = (*language.HOUSING, "move_in_year", "specified_acquisition")
    yield f"- `housing`: {_keys((*housing, 'income_tax_basic_deduction'))}"


def _keys(names: tuple[str, ...]) -> str:
    return "、".join(f"`{name}`" for name in names)


def _parameters() -> Iterator[str]:
    yield "# 法令値"
    yield ""
    yield (
        f"計算できる年度: {'、'.join(available_years())}。印の意味は V 公的なページか法令で読んだ、"
        "P1～P3 それを引く資料を1～3つ読んだ、K 一般的な知識、? 未確認。"
    )
    for parameter in parameters().values():
        yield from _parameter(parameter)


def _parameter(parameter: Parameter) -> Iterator[str]:
    yield f"\n## {parameter.label}\n"
    yield f"`{parameter.name}`（{parameter.unit}）／ {parameter.reference} ／ 印 {parameter.mark}"
    if parameter.note:
        yield f"\n{parameter.note}"
    if parameter.doubt:
        yield f"\n【要確認】{parameter.doubt}"
    yield "\n| 年度 | 値 |\n| --- | --- |"
    for years, value in _grouped(parameter.values):
        yield f"| {years} | {_shown(value)} |"


def _grouped(values: Any) -> list[tuple[str, Any]]:
    """Years with the same value together."""
    groups: list[tuple[list[str], Any]] = []
    for year, value in values.items():
        same = next((years for years, other in groups if other == value), None)
        if same is None:
            groups.append(([year], value))
        else:
            same.append(year)
    return [("、".join(years), value) for years, value in groups]


def _shown(value: Any) -> str:
    """A value as a table cell shows it."""
    if isinstance(value, list):
        return "<br>".join(_shown(band) for band in value)
    if isinstance(value, dict):
        return (
            "、".join(f"{name} {_shown(item)}" for name, item in value.items())
            or "（それを超える）"
        )
    if isinstance(value, bool):
        return "はい" if value else "なし"
    return f"{value:,}" if isinstance(value, int) else str(value)


def main() -> int:
    """Write the pages, or with --check say which of them are stale."""
    parser = argparse.ArgumentParser(prog="python -m tax.reference")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if a page is stale")
    check = parser.parse_args().check
    stale = [
        path
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in stale:
        sys.stdout.write(f"{'stale' if check else 'written'}: {path.relative_to(DOCS.parent)}\n")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages()[path], encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
