"""age, which knows nothing of ours: the KEM of the first suite under age's own KDF and AEAD, in both directions."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from conftest import Install
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac, hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from posts import flipped

FOLDER = Path(__file__).resolve().parents[2] / "second" / "age"
AGE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
AGE_INFO = b"age-encryption.org/mlkem768x25519"
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def from_bech32(text: str) -> bytes:
    """The data of a Bech32 string, its checksum left to age."""
    letters = text.lower().rpartition("1")[2][:-6]
    value = 0
    for letter in letters:
        value = value << 5 | LETTERS.index(letter)
    size = len(letters) * 5 // 8
    return (value >> (len(letters) * 5 - size * 8)).to_bytes(size, "big")


def derived(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


def age_mac(file_key: bytes, head: bytes) -> bytes:
    mac = hmac.HMAC(derived(file_key, None, b"header"), hashes.SHA256())
    mac.update(head)
    return mac.finalize()


def plain64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def unplain64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def age_file(public: bytes, text: bytes, info: bytes = AGE_INFO) -> bytes:
    """An age file to a hybrid recipient, whose file key our library wraps."""
    file_key, nonce = bytes(range(16)), bytes(16)
    halves = MLKEM768PublicKey.from_public_bytes(public[:1184]), X25519PublicKey.from_public_bytes(public[1184:])
    wrapped = AGE.encrypt(file_key, hpke.MLKEM768X25519PublicKey(*halves), info)
    stanza = f"-> mlkem768x25519 {plain64(wrapped[:1120])}\n{plain64(wrapped[1120:])}\n"
    head = f"age-encryption.org/v1\n{stanza}---".encode()
    payload = ChaCha20Poly1305(derived(file_key, nonce, b"payload")).encrypt(bytes(11) + b"\1", text, None)
    return head + b" " + plain64(age_mac(file_key, head)).encode() + b"\n" + nonce + payload


def test_age_opens_what_our_library_wraps(install: Install) -> None:
    age = install(FOLDER)
    made, other = age.answers([{"do": "identity"}] * 2)
    file, wrong_info = (age_file(from_bech32(made["recipient"]), "Tối mật".encode(), each) for each in (AGE_INFO, b""))
    jobs = [(made, file), (other, file), (made, wrong_info), (made, flipped(file, 60))]
    found = age.answers(
        {"do": "decrypt", "identity": who["identity"], "file": base64.b64encode(raw).decode()} for who, raw in jobs
    )
    assert found[0] == {"text": "Tối mật"}
    assert all("refused" in each for each in found[1:]), found


def test_our_library_opens_what_age_wraps(install: Install) -> None:
    age = install(FOLDER)
    made = age.answers([{"do": "identity"}])[0]
    sealed = age.answers([{"do": "encrypt", "recipient": made["recipient"], "text": "Mật"}])[0]
    head, _, _ = base64.b64decode(sealed["file"]).partition(b"---")
    lines = head.decode().splitlines()
    assert lines[1].startswith("-> mlkem768x25519 ")
    wrapped = unplain64(lines[1].split(" ")[2]) + unplain64(lines[2])
    expanded = hashlib.shake_256(from_bech32(made["identity"])).digest(96)
    halves = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])
    key = hpke.MLKEM768X25519PrivateKey(*halves)
    file_key = AGE.decrypt(wrapped, key, AGE_INFO)
    mac = base64.b64decode(sealed["file"]).partition(b"--- ")[2].partition(b"\n")[0].decode()
    assert unplain64(mac) == age_mac(file_key, head + b"---")
    for bad, info in ((flipped(wrapped, 0), AGE_INFO), (flipped(wrapped, len(wrapped) - 1), AGE_INFO), (wrapped, b"")):
        with pytest.raises(InvalidTag):
            AGE.decrypt(bad, key, info)
