"""The commands `verify_filing` and `make_cards`, without Django: arguments in, exit code out.

Exit codes: 0 passed, 1 a negative verdict, 2 bad input (one clear line on standard error).
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

from lxml import etree

from signing.answers import RevocationSource
from signing.binding import Binding
from signing.errors import Check, VerificationError
from signing.evidence import load as load_evidence
from signing.ocsp import OcspSet
from signing.policy import SUFFIXES, Policy, read_file
from signing.reproduction import Trust, as_result, reproduce
from signing.revocation import CrlSet, Sources
from signing.verification import verify

PRODUCTION_POLICY_OID = "1.2.392.200149.8.5.1.1.20"
PASSED, NEGATIVE, BAD_INPUT = 0, 1, 2

SchemaOf = Callable[[bytes], etree.XMLSchema | None]
BindingOf = Callable[[bytes, datetime], Binding | None]
Unpack = Callable[[bytes], tuple[Mapping[str, Any], Mapping[str, bytes]]]
# What a ZIP begins with: a bundle of evidence instead of a document.
BUNDLE = b"PK\x03\x04"


class BadInput(Exception):
    """The command cannot start on this; the text is the one line for standard error."""


@dataclass(frozen=True)
class Vocabulary:
    """What the caller knows of the documents: their schema, and what their signer must match.

    Both are asked with the raw bytes and may return None or raise ValueError.
    """

    schema_of: SchemaOf
    binding_of: BindingOf | None = None
    # Opens a bundle of evidence into description and members; ValueError where it was altered.
    unpack: Unpack | None = None


@dataclass(frozen=True)
class _Job:
    file: str
    anchors: tuple[str, ...]
    crls: tuple[str, ...]
    ocsp: tuple[str, ...]
    at: str | None
    tsa: tuple[str, ...] = ()


def verify_filing(
    argv: Sequence[str],
    *,
    vocabulary: Vocabulary | None = None,
    default_policy_oid: str = PRODUCTION_POLICY_OID,
    out: TextIO | None = None,
    err: TextIO | None = None,
) -> int:
    """Verify one signed document, or each line of a batch; see the module for exit codes.

    `vocabulary` tells the filing's schema; without it only `--schema none` or a file is possible.
    """
    out, err = out or sys.stdout, err or sys.stderr
    try:
        options = _verify_parser().parse_args(argv)
        options.policy_oid = options.policy_oid or default_policy_oid
        chosen = _vocabulary(options.schema, vocabulary)
        if options.batch:
            return _batch(options, chosen, out, err)
        job = _Job(
            options.file or _missing("a file to verify (or --batch FILE)"),
            tuple(options.anchors or ()),
            tuple(options.crl),
            tuple(options.ocsp),
            options.at,
            tuple(options.tsa),
        )
        result = _run(job, options.policy_oid, chosen)
    except BadInput as error:
        print(f"verify_filing: {error}", file=err)
        return BAD_INPUT
    print(json.dumps(result, ensure_ascii=False) if options.json else _plain(result), file=out)
    return PASSED if _is_positive(result) else NEGATIVE


def make_cards(
    count: int,
    out: str | Path,
    *,
    at: datetime | None = None,
    seed: int = 0,
    pki: Path | None = None,
) -> int:
    """Mint `count` synthetic residents' cards under the demo CA in `out`/pki (or `pki`).

    Writes `out`/cards.jsonl, one card a line with its PINs; the same seed gives the same people.
    """
    from signing.demo_cards import mint

    if count < 1:
        sys.stderr.write("make_cards: --count must be 1 or more\n")
        return BAD_INPUT
    mint(count, Path(out), at=at or datetime.now(UTC), seed=seed, pki_dir=pki)
    return PASSED


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise BadInput(message)


def _verify_parser() -> _Parser:
    parser = _Parser(prog="verify_filing", description=verify_filing.__doc__)
    parser.add_argument("file", nargs="?", help="the signed document, or a bundle of evidence")
    parser.add_argument("--anchors", action="append", help="folder or file of trusted CAs")
    parser.add_argument("--crl", action="extend", nargs="+", default=[], metavar="FILE")
    parser.add_argument("--ocsp", action="extend", nargs="+", default=[], metavar="FILE")
    parser.add_argument("--tsa", action="append", default=[], help="trusted time-stamp CAs")
    parser.add_argument("--at", metavar="TIME", help="time of receipt, ISO 8601 with zone")
    parser.add_argument("--policy-oid", default="", metavar="OID")
    parser.add_argument("--schema", default="filing", help="filing, none, or a schema file")
    parser.add_argument("--batch", metavar="FILE", help="JSON Lines of documents; - is stdin")
    parser.add_argument("--json", action="store_true")
    return parser


def _vocabulary(name: str, given: Vocabulary | None) -> Vocabulary:
    if name == "none":
        return Vocabulary(schema_of=lambda _xml: None)
    if name == "filing":
        return given or _missing("--schema none or --schema FILE (no filing schema here)")
    try:
        schema = etree.XMLSchema(file=name)
    except (etree.XMLSchemaParseError, OSError) as error:
        raise BadInput(f"--schema {name}: not an XML schema") from error
    return Vocabulary(schema_of=lambda _xml: schema)


def _missing(what: str) -> Any:
    raise BadInput(f"missing {what}")


def _batch(options: argparse.Namespace, chosen: Vocabulary, out: TextIO, err: TextIO) -> int:
    """Verify each line; a bad line is answered, named once at the end, and stops nothing."""
    worst, first_bad = PASSED, ""
    for number, line in enumerate(_lines(options.batch), 1):
        if not line.strip():
            continue
        try:
            job = _job(line, options)
            result = {"file": job.file, **_run(job, options.policy_oid, chosen)}
            print(json.dumps(result, ensure_ascii=False), file=out)
            worst = worst if _is_positive(result) else max(worst, NEGATIVE)
        except BadInput as error:
            first_bad = first_bad or f"line {number}: {error}"
    if first_bad:
        print(f"verify_filing: {first_bad}", file=err)
        return BAD_INPUT
    return worst


def _lines(name: str) -> list[str]:
    if name == "-":
        return sys.stdin.readlines()
    try:
        return _read(name).decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(f"{name}: not UTF-8") from error


def _job(line: str, options: argparse.Namespace) -> _Job:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise BadInput("not JSON") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
        raise BadInput('needs {"file": …}')
    base = Path() if options.batch == "-" else Path(options.batch).parent
    return _Job(
        file=_locate(entry["file"], base),
        anchors=_names(entry, "anchors", base) or tuple(options.anchors or ()),
        crls=_names(entry, "crls", base) or tuple(options.crl),
        ocsp=_names(entry, "ocsp", base) or tuple(options.ocsp),
        at=entry.get("at") or options.at,
        tsa=tuple(options.tsa),
    )


def _names(entry: Mapping[str, Any], key: str, base: Path) -> tuple[str, ...]:
    value = entry.get(key) or []
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadInput(f'"{key}" is not a list of files')
    return tuple(_locate(name, base) for name in names)


def _locate(name: str, base: Path) -> str:
    """Paths count from where the command runs; failing that, from the batch file's folder."""
    return name if Path(name).exists() or not (base / name).exists() else str(base / name)


def _run(job: _Job, policy_oid: str, vocabulary: Vocabulary) -> dict[str, Any]:
    at, xml = _time(job.at), _read(job.file)
    if xml.startswith(BUNDLE):
        return _run_bundle(job, xml, vocabulary)
    anchors = job.anchors or _missing("--anchors DIR")
    policy, sources = _policy(anchors, policy_oid), _sources(job.crls, job.ocsp)
    try:
        schema = vocabulary.schema_of(xml)
        binding = vocabulary.binding_of(xml, at) if vocabulary.binding_of else None
    except ValueError:
        # The structure check names what is wrong with such a document, in its own order.
        schema, binding = None, None
    try:
        verified = verify(
            xml, policy=policy, at=at, revocation=sources, schema=schema, binding=binding
        )
    except VerificationError as error:
        return as_result(error.verdict, error.sub_indication, error.reason, error.checks)
    return as_result("TOTAL_PASSED", "", "OK", verified.checks, verified.report)


def _run_bundle(job: _Job, data: bytes, vocabulary: Vocabulary) -> dict[str, Any]:
    """Give a recorded verdict again from its evidence; what was altered is a negative verdict."""
    unpack = vocabulary.unpack or _missing("a reader of bundles (use manage.py verify_filing)")
    trust = Trust(
        anchors=_policy(job.anchors, "").anchors if job.anchors else (),
        stampers=_policy(job.tsa, "").anchors if job.tsa else (),
        lists=[_read(file) for name in job.crls for file in _files(name, "*.crl")],
        responses=[_read(file) for name in job.ocsp for file in _files(name, "*.ocsp")],
    )
    at = _time(job.at) if job.at else None
    try:
        evidence = load_evidence(*unpack(data))
        return reproduce(
            evidence,
            trust=trust,
            at=at,
            schema_of=vocabulary.schema_of,
            binding_of=vocabulary.binding_of or (lambda _xml, _at: None),
        )
    except ValueError as error:
        altered = [Check("evidence", False, str(error))]
        return as_result("TOTAL_FAILED", "FORMAT_FAILURE", "EVIDENCE_ALTERED", altered)


def _is_positive(result: Mapping[str, Any]) -> bool:
    """A passed verdict; from evidence, one that is the recorded one under a stamp that holds."""
    evidence = result.get("evidence") or {}
    stamp = evidence.get("timestamp") or {"ok": True}
    agrees = evidence.get("reproduced") is not False and stamp["ok"]
    return result["verdict"] == "TOTAL_PASSED" and agrees


def _plain(result: Mapping[str, Any]) -> str:
    marks = [f"  {'ok ' if c['ok'] else 'NO '} {c['name']} {c['detail']}" for c in result["checks"]]
    head = " ".join((result["verdict"], result["sub_indication"], result["reason"]))
    told = [f"  {name}: {found}" for name, found in result.get("evidence", {}).items()]
    return "\n".join([head, *(mark.rstrip() for mark in marks), *told])


def _time(text: Any) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise BadInput(f"--at {text}: not a time in ISO 8601") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise BadInput(f"{name}: {error.strerror}") from error


@lru_cache(maxsize=64)
def _policy(anchors: tuple[str, ...], policy_oid: str) -> Policy:
    """Read the anchors that the operator names: folders, or single files.

    Demo authorities are allowed here: this command trusts what it is told to trust.
    """
    files: list[Path] = []
    for name in anchors:
        path = Path(name)
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        files += [one for one in inside if not path.is_dir() or one.suffix in SUFFIXES]
    try:
        found = tuple(certificate for path in files for certificate in read_file(path))
    except (OSError, ValueError) as error:
        raise BadInput(f"anchors {', '.join(anchors)}: not readable certificates") from error
    if not found:
        raise BadInput(f"anchors {', '.join(anchors)}: no certificate found")
    return Policy(anchors=found, policy_oid=policy_oid)


@lru_cache(maxsize=64)
def _sources(crls: tuple[str, ...], responses: tuple[str, ...]) -> RevocationSource:
    """Lists and responses, each file read once in a process; a folder means its *.crl files."""
    lists = [file for name in crls for file in _files(name, "*.crl")]
    answers = [file for name in responses for file in _files(name, "*.ocsp")]
    sources: list[RevocationSource] = []
    if lists:
        sources.append(CrlSet([_read(name) for name in lists]))
    if answers:
        sources.append(OcspSet([_read(name) for name in answers]))
    return Sources(sources)


def _files(name: str, pattern: str) -> list[str]:
    path = Path(name)
    return [str(one) for one in sorted(path.glob(pattern))] if path.is_dir() else [name]
