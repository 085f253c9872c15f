from django.apps import AppConfig


class ReconcileConfig(AppConfig):
    name = "review.reconcile"
    label = "reconcile"
    verbose_name = "突合・資料間チェック"
