"""Attacks on a running relay by strangers and by stations of the town: one test for each."""

from __future__ import annotations

import json
import resource
import socket
import threading
import time
from dataclasses import replace
from hashlib import sha256

import pytest
from town import NORTH, SISTER, SOUTH, Town

from antin.errors import Unavailable, Unverified
from antin.interop import relay_certificate
from antin.kernel.formats.link import NO_SESSION
from antin.kernel.formats.shape import encode
from antin.relay import listen, problem
from antin.relay import settings as relay_settings
from antin.words import LANGUAGES, Words
from relay.hand import Hand, line, raw, where
from relay.relays import NetTown, free_port, made, net_town, set_relay

# -- strangers -----------------------------------------------------------------------------------------------------


def test_no_body_of_a_stranger_is_taken_in(net: NetTown) -> None:
    hand = Hand(net)
    assert hand.session == NO_SESSION
    for method, target in (("PUT", f"/v1/to/{SOUTH}/9-00"), ("PUT", "/v1/directory/A03-1")):
        head = "".join(f"{k}: {v}\r\n" for k, v in hand.headers(method, target, b"x" * 1000).items())
        said = raw(net, f"{method} {target} HTTP/1.1\r\nHost: x\r\n{head}Content-Length: 1000\r\n\r\n".encode(), wait=3)
        assert b" 401 " in said and b"session-unknown" in said, said  # before the body came


def test_one_station_takes_no_more_of_the_memory_than_its_largest_body(net: NetTown) -> None:
    first, second = Hand(net).greet(), Hand(net).greet()
    target = "/v1/directory/A03-1"
    head = "".join(f"{k}: {v}\r\n" for k, v in first.headers("PUT", target, b"").items())
    head += f"Host: x\r\nContent-Length: {64 * 1024**2}\r\n\r\n"
    first.line.sock.sendall(f"PUT {target} HTTP/1.1\r\n{head}".encode())
    for _ in range(50):
        found = second.ask("PUT", f"/v1/to/{SOUTH}/9-00", b"x")
        if found != (200, b""):
            break
    assert found == (503, "relay-busy")
    assert Hand(net, SISTER).greet().ask("PUT", f"/v1/to/{SOUTH}/9-00", b"x")[0] == 200
    first.line.close()


def test_targets_have_one_spelling_and_methods_are_those_of_the_table(net: NetTown) -> None:
    hand = Hand(net).greet()
    for target in ("/v1/waiting/", "//v1/waiting", "/v1//waiting", "https://x/v1/waiting", "/V1/waiting",
                   "/v1/waiting;x", "/v1/./waiting", "/v1/session/../waiting"):  # fmt: skip
        assert hand.ask("GET", target) == (404, "path-unknown"), target
    hand.line.request("HEAD", "/v1/waiting", headers=hand.headers("HEAD", "/v1/waiting"))
    assert hand.line.getresponse().status == 405


def test_bytes_that_are_two_requests_are_one_or_none(net: NetTown) -> None:
    hand = Hand(net).greet()
    target, inner = f"/v1/to/{SOUTH}/9-5a", hand.headers("PUT", f"/v1/to/{SOUTH}/9-5b", b"")
    smuggled = f"PUT /v1/to/{SOUTH}/9-5b HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n".encode()
    smuggled += "".join(f"{k}: {v}\r\n" for k, v in inner.items()).encode() + b"\r\n"
    signed = "".join(f"{k}: {v}\r\n" for k, v in hand.headers("PUT", target, b"x").items())
    for lengths in ("Content-Length: 1\r\nContent-Length: 9\r\n", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                    "Transfer-Encoding: chunked, identity\r\n", "Content-Length: +1\r\n", "Content-Length : 1\r\n",
                    "Content-Length: 1\n", "X: y\r\n" * 2000):  # fmt: skip
        head = f"PUT {target} HTTP/1.1\r\nHost: x\r\n{signed}{lengths}\r\n".encode()
        said = raw(net, head + b"zz\r\n" + smuggled, wait=2)
        assert said[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 403", b""), (lengths[:40], said)
    assert not list((net.relay / "to" / SOUTH).glob("9-5*"))


@pytest.mark.parametrize("target", ["/v1/waiting", "/v1/nothing", "/v1/session"])
@pytest.mark.parametrize("coding", ["chunked", "gzip, chunked", "identity"])
def test_after_a_transfer_coding_nothing_more_is_read(net: NetTown, target: str, coding: str) -> None:
    """Where its body ends is anybody's guess: the second request on the line gets no answer."""
    lengths = f"Content-Length: 5\r\nTransfer-Encoding: {coding}\r\n"
    once = f"GET {target} HTTP/1.1\r\nHost: x\r\n{lengths}\r\n0\r\n\r\n".encode()
    begun = time.monotonic()
    said = raw(net, once + b"GET /v1/waiting HTTP/1.1\r\nHost: x\r\n\r\n", wait=10)
    assert said.count(b"HTTP/1.1 ") == 1 and time.monotonic() - begun < 5, said


def test_a_body_that_is_none_leaves_no_traceback(town: Town) -> None:
    """Refused before its body is read, or while it is."""
    with net_town(town) as net:
        hand = Hand(net)
        head = "".join(f"{k}: {v}\r\n" for k, v in hand.headers("PUT", "/v1/directory/A03-1", b"").items())
        begun = f"PUT /v1/directory/A03-1 HTTP/1.1\r\nHost: x\r\n{head}Transfer-Encoding: chunked\r\n\r\n"
        assert raw(net, f"{begun}zz\r\nGET / HTTP/1.1\r\n\r\n".encode(), wait=2)[:12] in (b"HTTP/1.1 400", b"")
        hand.line.connect()
        hand.line.sock.sendall(begun.encode())
        assert b" 400 " in hand.line.sock.recv(1000)
        hand.line.sock.sendall(b"zz\r\n\r\n")
        while hand.line.sock.recv(1000):  # the rest of the answer, then the relay hangs up
            continue
        assert net.link(NORTH).has(SOUTH, "9-00") is False  # and net_town looks into the log


# -- a relay that lies to a station --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(problem.KNOWN))
@pytest.mark.parametrize("fields", [{}, {"evidence": "abc"}, {"evidence": 5}, {"have": "x", "seconds": "\x1b[2J"}])
def test_no_field_of_a_relays_error_breaks_a_station(code: str, fields: dict[str, object]) -> None:
    error = problem.read(403, json.dumps({"type": problem.TYPE + code, "fields": fields}).encode())
    assert error.code == code and error.evidence == {}
    for lang in LANGUAGES:
        assert "\x1b" not in "".join(Words(lang).error(error))


def test_a_relay_that_is_silent_holds_no_station(net: NetTown) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        set_relay(net, f"https://127.0.0.1:{silent.getsockname()[1]}/#{'ab' * 32}", NORTH)
        ended: list[str] = []

        def run() -> None:
            try:
                net.exchange(NORTH)
            except Unavailable as error:
                ended.append(error.code)

        thread = threading.Thread(target=run)
        thread.start()
        first, _ = silent.accept()
        begun = time.monotonic()
        with net.at(NORTH):
            assert time.monotonic() - begun < 5
        first.close()
        silent.accept()[0].close()
        thread.join(20)
        assert ended == ["relay-not-reached"]


# -- doors and lines -----------------------------------------------------------------------------------------------


def test_over_ipv6_and_past_any_proxy(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server = made(town.relay, bytes.fromhex((town.folder / "root").read_text()), "::1")
    assert server.address.startswith("https://[::1]:")
    server.start()
    try:
        net = NetTown(town.folder, town.clock, server)
        set_relay(net, server.address)
        net.link(NORTH).put(SOUTH, "9-06", b"six")
        assert net.link(NORTH).has(SOUTH, "9-06")
    finally:
        assert server.stop() == 0


def test_a_relay_with_another_certificate_is_another_relay(net: NetTown) -> None:
    link = net.link(NORTH)
    link.put(SOUTH, "9-07", b"x")
    assert net.server.stop() == 0
    key, certificate, _ = relay_certificate.create("127.0.0.1", time.time())
    (net.relay / listen.KEY).write_bytes(key)
    (net.relay / listen.CERTIFICATE).write_bytes(certificate)
    net.server.start()
    with pytest.raises(Unverified, match="relay-not-pinned"):
        link.put(SOUTH, "9-08", b"x")
    assert not list((net.relay / "to" / SOUTH).glob("9-08-*"))


def test_a_session_ends_with_the_relay_and_its_requests_with_it(net: NetTown) -> None:
    hand = Hand(net).greet()
    body = encode(hand.hello)
    kept = hand.headers("PUT", f"/v1/to/{SOUTH}/9-09", b"x")
    hello = replace_session(hand)
    net.server.kill()
    net.server.start()
    hand.line.close()
    assert hand.ask("PUT", f"/v1/to/{SOUTH}/9-09", b"x", kept) == (401, "session-unknown")
    # A hello seen on the line opens a session anew, of which only the key's owner can make use.
    status, session = hand.ask("POST", "/v1/session", body, hello)
    assert status == 200 and session.decode() not in str(hello)


def replace_session(hand: Hand) -> dict[str, str]:
    session, hand.session = hand.session, NO_SESSION
    try:
        return hand.headers("POST", "/v1/session", encode(hand.hello))
    finally:
        hand.session = session


def test_one_number_serves_one_of_two_connections(net: NetTown) -> None:
    hand = Hand(net).greet()
    target, found = f"/v1/to/{SOUTH}/9-0a", list[object]()
    same = hand.headers("PUT", target, b"x")

    def put() -> None:
        own = line(net)
        own.request("PUT", target, b"x", same)
        found.append(own.getresponse().status)

    threads = [threading.Thread(target=put) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert sorted(found) == [200, 403, 403, 403, 403, 403]  # type: ignore[type-var]


def test_hellos_of_one_station_push_out_its_own_sessions_alone(net: NetTown) -> None:
    other, first = Hand(net, SISTER).greet(), Hand(net).greet()
    for _ in range(17):
        again = Hand(net)
        again.line = first.line
        again.greet()
    assert first.ask("GET", "/v1/waiting") == (401, "session-unknown")
    assert again.ask("GET", "/v1/waiting")[0] == other.ask("GET", "/v1/waiting")[0] == 200


def test_it_ends_while_somebody_waits(net: NetTown) -> None:
    hand = Hand(net).greet()
    empty = sha256(b"".join(hand.ask("GET", "/v1/waiting")[1:])).hexdigest()[:16]
    target = f"/v1/waiting?wait=30&unlike={empty}"
    hand.line.request("GET", target, headers=hand.headers("GET", target))
    time.sleep(0.5)
    begun = time.monotonic()
    assert net.server.stop() == 0 and time.monotonic() - begun < 10
    assert "Traceback" not in net.server.log


MOST_FILES = 24  # a relay at rest has about ten; nobody but root may count those of a process that hides its memory


def test_too_many_files_leave_no_traceback(town: Town) -> None:
    """Strangers who connect and say nothing take the machine's files; when they go, the relay goes on."""
    with net_town(town) as net:
        assert net.server.process is not None
        resource.prlimit(net.server.process.pid, resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))
        strangers = [socket.create_connection(("127.0.0.1", where(net).port)) for _ in range(MOST_FILES)]
        time.sleep(2.5)
        for each in strangers:
            each.close()
        time.sleep(2)
        assert net.link(NORTH).has(SOUTH, "9-00") is False
        assert "Traceback" not in net.server.log


def test_who_never_reads_is_let_go(net: NetTown) -> None:
    settings = replace(relay_settings.load(net.relay), port=free_port())
    with listen.listen(settings) as listening, socket.create_connection((settings.host, settings.port)):
        taken, _ = listening.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 120_000
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
