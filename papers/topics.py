"""What a paper may be about (書類の種類), by the code that travels with it."""

TOPICS = {
    "salary": "給与の源泉徴収票",
    "pension": "公的年金の源泉徴収票",
    "misc": "副業などの収入が分かる書類",
    "social_insurance": "社会保険料の証明書",
    "life": "生命保険料の控除証明書",
    "earthquake": "地震保険料の控除証明書",
    "medical": "医療費の明細書や領収書",
    "disability": "障害者手帳や認定書",
    "relatives": "家族についての書類",
    "authority": "代理権を示す書類(委任状など)",
    "other": "そのほかの書類",
}
