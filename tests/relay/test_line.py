"""Slow and broken lines between real processes in network namespaces."""

from __future__ import annotations

import inspect
import os
import re
import time

import pytest
from town import NORTH, PDF, SOUTH
from uvicorn.protocols.http import h11_impl

from antin.relay.listen import Guarded
from relay.lines import entered, hand_in, lines, look, overtaken, spool_large, until
from relay.relays import NetTown

MIB = 1024 * 1024
MBIT = 2.0


@pytest.mark.parametrize("down", [False, True], ids=["up", "down"])
def test_hoa_toc_overtakes_a_large_transfer(net: NetTown, hosts: None, down: bool) -> None:
    if down:
        spool_large(net, 12 * MIB)
    with lines(net, MBIT) as line:
        took, wire = overtaken(net, line, down=down, mbit=MBIT, large=12 * MIB)
        print(f"took {took:.2f} s, wire {wire:.2f} s")
        assert took < 3 * (2 * wire + 1), (took, wire)
        for code in (NORTH, SOUTH):
            assert line.leave(code) == 0, line.said(code)
            assert "Traceback" not in line.said(code)
    net.audit()


def test_a_line_goes_down_in_the_middle(net: NetTown, hosts: None) -> None:
    """Both sides go on working; when the cable is in again everything arrives, once, and goes on where it stopped."""
    hand_in(net, PDF + os.urandom(6 * MIB), 0, "lon.bin")
    with lines(net, 16.0) as line:
        line.stay(NORTH)
        line.stay(SOUTH)
        until(lambda: any(p.stat().st_size > MIB for p in net.relay.glob("partial/*/*.part")), 60)
        line.set_line(NORTH, "down")
        time.sleep(2)
        (part,) = net.relay.glob("partial/*/*.part")
        stopped = part.stat().st_size
        hand_in(net, PDF, 3, "hoa-toc.pdf")  # the station works on without its line
        hand_in(net, PDF + b"2", 0, "thuong.pdf")
        assert entered(net, 3) == 0 and part.stat().st_size == stopped
        line.set_line(NORTH, "up")
        until(lambda: look(net, SOUTH, "SELECT count(*) FROM dispatch_in") == 3, 240)
        until(lambda: look(net, NORTH, "SELECT count(*) FROM dispatch_out WHERE state = 'arrived'") == 3, 120)
        for code in (NORTH, SOUTH):
            assert line.leave(code) == 0, line.said(code)
            assert "Traceback" not in line.said(code)
    with net.at(SOUTH) as station:
        assert station.db.rows("SELECT first, last FROM dispatch_ranges ORDER BY last") == [(1, 1), (1, 2)]
    net.audit()


def test_the_server_below_still_has_what_the_guard_reaches_into() -> None:
    """``Guarded`` builds on attributes that uvicorn does not promise; without one its limits would be silent."""
    protocol, cycle = inspect.getsource(h11_impl.H11Protocol), inspect.getsource(h11_impl.RequestResponseCycle)
    reached = set(re.findall(r"self\.(\w+)", inspect.getsource(Guarded))) - set(vars(Guarded)) - {"most", "_late"}
    assert {"connections", "cycle", "loop", "transport"} <= reached
    for each in reached:
        assert f"self.{each} " in protocol or f"self.{each}:" in protocol, each
    for each in ("response_complete", "disconnected", "message_event"):
        assert f"self.{each}" in cycle, each
    overridden = {name for name, value in vars(Guarded).items() if callable(value) and not name.startswith("_")}
    assert overridden <= set(vars(h11_impl.H11Protocol))
