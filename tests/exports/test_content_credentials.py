"""Sign files with the real C2PA library, copy them, and ask it what became of their content credentials."""

import io
import json
from datetime import UTC, datetime, timedelta

import av
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from reka_notebook.jobs.recipes import credentials_words, save_file
from reka_notebook.media.recipes.carrying import ends_of, find, has_credentials

c2pa = pytest.importorskip("c2pa")

TEXT = '{"reka_recipe":1,"model":"m","task":"t","prompt":"a fox"}'

MANIFEST = {
    "claim_generator_info": [{"name": "tests", "version": "1"}],
    "assertions": [
        {
            "label": "c2pa.actions.v2",
            "data": {
                "actions": [
                    {
                        "action": "c2pa.created",
                        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
                    }
                ]
            },
        }
    ],
}


def name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tests"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def certificate(
    key: ec.EllipticCurvePrivateKey, issuer: str, signed_by: ec.EllipticCurvePrivateKey, own: str
) -> x509.Certificate:
    """Return a certificate as C2PA wants it: of one who signs documents, by an authority."""
    authority = own == issuer
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(own))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key()), critical=False
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority,
                key_cert_sign=authority,
                crl_sign=authority,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if not authority:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(usage, critical=False)
    return builder.sign(signed_by, hashes.SHA256())


@pytest.fixture(scope="module")
def signer() -> object:
    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    chain = [certificate(own, "Root", authority, "Signer"), certificate(authority, "Root", authority, "Root")]
    private = own.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    info = c2pa.C2paSignerInfo(
        alg=c2pa.C2paSigningAlg.ES256,
        sign_cert=b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain),
        private_key=private,
        ta_url=None,
    )
    return c2pa.Signer.from_info(info)


def film(kind: str, codec: str, *, fragments: bool = False) -> bytes:
    buffer = io.BytesIO()
    options = {"movflags": "frag_keyframe+empty_moov"} if fragments else {}
    with av.open(buffer, "w", format=kind, options=options) as container:
        stream = container.add_stream(codec, 25, width=64, height=48, pix_fmt="yuv420p")
        for number in range(25):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 9, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()


def sound(kind: str, codec: str) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=kind) as container:
        stream = container.add_stream(codec, 44100)
        tone = (np.sin(np.arange(44100) / 20) * 9000).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(tone, layout="mono", format="s16")
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()


def picture(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(buffer, kind)
    return buffer.getvalue()


def state_of(data: bytes, media_type: str) -> str:
    """Return what the library says of a file: valid, or which check fails."""
    try:
        reader = c2pa.Reader(media_type, io.BytesIO(data))
    except c2pa.C2paError as error:
        if "ManifestNotFound" in str(error):
            return "none"
        raise
    with reader:
        told = json.loads(reader.json())
    # Whoever makes a certificate of his own is not trusted, whatever the file.
    wrong = {one["code"] for one in told.get("validation_status", ())} - {"signingCredential.untrusted"}
    return "valid" if not wrong else ", ".join(sorted(wrong))


MADE = {
    "video/mp4": lambda: film("mp4", "libx264"),
    "video/mp4 in fragments": lambda: film("mp4", "libx264", fragments=True),
    "video/quicktime": lambda: film("mov", "libx264"),
    "video/x-msvideo": lambda: film("avi", "mpeg4"),
    "audio/mp4": lambda: sound("ipod", "aac"),
    "audio/mpeg": lambda: sound("mp3", "libmp3lame"),
    "audio/wav": lambda: sound("wav", "pcm_s16le"),
    "audio/flac": lambda: sound("flac", "flac"),
    "image/jpeg": lambda: picture("JPEG"),
    "image/png": lambda: picture("PNG"),
    "image/webp": lambda: picture("WEBP"),
    "image/gif": lambda: picture("GIF"),
    "image/tiff": lambda: picture("TIFF"),
    "image/avif": lambda: picture("AVIF"),
}


def signed(data: bytes, media_type: str, signer: object, *, elsewhere: bool = False) -> bytes:
    builder, target = c2pa.Builder(MANIFEST), io.BytesIO()
    if elsewhere:
        builder.set_no_embed()
        builder.set_remote_url("https://host.test/manifest.c2pa")
    builder.sign(signer, media_type, io.BytesIO(data), target)
    return target.getvalue()


def copied(data: bytes, media_type: str, recipe: str | None) -> tuple[bytes, bool, str]:
    """Return a copy, whether it carries the recipe, and what is said of its credentials."""
    target = io.BytesIO()
    saved = save_file(io.BytesIO(data), target, media_type, recipe)
    return target.getvalue(), saved.recipe, credentials_words([saved])


@pytest.mark.parametrize("label", MADE)
def test_what_is_said_of_credentials_is_what_their_own_library_finds(label: str, signer: object) -> None:
    media_type, plain = label.partition(" ")[0], MADE[label]()
    assert not has_credentials(io.BytesIO(plain), media_type)
    assert state_of(plain, media_type) == "none"
    assert copied(plain, media_type, TEXT)[2] == ""
    original = signed(plain, media_type, signer)
    assert has_credentials(io.BytesIO(original), media_type)
    assert state_of(original, media_type) == "valid"

    same, carried, said = copied(original, media_type, None)
    assert (same, carried) == (original, False)
    assert said == "Content credentials (C2PA) are kept: the copy is the original, byte for byte."

    copy, carried, said = copied(original, media_type, TEXT)
    if carried:
        assert find(*ends_of(io.BytesIO(copy)))
        assert state_of(copy, media_type) in ("assertion.dataHash.mismatch", "assertion.bmffHash.mismatch")
        assert "still in this copy, but the recipe makes them invalid" in said
    else:
        assert media_type in ("video/x-msvideo", "image/tiff", "audio/flac")
        assert state_of(copy, media_type) == "valid"
        assert "are kept" in said
    assert has_credentials(io.BytesIO(signed(plain, media_type, signer, elsewhere=True)), media_type)
