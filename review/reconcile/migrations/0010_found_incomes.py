"""What reports leave unclear goes on the list, and a dependant is counted with the income found."""

from django.db import migrations, models
from django.db.models import Q

KINDS = [
    ("amount", "金額の違い"),
    ("not_declared", "申告にない支払"),
    ("not_reported", "支払報告書のない支払"),
    ("report_twice", "同じ支払者の報告書が2枚"),
    ("previous_payer", "前職分の金額の違い"),
    ("returns_differ", "申告書どうしの違い"),
    ("dependant_twice", "扶養親族の重複"),
    ("dependant_income", "扶養親族の所得超過"),
    ("dependant_age", "扶養親族の年齢の違い"),
    ("insurance_over", "社会保険料の過大"),
    ("disability", "障害者控除と手帳の違い"),
    ("assistance", "生活扶助を受けている人の所得"),
    ("one_stop_void", "申告による特例の無効"),
    ("one_stop_over", "ワンストップ特例の6団体以上"),
    ("report_unclear", "報告書の読めない記載"),
    ("families_differ", "報告書どうしの扶養の違い"),
    ("contradiction", "配偶者と寡婦・ひとり親の矛盾"),
    ("not_computed", "計算できない記載"),
]
OUTCOMES = [
    ("declared", "申告のとおり"),
    ("reported", "ほかの資料による(否認)"),
    ("income", "所得を改める"),
    ("both", "年の途中の死亡(両方とも認める)"),
]
ACTS = [("add", "追加"), ("end", "終了"), ("deny", "否認"), ("income", "所得を改める")]


class Migration(migrations.Migration):
    dependencies = [("reconcile", "0009_late_spouses")]
    operations = [
        migrations.AlterField(
            "dependantact",
            "kind",
            models.CharField(choices=ACTS, max_length=6, verbose_name="内容"),
        ),
        migrations.AlterField(
            "disagreement", "kind", models.CharField(choices=KINDS, max_length=20)
        ),
        migrations.AlterField(
            "disagreement",
            "outcome",
            models.CharField(blank=True, choices=OUTCOMES, default="", max_length=10),
        ),
        migrations.AddConstraint(
            "disagreement",
            models.CheckConstraint(
                condition=~Q(outcome="income") | Q(kind="dependant_income"),
                name="disagreement_income_is_a_dependants",
            ),
        ),
    ]
