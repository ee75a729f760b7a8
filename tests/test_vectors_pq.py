"""Our post-quantum keys and signatures before judges written by others, in plain Python from FIPS 203 and 204."""

from __future__ import annotations

from typing import Any

import pytest
from vector_checks import VECTORS, read, shared, trusted

from antin.kernel import check
from antin.kernel.crypto.signing_key import SigningKey
from antin.kernel.crypto.suite import by_number
from antin.kernel.crypto.wrap import WrappingKey
from antin.kernel.formats import note, signed

ml_dsa: Any = pytest.importorskip("dilithium_py.ml_dsa")
ml_kem: Any = pytest.importorskip("kyber_py.ml_kem")
CHAIN = "root authority agency-a officer-a registrar-a"
DSA = {1: "ML_DSA_65", 2: "ML_DSA_87"}
KEM = {1: "ML_KEM_768", 2: "ML_KEM_1024"}


def pq_public(holder: check.Trusted) -> bytes:
    return holder.keys.raw[by_number(holder.suite).classical_public :]


@pytest.mark.parametrize(
    ("raw", "type_", "chain"),
    [
        (shared()["officer-a"], "antin/credential/1", CHAIN),
        (shared()["officer-2"], "antin/credential/1", "root-2"),
        (read(VECTORS / "record/two-officers.txt")["bytes"], "antin/record/1", CHAIN),
        (read(VECTORS / "statement/valid.txt")["bytes"], "antin/statement/1", CHAIN),
    ],
    ids=["credential", "credential-2", "record", "statement"],
)
def test_signatures_hold_with_their_context_only(raw: bytes, type_: str, chain: str) -> None:
    claimed, trust = signed.claim(raw, type_), trusted(chain)
    judge = getattr(ml_dsa, DSA[claimed.suite])
    for signer, (_, signature) in zip(claimed.signers, claimed.signatures, strict=True):
        public = pq_public(trust[signer.credential])
        context = f"{by_number(claimed.suite).name} {type_}".encode()
        assert judge.verify(public, claimed.message, signature, ctx=context)
        assert not judge.verify(public, claimed.message, signature, ctx=b"antin-1 antin/slip/1")


def test_a_checkpoint_holds() -> None:
    claimed = note.claim(read(VECTORS / "checkpoint/valid.txt")["bytes"])
    station = list(trusted("root authority agency-b").values())[-1]
    stamped = claimed.lines[1].signature
    time = int.from_bytes(stamped[:8], "big")
    message = note.cosigned_message(claimed.origin, time, claimed.origin, claimed.size, claimed.root)
    assert ml_dsa.ML_DSA_44.verify(station.subject.journal[32:], message, stamped[8:])


@pytest.mark.parametrize("number", [1, 2])
def test_keys_come_from_their_seeds(number: int) -> None:
    case, suite = read(VECTORS / f"suites/keys-{number}.txt"), by_number(number)
    public, _ = getattr(ml_dsa, DSA[number]).key_derive(case["signing_seed"][-32:])
    assert SigningKey(suite, case["signing_seed"]).public.raw[suite.classical_public :] == public
    encapsulation, _ = getattr(ml_kem, KEM[number]).key_derive(case["wrapping_seed"][:64])
    assert WrappingKey(suite, case["wrapping_seed"]).public[: suite.kem_public] == encapsulation
