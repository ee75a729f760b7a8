"""Run by the Python of a throw-away environment that has pysequoia: one small message for many recipients.

``python sequoia.py RECIPIENTS ROUNDS DISTINCT`` prints {"seconds": {"pq": […], …}, "sizes": {…}} as JSON.
Certificates are made ``DISTINCT`` times and repeated: making 10,000 of them is not what is measured.
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from typing import Any

import pysequoia


def main() -> None:
    count, rounds, distinct = (int(each) for each in sys.argv[1:4])
    seconds: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}
    for name, suite in (("pq", "MLDSA65_Ed25519"), ("classical", "Cv25519")):
        keys = [_key(suite, n) for n in range(min(count, distinct))]
        certificates = [key.extract_certificate() for key in keys]
        recipients = [certificates[n % len(certificates)] for n in range(count)]
        for _ in range(rounds):
            begun = time.perf_counter()
            out = pysequoia.encrypt(bytes(1024), recipients=recipients, signer=keys[0].signer(), armor=False)
            seconds.setdefault(name, []).append(time.perf_counter() - begun)
        sizes[name] = len(out)
    print(json.dumps({"seconds": seconds, "sizes": sizes, "version": importlib.metadata.version("pysequoia")}))


def _key(suite: str, number: int) -> Any:
    profile = pysequoia.Profile.RFC9580
    chosen = getattr(pysequoia.CipherSuite, suite)
    return pysequoia.Tsk.generate(f"r{number}@thidu.example", profile=profile, cipher_suite=chosen)


if __name__ == "__main__":
    main()
