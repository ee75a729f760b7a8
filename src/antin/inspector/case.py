"""Judge a case file (spec/bundle.md, purpose ``case``) against the root's fingerprint, and nobody's word.

Every record stands in the journal of whoever made it; and none claims a time at which its own journal, by its own
signed checkpoint, did not hold it yet (spec/witness.md, Kept).
"""

from __future__ import annotations

from collections import defaultdict

from antin.errors import Unverified
from antin.frozen import dataclass
from antin.kernel import check
from antin.kernel.formats import bundle, note
from antin.kernel.formats.epoch import CLOCK_SET_BACK, ClockSetBack, compared_above
from antin.kernel.formats.purposes import PURPOSES
from antin.kernel.formats.receipt import Receipt
from antin.kernel.formats.shape import parse
from antin.verify.verify import INVALID, NOT_PROVEN, VALID, Case, Finding

TOLERANCE = 300  # seconds that two honest clocks may differ


@dataclass(frozen=True, slots=True)
class CaseReport:
    """All findings. ``invalid`` if any is; ``not-proven`` if nothing stands or a state is open; else ``valid``."""

    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """The worst of them."""
        verdicts = {each.verdict for each in self.findings if each.what != "witness"}
        stands = any(each.what == "paper" and each.verdict == VALID for each in self.findings)
        return INVALID if INVALID in verdicts else VALID if stands and NOT_PROVEN not in verdicts else NOT_PROVEN


def judge(stream: bundle.Readable, fingerprint: bytes) -> CaseReport:
    """Read a case file and judge it. Raises only where there is no bundle to judge: malformed or damaged bytes."""
    frames = [(item.kind, item.name, item.data()) for item in bundle.Reader(stream, PURPOSES["case"])]
    case = _Papers(fingerprint)
    steps = {"credential": case.credential, "standing": case.standing, "checkpoint": case.kept,
             "back": case.back, "record": case.paper}  # fmt: skip
    for rank, step in steps.items():
        for kind, name, raw in frames:
            if _rank(kind, name) == rank:
                case.judge(step, kind, name, raw)
    case.judge_signers()
    return CaseReport(tuple(case.findings))


def _rank(kind: str, name: str) -> str:
    if (kind, name) == ("record", CLOCK_SET_BACK):
        return "back"
    return "standing" if kind == "status" or (kind == "record" and name == "credential-issued") else kind


class _Papers(Case):
    def __init__(self, fingerprint: bytes) -> None:
        super().__init__(fingerprint, None)
        self.points: dict[str, list[note.Checkpoint]] = defaultdict(list)
        self.backs: dict[str, list[tuple[int, int]]] = defaultdict(list)

    def kept(self, _kind: str, name: str, raw: bytes) -> None:
        """A checkpoint that somebody kept, under the two keys of its own journal."""
        _, code, epoch = note.claim(raw).origin.split("/")
        point = check.checkpoint(raw, self.station(code, int(epoch)))
        self.points[point.origin].append(point)
        self.add("checkpoint", point.origin, "checkpoint-holds", size=point.size, time=point.time)

    def back(self, _kind: str, name: str, raw: bytes) -> None:
        """Two persons set a clock back: what its journal had signed before says nothing against what came after."""
        verified, index, point = self.placed(parse(Receipt, raw))
        if verified.record.kind != name:
            raise Unverified("frame-unexpected")
        public = parse(ClockSetBack, verified.record.public)
        self.backs[point.origin].append((index, public.after))
        self.add("clock", verified.record.station, "clock-was-set-back", index=index, time=public.after,
                 kept=public.before)  # fmt: skip

    def paper(self, _kind: str, name: str, raw: bytes) -> None:
        """A steering record: under its signer, in its journal, and not there before its time."""
        verified, index, point = self.placed(parse(Receipt, raw))
        who = self.trust[verified.signers[0].credential].name
        claims = verified.record.time
        above = compared_above(self.backs[point.origin], index, claims, TOLERANCE)
        beside = [each for each in self.points[point.origin] if above < each.size <= index]
        earlier = [each for each in beside if each.time > claims + TOLERANCE]
        facts = {"kind": verified.record.kind, "index": index, "time": claims}
        if earlier:
            kept = max(earlier, key=lambda each: each.time)
            facts |= {"origin": point.origin, "size": kept.size, "kept": kept.time}
            self.add("paper", who, "record-back-dated", INVALID, **facts)
        elif verified.record.kind != name:
            self.add("paper", who, "frame-unexpected", INVALID, **facts)
        else:
            self.add("paper", who, "paper-stands", **facts)
