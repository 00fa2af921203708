"""Where a film comes from, signed into it (C2PA 2.1): made by AI, by which engines, from which book.

The manifest lies in the MP4 itself, in a box beside the picture, which stays as it is byte for byte.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookfilm import __version__
from bookfilm.errors import EngineUnavailable, FilmError, SettingsError
from bookfilm.records.base import Part
from bookfilm.store.files import partial_file, write_file

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's word for what a trained model has made."""
FACTS = "org.bookfilm.film"
SIGNING = "BOOKFILM_SIGNING"
"""The environment variable that names the folder with the credentials by which films are signed."""
CERTIFICATE, KEY = "certificate.pem", "key.pem"
YEARS = 10
_NEEDED = "c2pa-python is needed for provenance: pip install 'bookfilm[studio]'"


class Provenance(Part):
    """What a film says of its making. `engines` are the credits' lines."""

    title: str
    author: str | None
    right: str
    book_sha256: str
    engines: tuple[str, ...]


@dataclass(frozen=True)
class Signed:
    """What was read back from a film. `state` is C2PA's: Trusted, Valid (by somebody unknown here) or Invalid."""

    state: str
    signer: str
    source_type: str
    facts: Provenance | None
    faults: tuple[str, ...]


def sign_film(film: Path, facts: Provenance, credentials: Path) -> None:
    """Lay `facts`, signed with what lies in the folder `credentials`, into `film`, whole or not at all.

    Raises SettingsError where the credentials cannot be read, FilmError where signing fails, StoreFull.
    """
    c2pa = _library()
    try:
        certificate, key = (credentials / CERTIFICATE).read_bytes(), (credentials / KEY).read_bytes()
    except OSError as error:
        raise SettingsError(f"cannot be read: {error.strerror}", subject=error.filename) from None
    try:
        signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", certificate, key, None))
        with (
            partial_file(film) as temporary,
            film.open("rb") as source,
            temporary.open("w+b") as target,
            c2pa.Builder.from_json(json.dumps(_manifest(facts))) as builder,
        ):
            builder.sign(signer, "video/mp4", source, target)
    except c2pa.C2paError as error:
        raise FilmError(f"cannot be signed: {error}", subject=film) from None


def read_provenance(film: Path) -> Signed | None:
    """Return what is signed into `film`, None where nothing is. Raises EngineUnavailable."""
    c2pa = _library()
    try:
        with film.open("rb") as file, c2pa.Reader("video/mp4", file) as reader:
            told = json.loads(reader.json())
            state = str(reader.get_validation_state())
    except c2pa.C2paError as error:
        if "ManifestNotFound" in str(error) or "no JUMBF" in str(error):
            return None
        return Signed("Invalid", "", "", None, (str(error),))
    manifest = told["manifests"][told["active_manifest"]]
    said: dict[str, Any] = {one["label"]: one["data"] for one in manifest.get("assertions", [])}
    actions: dict[str, Any] = next(
        (data for label, data in said.items() if label.startswith("c2pa.actions")), {"actions": []}
    )
    created: dict[str, Any] = next((one for one in actions["actions"] if one["action"] == "c2pa.created"), {})
    facts = Provenance.model_validate(said[FACTS]) if FACTS in said else None
    faults = tuple(one["code"] for one in told.get("validation_status", []) if "untrusted" not in one["code"])
    signer = str(manifest.get("signature_info", {}).get("issuer", ""))
    return Signed(state, signer, str(created.get("digitalSourceType", "")), facts, faults)


def make_credentials(folder: Path, name: str) -> None:
    """Lay a certificate and its key into `folder`, unless they lie there: made by itself, so trusted by nobody else.

    It shows that a film is as it was made. Who is to be believed puts a certificate of an authority in its place.
    """
    if (folder / KEY).exists():
        return
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate(f"{name} authority", authority.public_key(), None, authority)
    leaf = _certificate(name, own.public_key(), root, authority)
    encoding = serialization.Encoding.PEM
    write_file(folder / CERTIFICATE, leaf.public_bytes(encoding) + root.public_bytes(encoding))
    # Last: where the key lies, its certificate does too.
    body = own.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_file(folder / KEY, body)
    (folder / KEY).chmod(0o600)


def _certificate(name: str, public: Any, issuer: Any, signing: Any) -> Any:
    """Return a certificate as C2PA's profile wants it (C2PA 2.1, 14.5): an authority where `issuer` is None."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, name), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    now, is_authority = dt.datetime.now(dt.UTC), issuer is None
    usage = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    usage |= {"digital_signature": not is_authority, "key_cert_sign": is_authority, "crl_sign": is_authority}
    building = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if is_authority else issuer.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if not is_authority:
        building = building.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return building.sign(signing, hashes.SHA256())


def _manifest(facts: Provenance) -> dict[str, Any]:
    action = {
        "action": "c2pa.created",
        "digitalSourceType": SOURCE_TYPE,
        "softwareAgent": {"name": "bookfilm", "version": __version__},
        "parameters": {"engines": list(facts.engines)},
    }
    return {
        "claim_generator_info": [{"name": "bookfilm", "version": __version__}],
        "title": facts.title,
        "format": "video/mp4",
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [action]}},
            {"label": FACTS, "data": facts.model_dump(mode="json")},
        ],
    }


def _library() -> Any:
    try:
        import c2pa
    except ImportError:
        raise EngineUnavailable(_NEEDED, subject="c2pa") from None
    return c2pa
