"""All vectors of the attack list, and what the verifier says of one."""

from signing import VerificationError, verify
from tests.signing import corpus_certificates, corpus_documents, forge


def vectors():
    """Return every vector; names are unique."""
    return [*corpus_documents.vectors(), *corpus_certificates.vectors()]


def judge(vector):
    """Return (verdict, sub-indication, reason) of the verifier."""
    try:
        verify(vector.xml, policy=forge.policy(), at=vector.at, revocation=vector.sources)
    except VerificationError as error:
        return error.verdict, error.sub_indication, error.reason
    return "TOTAL_PASSED", "", "OK"
