"""Names that get lost on the way: variants, 外字, half width, other scripts, quotes, long ones."""

NAMES = [
    "𠮷田 髙﨑",
    "葛\U000e0100城 辻\U000e0101子",
    "渡邉 \ue000",
    "ﾊﾝｶｸ ﾀﾛｳ",
    "か\u3099く子 Ｆｕｌｌ",
    "Nguyễn Văn Ân",
    "O’Brien & “Söhne” <b>",
    "ファン=デル=フェルデン・クリストフォルス・アレクサンドロヴィッチ健太郎左衛門之丞",
]
