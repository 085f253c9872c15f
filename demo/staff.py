"""Demo staff accounts, their passwords and one-time codes. Made anew with each demo."""

import base64
import json
import secrets
from datetime import datetime
from typing import Any

from django_otp.oath import TOTP

from demo.home import Home

# Two accounts belong to the scripts, so that a person's one-time code is never used up by them.
ROBOT_CLERK, ROBOT_CONFIRMER = "D9001", "D9002"
ACCOUNTS = [
    ("D1001", "鈴木 一郎", "市民税課", ["clerk"], "審査担当"),
    ("D1002", "田中 恵", "市民税課", ["clerk", "confirmer"], "確認者"),
    ("D1003", "山田 修", "納税課", [], "権限のない職員"),
    ("D1004", "緒方 節子", "情報政策課", ["auditor"], "操作記録の点検"),
    ("D1005", "前田 誠", "市民税課", ["admin"], "利用者の管理"),
    ("D1006", "本田 清", "情報政策課", ["admin"], "利用者の管理(承認)"),
    ("D1007", "井上 和子", "市民税課", ["clerk", "confirmer", "supervisor", "number"], "監督者"),
    ("D1008", "西 恵子", "市民税課", ["entry"], "入力担当(書面の申告)"),
    ("D1009", "小川 直樹", "運用受託者", ["contractor"], "受託者"),
    (ROBOT_CLERK, "デモ用 自動審査", "市民税課", ["clerk"], "デモの自動処理"),
    (ROBOT_CONFIRMER, "デモ用 自動確認", "市民税課", ["confirmer"], "デモの自動処理"),
]


def write(home: Home) -> None:
    """Write the accounts' file, passwords and seeds drawn at random."""
    entries = [
        {
            "number": number,
            "name": name,
            "department": department,
            "roles": roles,
            "role_label": label,
            "password": f"demo-{secrets.token_hex(5)}",
            "totp_seed": base64.b32encode(secrets.token_bytes(20)).decode(),
        }
        for number, name, department, roles, label in ACCOUNTS
    ]
    path = home.demo / "staff.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")


def read(home: Home) -> dict[str, dict[str, Any]]:
    """Return the accounts by 職員番号."""
    entries = json.loads((home.demo / "staff.json").read_text(encoding="utf-8"))
    return {entry["number"]: entry for entry in entries}


def code(account: dict[str, Any], now: datetime) -> str:
    """Return the account's one-time code at this moment."""
    totp = TOTP(base64.b32decode(account["totp_seed"]))
    totp.time = now.timestamp()
    return f"{totp.token():06d}"
