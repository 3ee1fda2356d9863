from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import c2pa
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from detectors.container import BUDGET
from embeddings.sandbox import converse

NOW = datetime.now(UTC)


def picture() -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(out, "JPEG")
    return out.getvalue()


def certificate(name: str, *, issuer: str, key: Any, signer: Any, authority: bool) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        return x509.Name(
            [x509.NameAttribute(NameOID.ORGANIZATION_NAME, text), x509.NameAttribute(NameOID.COMMON_NAME, text)]
        )

    usage = {
        "digital_signature": not authority,
        "key_cert_sign": authority,
        "crl_sign": authority,
        "content_commitment": False,
        "key_encipherment": False,
        "data_encipherment": False,
        "key_agreement": False,
        "encipher_only": False,
        "decipher_only": False,
    }
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def signed(data: bytes) -> bytes:
    """The picture with a manifest that says it was generated, signed by an invented authority's invented camera."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    chain = [
        certificate("Demo Camera", issuer="Demo Root", key=key, signer=root_key, authority=False),
        certificate("Demo Root", issuer="Demo Root", key=root_key, signer=root_key, authority=True),
    ]
    pem = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=pem, private_key=private, ta_url=None)
    generated = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    manifest = {
        "claim_generator_info": [{"name": "demo", "version": "1"}],
        "format": "image/jpeg",
        "assertions": [
            {
                "label": "c2pa.actions",
                "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": generated}]},
            }
        ],
    }
    out = io.BytesIO()
    with c2pa.Signer.from_info(info) as signer, c2pa.Builder(json.dumps(manifest)) as builder:
        builder.sign(signer, "image/jpeg", io.BytesIO(data), out)
    return out.getvalue()


def probe(path: Path, media_format: str = "image/jpeg") -> dict[str, Mapping[str, Any]]:
    with path.open("rb") as stream:
        said = converse("detectors.c2pa_probe", {"format": media_format}, BUDGET, files={"file": stream.fileno()})
        return {message.kind: message.facts for message in said}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "picture.jpg"


def test_absence_is_told(place: Path) -> None:
    place.write_bytes(picture())
    answers = probe(place)
    assert answers["manifest"]["state"] == "absent"
    assert "rlimits" in answers["sandbox"]["level"]


def test_a_manifest_is_read_with_what_it_declares(place: Path) -> None:
    place.write_bytes(signed(picture()))
    facts = probe(place)["manifest"]
    assert facts["state"] == "embedded"
    assert facts["signed_by"] == "Demo Camera"
    assert facts["says_generated"] is True
    assert facts["validation"] != "Trusted"


def test_a_changed_picture_does_not_pass_its_check(place: Path) -> None:
    data = bytearray(signed(picture()))
    data[-40] ^= 0xFF
    place.write_bytes(bytes(data))
    assert probe(place)["manifest"]["validation"] == "Invalid"


def test_other_bytes_are_unreadable_or_not_supported(place: Path) -> None:
    place.write_bytes(b"these are not the bytes of a film" * 10)
    assert probe(place, "video/mp4")["manifest"]["state"] == "unreadable"
    assert probe(place, "video/x-unheard-of")["manifest"]["state"] in {"unreadable", "not_supported"}
