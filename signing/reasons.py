"""The reason table: each way a signature fails, with its verdict and what a person is told.

What waiting can cure is INDETERMINATE / TRY_LATER; everything else is TOTAL_FAILED.
"""

from dataclasses import dataclass

FAILED = "TOTAL_FAILED"
LATER = "INDETERMINATE"


@dataclass(frozen=True)
class Reason:
    """A row of the table: verdict, sub-indication, and the sentence for the resident."""

    verdict: str
    sub_indication: str
    message: str


BROKEN = "申告書のデータが壊れています。もう一度はじめから署名してください。"
FORGED = "電子署名の形式が正しくありません。もう一度はじめから署名してください。"
ALTERED = "署名したあとに内容が変わっています。もう一度署名してください。"
OTHER_CARD = "このカードの証明書は使えません。署名用電子証明書を使ってください。"
RETRY = "証明書が有効かどうかをいま確認できません。確認できしだい手続きを続けます。"
OTHER_PERSON = (
    "カードの名前や生年月日が、申告する人と一致しません。本人のカードで署名してください。"
)
EXPIRED = "署名用電子証明書の有効期限が切れています。区役所で更新してから署名してください。"
NOT_YET = "署名用電子証明書の有効期間がまだ始まっていません。"
REVOKED = (
    "署名用電子証明書が失効しています。引っ越しや氏名の変更をすると失効します。"
    "区役所で新しい証明書を受け取ってから署名してください。"
)

_FORMAT = Reason(FAILED, "FORMAT_FAILURE", BROKEN)
_CONSTRAINTS = Reason(FAILED, "SIG_CONSTRAINTS_FAILURE", FORGED)
_CRYPTO = Reason(FAILED, "CRYPTO_CONSTRAINTS_FAILURE", FORGED)
_CHAIN = Reason(FAILED, "CHAIN_CONSTRAINTS_FAILURE", OTHER_CARD)
_LATER = Reason(LATER, "TRY_LATER", RETRY)

REASONS: dict[str, Reason] = {
    **dict.fromkeys(
        (
            "XML_NOT_WELL_FORMED",
            "XML_DTD_FORBIDDEN",
            "XML_COMMENT_OR_PI",
            "XML_ENCODING_FORBIDDEN",
            "XML_LIMIT_EXCEEDED",
            "XML_SCHEMA_VIOLATION",
            "SIG_NOT_FOUND",
            "CERT_MALFORMED",
        ),
        _FORMAT,
    ),
    **dict.fromkeys(
        (
            "SIG_MULTIPLE",
            "SIG_MISPLACED",
            "DUPLICATE_ID",
            "REF_URI_FORBIDDEN",
            "REF_COUNT",
            "TRANSFORM_FORBIDDEN",
            "SIGNED_PROPS_MISSING",
            "SIGNED_PROPS_AMBIGUOUS",
            "KEYINFO_FORBIDDEN",
            "CERT_MULTIPLE",
            "CERT_REF_MISMATCH",
            "SIGNING_TIME_OUT_OF_WINDOW",
            "REPLAYED",
        ),
        _CONSTRAINTS,
    ),
    **dict.fromkeys(("ALG_FORBIDDEN", "ALG_KEY_MISMATCH", "KEY_TOO_WEAK"), _CRYPTO),
    "CERT_MISSING": Reason(FAILED, "NO_SIGNING_CERTIFICATE_FOUND", FORGED),
    "HASH_MISMATCH": Reason(FAILED, "HASH_FAILURE", ALTERED),
    "SIG_VALUE_INVALID": Reason(FAILED, "SIG_CRYPTO_FAILURE", ALTERED),
    "CHAIN_NOT_TRUSTED": Reason(FAILED, "NO_CERTIFICATE_CHAIN_FOUND", OTHER_CARD),
    "CERT_EXPIRED": Reason(FAILED, "EXPIRED", EXPIRED),
    "CERT_NOT_YET_VALID": Reason(FAILED, "NOT_YET_VALID", NOT_YET),
    **dict.fromkeys(("POLICY_MISMATCH", "KEY_USAGE_MISMATCH", "CERT_PROFILE_VIOLATION"), _CHAIN),
    "CRITICAL_EXTENSION_UNKNOWN": Reason(FAILED, "CERTIFICATE_CHAIN_GENERAL_FAILURE", OTHER_CARD),
    "CERT_REVOKED": Reason(FAILED, "REVOKED", REVOKED),
    **dict.fromkeys(
        (
            "REVOCATION_UNAVAILABLE",
            "REVOCATION_STALE",
            "REVOCATION_UNTRUSTED",
            "REVOCATION_UNKNOWN",
        ),
        _LATER,
    ),
    "SUBJECT_MISMATCH": Reason(FAILED, "SIG_CONSTRAINTS_FAILURE", OTHER_PERSON),
    "CHALLENGE_MISMATCH": Reason(FAILED, "SIG_CONSTRAINTS_FAILURE", ALTERED),
}
