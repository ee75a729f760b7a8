"""Whatever comes in over the line: a coded refusal, no traceback, nothing half-written, and the relay goes on."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from town import NORTH, SISTER, SOUTH, Town

from antin.errors import AntinError, Malformed, Refused, Unavailable, Unverified
from antin.kernel.crypto.link_key import LinkKey
from antin.kernel.formats.shape import encode
from antin.relay import problem
from antin.relay.sessions import TOLERANCE
from antin.relay.wire import Address, Wire, read_address
from relay.hand import Hand, identity, line, raw, where
from relay.relays import NetTown, net_town


def test_a_request_counts_once_and_only_as_it_was_signed(net: NetTown) -> None:
    hand = Hand(net).greet()
    target = f"/v1/to/{SOUTH}/9-00-00"
    good = hand.headers("PUT", target, b"one")
    assert hand.ask("PUT", target, b"one", good)[0] == 200
    assert hand.ask("PUT", target, b"one", good) == (403, "request-replayed")
    fresh = hand.headers("PUT", target, b"two")
    for method, where_, body in (("PUT", target, b"tvo"), ("PUT", target + "0", b"two"), ("GET", target, b"")):
        assert hand.ask(method, where_, body, fresh) == (403, "link-signature-invalid")
    assert hand.ask("PUT", target, b"two", fresh)[0] == 200  # what was false spent no number
    old = hand.headers("GET", "/v1/waiting", sequence=5)
    assert hand.ask("GET", "/v1/waiting", b"", old) == (403, "request-replayed")


@pytest.mark.parametrize(("change", "code"), [
    ({"relay": bytes(32)}, "link-signature-invalid"), ({"session": bytes(16)}, "link-signature-invalid"),
    ({"time": -TOLERANCE - 60}, "link-clock-differs"), ({"time": TOLERANCE + 60}, "link-clock-differs"),
])  # fmt: skip
def test_what_is_signed_is_what_is_meant(net: NetTown, change: dict[str, Any], code: str) -> None:
    hand = Hand(net).greet()
    if "time" in change:  # an offset: what is written above was read long before this runs
        change = {"time": int(time.time()) + change["time"]}
    assert hand.ask("GET", "/v1/waiting", b"", hand.headers("GET", "/v1/waiting", **change)) == (403, code)


def test_a_hello_counts_once(net: NetTown) -> None:
    hand = Hand(net)
    body = encode(hand.hello)
    headers = hand.headers("POST", "/v1/session", body)
    assert hand.ask("POST", "/v1/session", body, headers)[0] == 200
    assert hand.ask("POST", "/v1/session", body, headers) == (403, "request-replayed")
    other = hand.headers("POST", "/v1/session", body, relay=bytes(32))  # made for another relay
    assert hand.ask("POST", "/v1/session", body, other) == (403, "link-signature-invalid")


def test_another_key_and_another_mans_hello(net: NetTown) -> None:
    hand, other = Hand(net, NORTH), Hand(net, SISTER)
    hand.key = LinkKey(os.urandom(32))
    body = encode(hand.hello)
    assert hand.ask("POST", "/v1/session", body) == (403, "link-signature-invalid")
    # NORTH's vouching under SISTER's chain, and under a chain cut short.
    for chain in (other.hello.chain, hand.hello.chain[:-1]):
        hello = replace(hand.hello, chain=chain)
        assert hand.ask("POST", "/v1/session", encode(hello))[1] in ("credential-unknown", "bytes-malformed")
    for chain in (hand.hello.chain[1:], hand.hello.chain[::-1]):
        assert hand.ask("POST", "/v1/session", encode(replace(hand.hello, chain=chain)))[0] in (400, 403, 404)


def test_a_stolen_session_is_of_no_use(net: NetTown) -> None:
    victim, thief = Hand(net, NORTH).greet(), Hand(net, SISTER).greet()
    thief.session = victim.session
    assert thief.ask("GET", "/v1/waiting") == (403, "link-signature-invalid")
    assert victim.ask("GET", "/v1/waiting")[0] == 200


@pytest.mark.parametrize(("method", "target", "status", "code"), [
    ("GET", "/", 404, "path-unknown"), ("GET", "/v1/box/../../relay.key", 404, "path-unknown"),
    ("GET", "/v1/box/..%2f..%2frelay.key", 404, "path-unknown"), ("GET", "/v1/box/%2e%2e", 400, "file-name-bad"),
    ("GET", "/v1/directory/..", 400, "file-name-bad"), ("GET", "/v1/directory/%2e%2e", 400, "file-name-bad"),
    ("PATCH", "/v1/waiting", 405, "method-not-allowed"), ("POST", "/v1/waiting", 405, "method-not-allowed"),
    ("GET", "/v1/blobs/xyz", 400, "request-malformed"), ("GET", "/v1/blobs/" + "A" * 64, 400, "request-malformed"),
    ("GET", f"/v1/blobs/{'a' * 64}?offset=-1", 400, "request-malformed"),
    ("GET", f"/v1/blobs/{'a' * 64}?offset=0&length=1", 404, "blob-missing"),
    ("GET", f"/v1/blobs/{'a' * 64}?offset=0&length=99999999", 400, "request-malformed"),
    ("GET", "/v1/waiting?wait=x", 400, "request-malformed"), ("GET", "/v1/waiting?wait=31", 400, "request-malformed"),
    ("DELETE", "/v1/box/0", 200, b""), ("GET", "/v1/to/A03/..", 400, "file-name-bad"),
])  # fmt: skip
def test_targets_that_are_none(net: NetTown, method: str, target: str, status: int, code: Any) -> None:
    hand = Hand(net).greet()
    assert hand.ask(method, target) == (status, code)


def test_headers_that_are_none(net: NetTown) -> None:
    hand = Hand(net).greet()
    good = hand.headers("GET", "/v1/waiting")
    for name, value in (("Antin-Session", "xyz"), ("Antin-Session", ""), ("Antin-Sequence", "-1"),
                        ("Antin-Sequence", "1e3"), ("Antin-Time", "9" * 20), ("Antin-Signature", "AAAA"),
                        ("Antin-Signature", "é".encode().decode("latin-1"))):  # fmt: skip
        assert hand.ask("GET", "/v1/waiting", b"", {**good, name: value}) == (400, "request-malformed")
    number, time_ = good["Antin-Sequence"], good["Antin-Time"]
    for name, value in (("Antin-Session", good["Antin-Session"].upper()),
                        ("Antin-Session", " ".join((good["Antin-Session"][:2], good["Antin-Session"][2:]))),
                        ("Antin-Sequence", f"0{number}"), ("Antin-Time", f"+{time_}"), ("Antin-Time", f"00{time_}"),
                        ("Antin-Signature", good["Antin-Signature"][:-3] + "/=="),
                        ("Antin-Signature", good["Antin-Signature"] + "=")):  # fmt: skip
        if value != good[name]:  # one spelling, or a signed request has many
            assert hand.ask("GET", "/v1/waiting", b"", {**good, name: value}) == (400, "request-malformed"), value
    said = "".join(f"{name}: {value}\r\n" for name, value in good.items())
    twice = f"GET /v1/waiting HTTP/1.1\r\nHost: x\r\n{said}Antin-Time: {time_}\r\n\r\n".encode()
    assert b" 400 " in raw(net, twice, wait=2)
    assert hand.ask("GET", "/v1/waiting", b"", {"Accept": "*/*"}) == (400, "request-malformed")
    assert hand.ask("GET", "/v1/waiting", b"", {**good, "Antin-Session": "ab" * 16}) == (401, "session-unknown")
    assert hand.ask("GET", "/v1/waiting", b"", good)[0] == 200


def test_bodies_that_are_none(net: NetTown) -> None:
    for body in (b"", b"\xff" * 100, b"{}", bytes(128 * 1024)):
        hand = Hand(net)
        status, code = hand.ask("POST", "/v1/session", body)
        assert (status, code) == (400, "bytes-malformed")
    hand = Hand(net).greet()
    headers = hand.headers("PUT", f"/v1/to/{SOUTH}/9-00", b"")
    assert hand.ask("PUT", f"/v1/to/{SOUTH}/9-00", b"", {**headers, "Content-Length": str(10**9)}) == (
        413, "request-too-large")  # fmt: skip
    hand = Hand(net).greet()
    headers = hand.headers("PUT", f"/v1/to/{SOUTH}/9-00", b"x")
    hand.line.request("PUT", f"/v1/to/{SOUTH}/9-00", iter([b"x"]), headers, encode_chunked=True)
    assert hand.line.getresponse().status == 400
    assert not list((net.relay / "to" / SOUTH).glob("9-00-*"))


def test_bytes_that_are_no_request(net: NetTown) -> None:
    for data in (b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"A" * 70_000,
                 b"GET /" + b"a" * 20_000):  # fmt: skip
        assert raw(net, data, wait=2)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 404", b"")
    with socket.create_connection(("127.0.0.1", where(net).port), 5) as plain:  # no TLS at all
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert b"200" not in plain.recv(1000)
    assert net.link(NORTH).has(SOUTH, "9-00") is False


def test_a_body_cut_short_leaves_nothing(net: NetTown) -> None:
    hand = Hand(net).greet()
    target = f"/v1/to/{SOUTH}/9-0c-00"
    head = "".join(f"{k}: {v}\r\n" for k, v in hand.headers("PUT", target, b"x" * 1000).items())
    raw(net, f"PUT {target} HTTP/1.1\r\nHost: x\r\n{head}Content-Length: 1000\r\n\r\n".encode() + b"x" * 500, wait=1)
    time.sleep(0.2)
    assert not list((net.relay / "to" / SOUTH).glob("9-0c-*")) and not list((net.relay / "to" / SOUTH).glob(".*"))
    assert net.link(NORTH).has(SOUTH, "9-0c-00") is False


def test_a_head_that_never_ends_is_hung_up_on(net: NetTown) -> None:
    begun = time.monotonic()
    assert raw(net, b"GET /v1/waiting HTTP/1.1\r\nA: ", wait=40) == b""
    assert 15 < time.monotonic() - begun < 35


def test_an_address_needs_its_fingerprint() -> None:
    good = "https://r.example:8443/#" + "ab" * 32
    assert read_address(good) == Address("r.example", 8443, bytes.fromhex("ab" * 32))
    assert read_address(good.replace("r.example", "[::1]")).host == "::1"
    changes = (("https", "http"), ("#", ""), (":8443", ""), ("8443", "0"), ("8443", "70000"), ("r.ex", "r/ex"))
    for bad in (good[:-1], good + "0", "https://", *(good.replace(old, new) for old, new in changes)):
        with pytest.raises(Malformed, match="relay-address-malformed"):
            read_address(bad)


def test_a_relay_puts_no_other_words_into_our_mouth() -> None:
    for status, body in ((500, b""), (200, b"[]"), (403, b'{"type": "urn:antin:error:key-locked", "fields": {}}'),
                         (403, b'{"type": 5}'), (403, b"[" * 100_000),
                         (409, b'{"type": "urn:antin:error:offset-other"}')):  # fmt: skip
        assert problem.read(status, body).code == "relay-answer-odd"
    error = problem.read(409, b'{"type": "urn:antin:error:offset-other", "fields": {"have": 5, "x y": 1, "l": []}}')
    assert error.code == "offset-other" and error.fields == {"have": 5}
    for each in (Refused("quota-exceeded", envelopes=1, mib=2), Unverified("piece-wrong", index=3)):
        again = problem.read(403, problem.write(each))
        assert (type(again), again.code, again.fields) == (type(each), each.code, each.fields)
    assert b"/srv" not in problem.write(Unavailable("disk-full", path=Path("/srv/relay")))


def test_a_line_that_breaks_is_tried_once_more(net: NetTown) -> None:
    link = net.link(NORTH)
    link.put(SOUTH, "9-0d-00", b"one")
    net.server.kill()
    net.server.start()  # the session went with its memory
    link.put(SOUTH, "9-0e-00", b"two")
    assert link.has(SOUTH, "9-0d-00") and link.has(SOUTH, "9-0e-00")
    wire = Wire(Address("127.0.0.1", 1, bytes(32)), *identity(net, NORTH))
    with pytest.raises(AntinError, match="relay-not-reached"):
        wire.ask("GET", "/v1/waiting")


def test_connections_and_sessions_have_their_limit(town: Town) -> None:
    with net_town(town, connections=3, sessions=4) as net:  # three sessions are the authorities'
        held = [line(net, 5) for _ in range(3)]
        for each in held:
            each.connect()
        with pytest.raises(AntinError, match="relay-not-reached"):
            net.link(NORTH).waiting(NORTH)
        for each in held:
            each.close()
        time.sleep(0.3)
        assert net.link(NORTH).has(SOUTH, "9-00") is False
        with pytest.raises(AntinError, match="relay-busy"):
            net.link(SOUTH).waiting(SOUTH)


def test_a_host_name_that_none_can_be_is_not_reached(net: NetTown) -> None:
    wire = Wire(Address("a" * 70 + ".example", 443, bytes(32)), *identity(net, NORTH))
    with pytest.raises(AntinError, match="relay-not-reached"):
        wire.ask("GET", "/v1/waiting")
