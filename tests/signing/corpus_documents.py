"""Forged documents: steps 1 to 3 (bytes, structure, cryptography)."""

import base64
import hashlib
from copy import deepcopy

from cryptography.hazmat.primitives.asymmetric import dsa, ec
from lxml import etree

from signing import names
from tests.signing import forge
from tests.signing.forge import BODY, Recipe, Vector, card, genuine, sign

DS = f"{{{names.DS}}}"
OPEN = b"<?xml version='1.0' encoding='UTF-8'?>\n"


def vectors():
    good = genuine()
    return [
        *_genuine(),
        *_bytes(good),
        *_places(good),
        *_references(),
        *_algorithms(),
        *_key_info(),
        *_properties(good),
        *_cryptography(good),
    ]


def _genuine():
    p384 = card("p384")
    return [
        Vector("genuine-rsa", "OK", genuine()),
        Vector("genuine-p384", "OK", sign(Recipe(p384, digest=names.SHA384))),
        Vector("genuine-second-generation", "OK", sign(Recipe(card("second")))),
        Vector("genuine-sha512-digests", "OK", genuine(digest=names.SHA512)),
        Vector("genuine-indented-body", "OK", genuine(body=BODY.replace("><", ">\n  <"))),
    ]


def _bytes(good):
    body = good.replace(OPEN, b"")
    dtd = b'<!DOCTYPE Doc [<!ENTITY a "x">]>'
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    deep = "<Doc xmlns='urn:example:other'>" + "<a>" * 300 + "</a>" * 300 + "</Doc>"
    mild = "<Doc xmlns='urn:example:other'>" + "<a>" * 80 + "</a>" * 80 + "</Doc>"
    wide = '<?xml version="1.0" encoding="UTF-16"?>' + body.decode()
    latin = b"<?xml version='1.0' encoding='ISO-8859-1'?>" + body
    split = good.replace(b"<amount>100", b"<amount>1<!-- -->00")
    return [
        Vector("empty", "XML_NOT_WELL_FORMED", b""),
        Vector("truncated", "XML_NOT_WELL_FORMED", good[:-9]),
        Vector("text-after-root", "XML_NOT_WELL_FORMED", good + b"x"),
        Vector("doctype", "XML_DTD_FORBIDDEN", OPEN + dtd + body),
        Vector("billion-laughs", "XML_DTD_FORBIDDEN", OPEN + laughs + body),
        Vector("undeclared-entity", "XML_NOT_WELL_FORMED", good.replace(b"100<", b"&x;<")),
        Vector("comment-splits-text", "XML_COMMENT_OR_PI", split),
        Vector("comment-before-root", "XML_COMMENT_OR_PI", OPEN + b"<!-- x -->" + body),
        Vector("comment-after-root", "XML_COMMENT_OR_PI", good + b"<!-- x -->"),
        Vector("comment-in-digest", "XML_COMMENT_OR_PI", _inside(good, b"<ds:DigestValue>")),
        Vector("processing-instruction", "XML_COMMENT_OR_PI", good + b"<?php x?>"),
        Vector("byte-order-mark", "XML_ENCODING_FORBIDDEN", b"\xef\xbb\xbf" + good),
        Vector("utf-16", "XML_ENCODING_FORBIDDEN", wide.encode("utf-16")),
        Vector("utf-16-without-mark", "XML_ENCODING_FORBIDDEN", wide.encode("utf-16-le")),
        Vector("latin-1-declared", "XML_ENCODING_FORBIDDEN", latin),
        Vector("broken-utf-8", "XML_ENCODING_FORBIDDEN", good.replace(b"100", b"\xff00")),
        Vector("too-large", "XML_LIMIT_EXCEEDED", good + b" " * 2_000_001),
        Vector("too-deep-for-the-parser", "XML_LIMIT_EXCEEDED", deep.encode()),
        Vector("too-deep", "XML_LIMIT_EXCEEDED", mild.encode()),
    ]


def _inside(xml, tag):
    return xml.replace(tag, tag + b"<!-- -->", 1)


def _parsed(good):
    root = etree.fromstring(good)
    return root, root.find(f"{DS}Signature")


def _dump(root):
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _places(good):
    """XSW 1 to 8 as far as a reference to the whole document leaves room for them."""
    made = [Vector("unsigned", "SIG_NOT_FOUND", BODY.encode())]
    root, signature = _parsed(good)
    made.append(Vector("signature-is-root", "SIG_MISPLACED", _dump(deepcopy(signature))))
    root.append(deepcopy(signature))
    made.append(Vector("xsw-signature-twice", "SIG_MULTIPLE", _dump(root)))
    root, signature = _parsed(good)
    root.insert(0, signature)
    made.append(Vector("xsw-signature-first", "SIG_MISPLACED", _dump(root)))
    root, signature = _parsed(good)
    root[0].append(signature)
    made.append(Vector("xsw-signature-nested", "SIG_MISPLACED", _dump(root)))
    wrapper = etree.Element("{urn:example:other}Doc")
    wrapper.append(etree.fromstring(good))
    made.append(Vector("xsw-wrapped-whole", "SIG_MISPLACED", _dump(wrapper)))
    for name, where in (("object", 3), ("key-info", 2), ("signed-info", 0)):
        evil, signature = _parsed(good)
        original = etree.fromstring(BODY)
        holder = etree.SubElement(signature, f"{DS}Object") if where == 3 else signature[where]
        holder.append(original)
        evil[1].text = "999"
        reasons = {
            "object": "SIGNED_PROPS_AMBIGUOUS",
            "key-info": "KEYINFO_FORBIDDEN",
            "signed-info": "SIG_MISPLACED",
        }
        made.append(Vector(f"xsw-original-in-{name}", reasons[name], _dump(evil)))
    root, signature = _parsed(good)
    outer = etree.fromstring(BODY.replace("100", "999"))
    outer.append(root)
    outer.append(deepcopy(signature))
    made.append(Vector("xsw-two-copies", "SIG_MULTIPLE", _dump(outer)))
    root, signature = _parsed(good)
    outer = etree.fromstring(BODY.replace("100", "999"))
    root.remove(signature)
    outer.append(root)
    outer.append(signature)
    made.append(Vector("xsw-signature-moved-out", "HASH_MISMATCH", _dump(outer)))
    root, signature = _parsed(good)
    signature.insert(1, deepcopy(signature[0]))
    made.append(Vector("two-signed-info", "SIG_MULTIPLE", _dump(root)))
    root, signature = _parsed(good)
    signature.insert(0, signature[1])
    made.append(Vector("parts-out-of-order", "SIG_MISPLACED", _dump(root)))
    root, _signature = _parsed(good)
    root[0].set("Id", "sp")
    made.append(Vector("duplicate-id", "DUPLICATE_ID", _dump(root)))
    root[0].attrib.pop("Id")
    root[0].set("{http://www.w3.org/XML/1998/namespace}id", "sp")
    made.append(Vector("duplicate-xml-id", "DUPLICATE_ID", _dump(root)))
    return made


def _references():
    once = f'<ds:Transforms><ds:Transform Algorithm="{names.EXC_C14N}"/></ds:Transforms>'
    third = (
        f'<ds:Reference URI="@">{once}<ds:DigestMethod Algorithm="{names.SHA256}"/>'
        "<ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>"
    )
    body = BODY.replace("<name>", '<name Id="part">')
    uris = {
        "file": "file:///etc/passwd",
        "relative": "other.xml",
        "http": "http://127.0.0.1:9/x",
        "xpointer": "#xpointer(/)",
        "other-part": "#part",
        "itself": "#sp",
    }
    made = [
        Vector(f"reference-{name}", "REF_URI_FORBIDDEN", genuine(uri=uri, body=body))
        for name, uri in uris.items()
    ]
    root, signature = _parsed(genuine())
    signature[0].remove(signature[0][2])
    only_props = forge.resign(root, forge.rsa_key("card"))
    root, signature = _parsed(genuine())
    signature[0].remove(signature[0][3])
    only_document = forge.resign(root, forge.rsa_key("card"))
    root, signature = _parsed(genuine())
    del signature[0][2].attrib["URI"]
    without = forge.resign(root, forge.rsa_key("card"))
    return [
        *made,
        Vector("reference-without-uri", "REF_URI_FORBIDDEN", without),
        Vector("reference-third", "REF_COUNT", genuine(more_references=third.replace("@", "x"))),
        Vector("reference-hundreds", "REF_COUNT", genuine(more_references=third * 300)),
        Vector("reference-only-document", "REF_COUNT", only_document),
        Vector(
            "reference-not-document",
            "REF_COUNT",
            only_props,
            sub_indication="SIGNED_DATA_NOT_FOUND",
        ),
    ]


def _algorithms():
    def transform(uri, content=""):
        return f'<ds:Transform Algorithm="{uri}">{content}</ds:Transform>'

    enveloped, c14n = transform(names.ENVELOPED), transform(names.EXC_C14N)
    xpath = transform("http://www.w3.org/TR/1999/REC-xpath-19991116", "<ds:XPath>1=0</ds:XPath>")
    sheet = '<x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform" version="1.0"/>'
    prefixes = f'<e:InclusiveNamespaces xmlns:e="{names.EXC_C14N}" PrefixList="a"/>'
    chains = {
        "xpath": (enveloped, xpath, c14n),
        "xpath2": (enveloped, transform("http://www.w3.org/2002/06/xmldsig-filter2"), c14n),
        "xslt": (enveloped, transform("http://www.w3.org/TR/1999/REC-xslt-19991116", sheet)),
        "base64": (enveloped, transform(names.DS + "base64")),
        "unknown": (enveloped, transform("urn:unknown")),
        "repeated": (enveloped, c14n, c14n),
        "swapped": (c14n, enveloped),
        "none": (),
        "inclusive": (enveloped, transform("http://www.w3.org/TR/2001/REC-xml-c14n-20010315")),
        "prefixes": (enveloped, transform(names.EXC_C14N, prefixes)),
    }
    made = [
        Vector(f"transform-{name}", "TRANSFORM_FORBIDDEN", genuine(transforms=chain))
        for name, chain in chains.items()
    ]
    more = "http://www.w3.org/2001/04/xmldsig-more#"
    for name, method in {
        "rsa-sha1": names.DS + "rsa-sha1",
        "rsa-md5": more + "rsa-md5",
        "rsa-sha512": more + "rsa-sha512",
        "ecdsa-sha256": more + "ecdsa-sha256",
        "dsa": names.DS + "dsa-sha1",
        "hmac": more + "hmac-sha256",
        "unknown-method": "urn:unknown",
    }.items():
        made.append(Vector(f"algorithm-{name}", "ALG_FORBIDDEN", genuine(method=method)))
    short = "<ds:HMACOutputLength>1</ds:HMACOutputLength>"
    hmac_method = {"method": more + "hmac-sha256", "method_content": short}
    mismatch = {"method": names.ECDSA_SHA384}
    other = Recipe(card("p384"), method=names.RSA_SHA256)
    return [
        *made,
        Vector("algorithm-truncated-hmac", "ALG_FORBIDDEN", genuine(**hmac_method)),
        Vector("algorithm-parameters", "ALG_FORBIDDEN", genuine(method_content=short)),
        Vector("algorithm-sha1-digest", "ALG_FORBIDDEN", genuine(digest=names.DS + "sha1")),
        Vector("algorithm-md5-digest", "ALG_FORBIDDEN", genuine(digest=more + "md5")),
        Vector(
            "algorithm-c14n-comments",
            "ALG_FORBIDDEN",
            genuine(c14n=names.EXC_C14N + "WithComments"),
        ),
        Vector("algorithm-ecdsa-for-rsa-key", "ALG_KEY_MISMATCH", genuine(**mismatch)),
        Vector("algorithm-rsa-for-ec-key", "ALG_KEY_MISMATCH", sign(other)),
    ]


def _key_info():
    mine, theirs = card(), card("rogue", forge.rsa_key("mallory"))
    cert = _x509(mine)
    value = (
        "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB"
        "</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
    )
    data = "<ds:X509Data>@</ds:X509Data>"
    infos = {
        "key-value": ("KEYINFO_FORBIDDEN", value),
        "key-value-beside": ("KEYINFO_FORBIDDEN", data.replace("@", cert) + value),
        "key-name": ("KEYINFO_FORBIDDEN", "<ds:KeyName>ca</ds:KeyName>"),
        "retrieval": ("KEYINFO_FORBIDDEN", '<ds:RetrievalMethod URI="http://127.0.0.1:9/"/>'),
        "two-in-one": ("CERT_MULTIPLE", data.replace("@", cert + _x509(theirs))),
        "two-data": ("CERT_MULTIPLE", data.replace("@", cert) + data.replace("@", cert)),
        "subject-only": ("CERT_MISSING", data.replace("@", "<ds:X509SKI>AQ==</ds:X509SKI>")),
        "serial-beside": ("KEYINFO_FORBIDDEN", data.replace("@", cert + "<ds:X509SKI/>")),
        "garbage": ("CERT_MALFORMED", data.replace("@", cert.replace("MII", "AAA", 1))),
        "not-base64": (
            "CERT_MALFORMED",
            data.replace("@", cert.replace("MII", "**", 1)),
        ),
        "swapped": ("SIG_VALUE_INVALID", data.replace("@", _x509(theirs))),
    }
    made = [
        Vector(f"key-info-{name}", reason, genuine(key_info=info))
        for name, (reason, info) in infos.items()
    ]
    root, signature = _parsed(genuine())
    signature.remove(signature[2])
    made.append(Vector("key-info-absent", "CERT_MISSING", _dump(root)))
    twin = card("first", mine.key, serial=78)
    info = data.replace("@", _x509(twin))
    made.append(
        Vector("key-info-same-key-other-identity", "CERT_REF_MISMATCH", genuine(key_info=info))
    )
    dsa_key = dsa.generate_private_key(2048)
    weak = {
        "rsa-1024": ("KEY_TOO_WEAK", forge.rsa_key("weak", 1024)),
        "p256": ("KEY_TOO_WEAK", forge.ec_key("p256", ec.SECP256R1)),
        "p521": ("ALG_KEY_MISMATCH", forge.ec_key("p521", ec.SECP521R1)),
        "dsa": ("ALG_KEY_MISMATCH", dsa_key),
    }
    for name, (reason, key) in weak.items():
        made.append(Vector(f"key-{name}", reason, sign(Recipe(card("first", key)))))
    return made


def _x509(one):
    return f"<ds:X509Certificate>{base64.b64encode(one.der).decode()}</ds:X509Certificate>"


def _properties(good):
    time = "<xades:SigningTime>2027-02-20T12:00:00Z</xades:SigningTime>"
    bare = f"<xades:SignedSignatureProperties>{time}</xades:SignedSignatureProperties>"
    root, signature = _parsed(good)
    signature.remove(signature[3])
    absent = _dump(root)
    root, signature = _parsed(good)
    holder = etree.SubElement(signature, f"{DS}Object")
    holder.append(deepcopy(signature[3][0]))
    for one in holder.iter():
        one.attrib.pop("Id", None)
    twice = _dump(root)
    root, signature = _parsed(good)
    root[0].append(deepcopy(signature[3][0][0]))
    del root[0][0].attrib["Id"]
    elsewhere = _dump(root)
    unsigned = "<xades:UnsignedProperties/>"
    target = good.replace(b'Target="#s"', b'Target="#t"')
    return [
        Vector("properties-absent", "SIGNED_PROPS_MISSING", absent),
        Vector("properties-twice", "SIGNED_PROPS_AMBIGUOUS", twice),
        Vector("properties-also-elsewhere", "SIGNED_PROPS_AMBIGUOUS", elsewhere),
        Vector("properties-unsigned-beside", "SIGNED_PROPS_AMBIGUOUS", genuine(unsigned=unsigned)),
        Vector("properties-other-target", "SIGNED_PROPS_AMBIGUOUS", target),
        Vector("properties-without-certificate", "SIGNED_PROPS_MISSING", genuine(properties=bare)),
        Vector("properties-bad-time", "SIGNED_PROPS_MISSING", genuine(time="yesterday")),
        Vector("properties-changed", "HASH_MISMATCH", good.replace(b"T12:00:00", b"T11:00:00")),
    ]


def _cryptography(good):
    wrong = hashlib.sha256(b"another").digest()
    root, signature = _parsed(good)
    root[1].text = "999"
    altered = _dump(root)
    digest = signature[0][2][2]
    canonical = etree.fromstring(BODY.replace("100", "999"))
    new = hashlib.sha256(etree.tostring(canonical, method="c14n", exclusive=True)).digest()
    digest.text = base64.b64encode(new).decode()
    refreshed = _dump(root)
    value = base64.b64decode(etree.fromstring(good).findtext(f".//{DS}SignatureValue"))
    start, end = good.index(b"<ds:SignatureValue>") + 19, good.index(b"</ds:SignatureValue>")

    def with_value(data):
        return good[:start] + base64.b64encode(data) + good[end:]

    stranger = forge.resign(etree.fromstring(good), forge.rsa_key("mallory"))
    return [
        Vector("content-altered", "HASH_MISMATCH", altered),
        Vector("content-and-digest-altered", "SIG_VALUE_INVALID", refreshed),
        Vector("element-added", "HASH_MISMATCH", good.replace(b"<amount>", b"<x/><amount>")),
        Vector(
            "value-flipped", "SIG_VALUE_INVALID", with_value(bytes((value[0] ^ 1,)) + value[1:])
        ),
        Vector("value-short", "SIG_VALUE_INVALID", with_value(value[:-1])),
        Vector("value-padded", "SIG_VALUE_INVALID", with_value(b"\0" + value)),
        Vector("value-empty", "SIG_VALUE_INVALID", with_value(b"")),
        Vector("value-of-another-key", "SIG_VALUE_INVALID", stranger),
        Vector("certificate-digest-wrong", "CERT_REF_MISMATCH", genuine(certificate_digest=wrong)),
    ]
