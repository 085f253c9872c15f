"""A claim keeps the day of death that a return states, to be compared with the register's."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reconcile', '0011_not_claimed'),
    ]

    operations = [
        migrations.AddField(
            model_name='claim',
            name='died_on',
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name='disagreement',
            name='kind',
            field=models.CharField(choices=[('amount', '金額の違い'), ('not_declared', '申告にない支払'), ('not_reported', '支払報告書のない支払'), ('not_claimed', '申告にない報告書の控除'), ('report_twice', '同じ支払者の報告書が2枚'), ('previous_payer', '前職分の金額の違い'), ('returns_differ', '申告書どうしの違い'), ('dependant_twice', '扶養親族の重複'), ('dependant_income', '扶養親族の所得超過'), ('dependant_age', '扶養親族の年齢の違い'), ('dependant_death', '配偶者・扶養親族の死亡日の違い'), ('insurance_over', '社会保険料の過大'), ('disability', '障害者控除と手帳の違い'), ('assistance', '生活扶助を受けている人の所得'), ('one_stop_void', '申告による特例の無効'), ('one_stop_over', 'ワンストップ特例の6団体以上'), ('report_unclear', '報告書の読めない記載'), ('families_differ', '報告書どうしの扶養の違い'), ('contradiction', '配偶者と寡婦・ひとり親の矛盾'), ('not_computed', '計算できない記載')], max_length=20),
        ),
    ]
