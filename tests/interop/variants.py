"""Variants of true evidence that a keyholder can make: moved, exchanged, changed and signed again, placed elsewhere.

Every move takes the frames of one sending and gives others; what cannot be made is ``None`` and counts as no variant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from keyholder import BODIES, Frame, Place, Witness, digest_of, followed, place_of, remade, shown
from varied import SPANS, WITH_PROOF, Frames, Stock, signed_in, varied

from antin.errors import Malformed
from antin.kernel.crypto import tree
from antin.kernel.crypto.merkle import leaf_hash
from antin.kernel.formats.credential import Credential, Subject
from antin.kernel.formats.receipt import RESULTS, Result
from antin.kernel.formats.record import HYBRID, QUICK, Record
from antin.kernel.formats.shape import encode, parse
from antin.kernel.formats.signed import Signatory, Signed
from antin.kernel.formats.status import CredentialIssued, Status
from antin.verify.verify import ORDER
from antin.verify.verify import place_of as order_of

# Moves of frames.


def dropped(stock: Stock, frames: Frames) -> Frames:
    at = stock.chance.randrange(len(frames))
    return frames[:at] + frames[at + 1 :]


def doubled(stock: Stock, frames: Frames) -> Frames:
    at = stock.chance.randrange(len(frames))
    return frames[: at + 1] + frames[at:]


def moved(stock: Stock, frames: Frames) -> Frames:
    """A frame at another place, mostly within those of its order."""
    out = list(frames)
    frame = out.pop(stock.chance.randrange(len(out)))
    near = [n for n, each in enumerate(out) if order_of(*each[:2]) == order_of(*frame[:2])]
    out.insert(stock.chance.choice(near) if near and stock.chance.random() < 0.8 else
               stock.chance.randrange(len(out) + 1), frame)  # fmt: skip
    return out


def named_otherwise(stock: Stock, frames: Frames) -> Frames:
    at = stock.chance.randrange(len(frames))
    kind, _, raw = frames[at]
    name = stock.chance.choice(["", "sent", "addressed", "opened", "arrived", "credential-issued", "status", "x" * 80])
    return ordered([*frames[:at], (kind, name, raw), *frames[at + 1 :]])


def exchanged(stock: Stock, frames: Frames) -> Frames:
    """A frame of another sending in the place of one of its kind."""
    at = stock.chance.randrange(len(frames))
    like = [each for each in stock.others if each[0] == frames[at][0]]
    return [*frames[:at], stock.chance.choice(like), *frames[at + 1 :]] if like else frames


def exchanged_whole(stock: Stock, frames: Frames) -> Frames:
    """All frames of one kind from another sending."""
    kind = stock.chance.choice(frames)[0]
    return ordered([each for each in frames if each[0] != kind] + [each for each in stock.others if each[0] == kind])


def added(stock: Stock, frames: Frames) -> Frames:
    return ordered([*frames, *stock.chance.sample(stock.others, stock.chance.randrange(1, 4))])


def ordered(frames: Frames) -> Frames:
    """As evidence demands it; within a kind as they were."""
    return sorted(frames, key=lambda frame: ORDER.index(order_of(*frame[:2])))


# Moves of keyholders.


def signed_again(stock: Stock, frames: Frames) -> Frames | None:
    """One object with a field changed, signed again by its own signers."""
    at = stock.chance.randrange(len(frames))
    turn = stock.chance.choice(signed_in(frames[at][0], frames[at][2]))

    def edit(signed: Signed) -> Signed:
        if signed != turn:
            return signed
        return replace(signed, body=encode(varied(stock, parse(BODIES[signed.type], signed.body))))

    return _put(stock, frames, at, remade(stock.keys, frames[at], edit))


def signed_by_another(stock: Stock, frames: Frames) -> Frames | None:
    """By one more hand, by fewer, or by somebody else; as another type of record."""
    at = stock.chance.randrange(len(frames))
    other = Signatory(stock.chance.choice(list(stock.keys.holders)), stock.chance.randrange(1, 99))

    def edit(signed: Signed) -> Signed:
        marks = stock.chance.choice([(other,), (*signed.signers, other), (other, *signed.signers[1:])])
        types = {HYBRID: QUICK, QUICK: HYBRID} if stock.chance.random() < 0.5 else {}
        return replace(signed, signers=marks, type=types.get(signed.type, signed.type))

    return _put(stock, frames, at, remade(stock.keys, frames[at], edit))


def said_elsewhere(stock: Stock, frames: Frames) -> Frames | None:
    """The record of one station as another one's own: its station, its signer, its journal."""
    keys, chance = stock.keys, stock.chance
    at = chance.choice([n for n, each in enumerate(frames) if each[0] in WITH_PROOF])
    by, holder = chance.choice(list(keys.holders.items()))

    def edit(signed: Signed) -> Signed:
        body = replace(parse(Record, signed.body), station=holder.code)
        return replace(signed, body=encode(body), signers=(Signatory(by, chance.randrange(1, 99)),))

    made = remade(keys, frames[at], edit)
    place = replace(place_of(shown(made).proof), origin=f"antin/{holder.code}/1", code=holder.code)
    return _put(stock, frames, at, _proven(stock, made, place))


def _proven(stock: Stock, frame: Frame, place: Place) -> Frame:
    """The same record with the proof of another place."""
    said = shown(frame)
    return (*frame[:2], encode(replace(said, proof=stock.keys.prove(said.record, place))))


def answered_otherwise(stock: Stock, frames: Frames) -> Frames | None:
    """Another of the five results, in the record's kind and in its public part."""
    at = stock.chance.choice([n for n, each in enumerate(frames) if each[0] == "receipt"])
    result = stock.chance.choice(RESULTS)

    def edit(signed: Signed) -> Signed:
        body = parse(Record, signed.body)
        public = encode(replace(parse(Result, body.public), result=result))
        return replace(signed, body=encode(replace(body, kind=result, public=public)))

    return _put(stock, frames, at, remade(stock.keys, frames[at], edit))


def later_epoch(stock: Stock, frames: Frames) -> Frames | None:
    """The same record in the next epoch of its journal."""
    at = stock.chance.choice([n for n, each in enumerate(frames) if each[0] in WITH_PROOF])

    def edit(signed: Signed) -> Signed:
        body = parse(Record, signed.body)
        return replace(signed, body=encode(replace(body, epoch=body.epoch + 1)))

    made = remade(stock.keys, frames[at], edit)
    place = place_of(shown(made).proof)
    code, epoch = place.origin.rsplit("/", 1)
    return _put(stock, frames, at, _proven(stock, made, replace(place, origin=f"{code}/{int(epoch) + 1}")))


def line_added(stock: Stock, frames: Frames) -> Frames:
    """A line under a checkpoint that nobody need sign."""
    at = stock.chance.choice([n for n, each in enumerate(frames) if each[0] in WITH_PROOF])
    said = shown(frames[at])
    name = stock.chance.choice(["antin/A03/1", "antin/A04/2", "example.org", "vụ", "x" * 81, "a+b", "\x7f", "z"])
    line = f"— {name} {stock.chance.choice(['AAAAAAA=', 'AAAA', 'AAAAAAAAAAAA', 'AAAAAAB='])}\n"
    return [*frames[:at], (*frames[at][:2], encode(replace(said, proof=said.proof + line.encode()))), *frames[at + 1 :]]


def placed_elsewhere(stock: Stock, frames: Frames) -> Frames | None:
    """The same record under another checkpoint: other time, size, journal, witnesses."""
    places = [n for n, each in enumerate(frames) if each[0] in WITH_PROOF]
    at = stock.chance.choice(places)
    place = _elsewhere(stock, place_of(shown(frames[at]).proof))
    return _put(stock, frames, at, _proven(stock, frames[at], place))


def _elsewhere(stock: Stock, place: Place) -> Place:
    chance, codes = stock.chance, list(stock.keys.journals)
    near = place.time + chance.choice((1, -1)) * chance.choice(SPANS)
    code = chance.choice(["A00", "A03", "A04", *codes])
    seen = Witness(f"antin/{code}/{chance.choice((1, 1, 2))}", code, near)
    seat = Witness(f"antin/{chance.choice(codes)}/1", code, near)  # in another's name
    return chance.choice([
        replace(place, time=near), replace(place, index=0, size=1), replace(place, size=place.size + 1),
        replace(place, size=place.index + 1), replace(place, code=code), replace(place, witnesses=()),
        replace(place, origin=place.origin[:-1] + chance.choice("23")),
        replace(place, origin=f"antin/{code}/1", code=code),
        replace(place, witnesses=(seen,)), replace(place, witnesses=(*place.witnesses, seen)),
        replace(place, witnesses=(seen, *place.witnesses)), replace(place, witnesses=(*place.witnesses, seat)),
        replace(place, witnesses=place.witnesses * 2), replace(place, witnesses=(replace(seen, time=2**60),)),
    ])  # fmt: skip


def proof_exchanged(stock: Stock, frames: Frames) -> Frames:
    """The proof of one record, or its checkpoint alone, with another record."""
    one, two = (stock.chance.choice([n for n, each in enumerate(frames) if each[0] in WITH_PROOF]) for _ in range(2))
    parts = [shown(frames[n]) for n in (one, two)]
    theirs = parts[1].proof
    if stock.chance.random() < 0.5:  # the path stays
        theirs = parts[0].proof.partition(b"\n\n")[0] + b"\n\n" + theirs.partition(b"\n\n")[2]
    out = list(frames)
    out[one] = (*frames[one][:2], encode(replace(parts[0], proof=theirs)))
    return out


def stated_again(stock: Stock, frames: Frames) -> Frames | None:
    """A state of another time or another content, signed by its authority: instead of the true one, or beside it."""
    at = stock.chance.choice([n for n, each in enumerate(frames) if each[0] == "status"])
    true, chance = shown(frames[at]), stock.chance
    since = place_of(true.proof).time + chance.choice((1, -1)) * chance.choice(SPANS)
    scopes = chance.choice(((), ("A04.",), ("A04.27",), ("-A04.27", "A04."), ("A03.", "A04.27")))
    leaf = chance.choice([
        replace(true.leaf, state="revoked", since=since), varied(stock, true.leaf), true.leaf,
        replace(true.leaf, scopes=scopes),
    ])  # fmt: skip
    leaves = [leaf_hash(encode(leaf)), *(bytes([n]) * 32 for n in range(chance.randrange(5)))]
    hashes = tree.memory_hashes(leaves)
    root, path = tree.root(hashes, len(leaves)), tree.inclusion(hashes, 0, len(leaves))
    shift = chance.choice((0, 0, *SPANS)) * chance.choice((1, -1))

    def edit(signed: Signed) -> Signed:
        body = parse(Record, signed.body)
        said = parse(Status, body.public)
        public = encode(Status(said.as_of + shift, len(leaves), root))
        return replace(signed, body=encode(replace(body, public=public, time=body.time + shift)))

    made = remade(stock.keys, frames[at], edit)
    whole = encode(replace(shown(made), leaf=leaf, index=0, path=path))
    return _put(stock, frames, at, (*made[:2], whole))


def bound_again(stock: Stock, frames: Frames) -> Frames | None:
    """A changed credential, entered by its authority as it now is; all follow, or it lies beside the true one."""
    at = stock.chance.choice([n for n, each in enumerate(frames) if each[0] == "credential"])
    keys, old = stock.keys, digest_of(frames[at])

    def edit(signed: Signed) -> Signed:
        return replace(signed, body=encode(varied(stock, parse(Credential, signed.body))))

    made = remade(keys, frames[at], edit)
    body = parse(Credential, parse(Signed, made[2]).body)
    own = parse(Subject, body.subject)

    def enter(signed: Signed) -> Signed:
        record = parse(Record, signed.body)
        said = CredentialIssued(body.id, digest_of(made), own.kind, "" if own.officer else own.code, body.epoch,
                                body.previous, body.not_after)  # fmt: skip
        return replace(signed, body=encode(replace(record, public=encode(said))))

    entries = [n for n, each in enumerate(frames) if each[:2] == ("record", "credential-issued") and old in each[2]]
    if not entries:
        return None
    entry = remade(keys, frames[entries[0]], enter)
    if stock.chance.random() < 0.5:
        return ordered([*frames, made, entry])
    out = followed(keys, frames, at, made, _hands(stock))
    out[entries[0]] = entry
    return out


def _hands(stock: Stock) -> set[str]:
    codes = list(stock.keys.journals)
    return set(codes) if stock.chance.random() < 0.5 else set(stock.chance.sample(codes, stock.chance.randrange(4)))


def _put(stock: Stock, frames: Frames, at: int, made: Frame) -> Frames:
    """Instead of the true one, or beside it; with all that names it made again, or nothing."""
    way = stock.chance.random()
    if way < 0.35:
        return [*frames[:at], made, *frames[at + 1 :]]
    if way < 0.55:
        return [*frames[: at + 1], made, *frames[at + 1 :]]
    return followed(stock.keys, frames, at, made, _hands(stock))


MOVES: tuple[Callable[[Stock, Frames], Frames | None], ...] = (
    dropped, doubled, moved, named_otherwise, exchanged, exchanged_whole, added, proof_exchanged,
    *3 * (signed_again,), signed_by_another, said_elsewhere, answered_otherwise, later_epoch, line_added,
    *2 * (placed_elsewhere,), *2 * (stated_again,), *2 * (bound_again,),
)  # fmt: skip


def variant(stock: Stock, frames: Frames) -> tuple[str, Frames] | None:
    """One to three moves in a row, and their names."""
    names = []
    for _ in range(stock.chance.choice((1, 1, 1, 2, 3))):
        move = stock.chance.choice(MOVES)
        names.append(move.__name__)
        try:
            made = move(stock, frames)
        except (Malformed, ValueError, IndexError, KeyError, OverflowError):
            return None  # no such object can be written, or what an earlier move left cannot be read
        if not made:
            return None
        frames = made
    return " ".join(names), frames
