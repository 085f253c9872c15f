"""Speed of the whole verification beside raw RSA, xmlsec alone and signxml, in one run.

Writes bench/results/signing.json. Sides alternate and medians are compared, as the machine is
shared: read the ratios, not the rates.
"""

import json
import os
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import xmlsec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree
from signxml import SignatureConfiguration, XMLVerifier
from signxml.xades import XAdESVerifier

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from signing import names, verify  # noqa: E402
from tests.signing import forge  # noqa: E402

ROUNDS, SECONDS = 5, 0.4
ROW = "<item><label>給与の収入金額</label><value>{}</value></item>"


def document():
    """Return a signed return of about 9 kB, its card and the raw signature."""
    rows = "".join(ROW.format(number) for number in range(58))
    body = f'<Doc xmlns="urn:example:other">{rows}</Doc>'
    return forge.sign(forge.Recipe(forge.card(), body=body))


def sides(xml):
    """Return the functions that are compared, each verifying once."""
    card = forge.card()
    public = card.certificate.public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    policy, source = forge.policy(), forge.Vector("bench", "OK", xml).sources
    data = b"x" * 32
    value = card.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    constants = xmlsec.constants
    allowed = (
        constants.TransformEnveloped,
        constants.TransformExclC14N,
        constants.TransformSha256,
    )

    def ours():
        verify(xml, policy=policy, at=forge.AT, revocation=source)

    def xmlsec_alone():
        root = etree.fromstring(xml)
        signature = root.find(f"{{{names.DS}}}Signature")
        context = xmlsec.SignatureContext()
        for transform in allowed:
            context.enable_reference_transform(transform)
        for transform in (*allowed, constants.TransformRsaSha256):
            context.enable_signature_transform(transform)
        context.register_id(root.find(f".//{{{names.XADES}}}SignedProperties"), "Id")
        context.key = xmlsec.Key.from_memory(pem, constants.KeyDataFormatPem)
        context.verify(signature)

    certificate = card.certificate.public_bytes(serialization.Encoding.PEM)
    config = SignatureConfiguration(expect_references=2)

    def signxml_alone():
        XMLVerifier().verify(
            xml, x509_cert=certificate.decode(), id_attribute="Id", expect_config=config
        )

    def signxml_xades():
        # The same work as ours: the signed properties count, not the XML signature alone.
        XAdESVerifier().verify(
            xml, x509_cert=certificate.decode(), id_attribute="Id", expect_config=config
        )

    def raw_rsa():
        public.verify(value, data, padding.PKCS1v15(), hashes.SHA256())

    return {
        "ours": ours,
        "xmlsec": xmlsec_alone,
        "signxml": signxml_alone,
        "signxml_xades": signxml_xades,
        "raw_rsa": raw_rsa,
    }


def rate(work, seconds=SECONDS):
    """Return calls per second."""
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        work()
        count += 1
    return count / elapsed


def in_threads(work, threads=2):
    """Return calls per second of several threads together."""
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(rate, [work] * threads))


def main():
    xml = document()
    compared = sides(xml)
    rates = {name: [] for name in (*compared, "ours_2_threads")}
    for _ in range(ROUNDS):
        for name, work in compared.items():
            rates[name].append(rate(work))
        rates["ours_2_threads"].append(in_threads(compared["ours"]))
    medians = {name: round(statistics.median(values)) for name, values in rates.items()}
    ours = medians["ours"]
    result = {
        "bytes": len(xml),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "per_second": medians,
        "ratios": {
            "ours_to_xmlsec": round(ours / medians["xmlsec"], 2),
            "ours_to_signxml": round(ours / medians["signxml"], 2),
            "ours_to_signxml_xades": round(ours / medians["signxml_xades"], 2),
            "ours_to_raw_rsa": round(ours / medians["raw_rsa"], 3),
            "two_threads_to_one": round(medians["ours_2_threads"] / ours, 2),
        },
    }
    text = json.dumps(result, indent=2)
    (ROOT / "bench" / "results" / "signing.json").write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
