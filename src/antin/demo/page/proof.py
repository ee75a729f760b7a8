"""The inclusion proof as a drawing: the leaf below, its siblings beside the path, the signed root on top.

The hashes between leaf and root are computed here again (RFC 6962: SHA-256 over 0x01, left, right) and the
last one is compared with the root: the page must not draw a path that does not lead where it says.
Colours come from the page's style sheet, so that the drawing follows light, dark and print.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from markupsafe import Markup

from antin.frozen import dataclass

WIDTH, SPINE, ASIDE = 360, 180, {"left": 60, "right": 300}
BOX_WIDTH, BOX_HEIGHT, ROW = 108, 30, 62
HEAD = 70  # the checkpoint's box
TOP = 2 + HEAD + 34  # where the root's box begins


@dataclass(frozen=True)
class Rung:
    """One step up: the node we hold, the sibling we are given, and the side where it stands."""

    node: str
    side: str
    sibling: str


@dataclass(frozen=True)
class Path:
    """The way from the leaf to the hash that the siblings lead to."""

    rungs: tuple[Rung, ...]
    end: str
    reaches_root: bool


def climb(proof: Mapping[str, Any] | None) -> Path | None:
    """Recompute every node of the path; a story without a proof has no path."""
    if not proof:
        return None
    node = proof["leaf"].lower()
    rungs = []
    for side, sibling in proof["path"]:
        if side not in ASIDE:
            raise ValueError("a sibling stands on the left or on the right")
        rungs.append(Rung(node, side, sibling.lower()))
        node = _parent(rungs[-1])
    return Path(tuple(rungs), node, node == proof["root"].lower())


def draw(proof: Mapping[str, Any] | None, path: Path | None, labels: Mapping[str, str]) -> Markup:
    """Return the drawing as inline SVG, every word of the story escaped."""
    if not proof or not path:
        return Markup("")
    depth = len(path.rungs)
    height = TOP + depth * ROW + BOX_HEIGHT + 28
    parts = [_described(proof, path, labels), _checkpoint(proof, labels)]
    parts += [_rung(rung, _y(depth - level)) for level, rung in enumerate(path.rungs)]
    parts += [_end(proof, path, labels), _leaf(proof, path, labels)]
    return Markup(
        '<svg class="tree" role="img" aria-labelledby="tree-title tree-desc" '
        'viewBox="0 0 {} {}" width="{}" height="{}">{}</svg>'
    ).format(WIDTH, height, WIDTH, height, Markup("").join(parts))


def short(digest: str) -> str:
    """Enough of a hash to compare two by eye."""
    return f"{digest[:6]}…{digest[-4:]}" if len(digest) > 12 else digest


def grouped(number: int, labels: Mapping[str, str]) -> str:
    """A count with its thousands set apart, by the mark of the language."""
    return f"{number:,}".replace(",", labels["thousands"])


def _parent(rung: Rung) -> str:
    node, sibling = bytes.fromhex(rung.node), bytes.fromhex(rung.sibling)
    left, right = (sibling, node) if rung.side == "left" else (node, sibling)
    return sha256(b"\x01" + left + right).hexdigest()


def _y(level: int) -> int:
    """The upper edge of a level; level 0 is the root."""
    return TOP + level * ROW


def _described(proof: Mapping[str, Any], path: Path, labels: Mapping[str, str]) -> Markup:
    """The drawing in words, for whoever hears the page."""
    beside = "; ".join(f"{labels['side_' + r.side]} {short(r.sibling)}" for r in path.rungs)
    desc = labels["tree_desc"].format(
        index=grouped(proof["index"], labels),
        leaf=short(proof["leaf"]),
        siblings=beside or labels["tree_none"],
        root=short(proof["root"]),
        origin=proof["origin"],
        size=grouped(proof["size"], labels),
    )
    return Markup('<title id="tree-title">{}</title><desc id="tree-desc">{}</desc>').format(labels["tree_title"], desc)


def _checkpoint(proof: Mapping[str, Any], labels: Mapping[str, str]) -> Markup:
    """The signed head: a frame within a frame, as a seal has, and the line down to the root."""
    origin = str(proof["origin"])
    origin = origin if len(origin) <= 34 else f"{origin[:33]}…"
    size = labels["tree_size"].format(size=grouped(proof["size"], labels))
    return Markup(
        '<path class="spine" d="M{x} {head}V{root}"/>'
        '<rect class="seal" x="42" y="2" width="276" height="{h}" rx="3"/>'
        '<rect class="seal thin" x="46" y="6" width="268" height="{inner}" rx="1"/>'
        '<text class="word strong" x="{x}" y="26">{title}</text>'
        '<text class="hash" x="{x}" y="44">{origin}</text>'
        '<text class="word" x="{x}" y="{below}">{size}</text>'
    ).format(
        x=SPINE, head=2 + HEAD, root=TOP, h=HEAD, inner=HEAD - 8, below=61,
        title=labels["tree_checkpoint"], origin=origin, size=size,
    )  # fmt: skip


def _rung(rung: Rung, y: int) -> Markup:
    """A sibling at the height of the node it is hashed with, and both lines up to their parent."""
    x, join = ASIDE[rung.side], y - (ROW - BOX_HEIGHT) // 2
    lines = Markup(
        '<path class="branch" d="M{x} {y}V{join}H{spine}"/><path class="spine" d="M{spine} {y}V{up}"/>'
        '<circle class="join" cx="{spine}" cy="{join}" r="3.5"/>'
    ).format(x=x, y=y, join=join, spine=SPINE, up=y - ROW + BOX_HEIGHT)
    return lines + _box(x, y, rung.sibling, "given") + _box(SPINE, y, rung.node, "node")


def _end(proof: Mapping[str, Any], path: Path, labels: Mapping[str, str]) -> Markup:
    """The top of the path: what was computed, and whether it is the root that was signed."""
    kind, word = ("node root", "tree_root") if path.reaches_root else ("node bad", "tree_not_root")
    anchor = Markup('<text class="word side" x="{}" y="{}">{}</text>').format(
        SPINE + BOX_WIDTH // 2 + 8, TOP + 20, labels[word]
    )
    return _box(SPINE, TOP, path.end, kind) + anchor


def _leaf(proof: Mapping[str, Any], path: Path, labels: Mapping[str, str]) -> Markup:
    """The record itself; in a journal of one record it is the root as well."""
    y = _y(len(path.rungs))
    label = labels["tree_leaf"].format(index=grouped(proof["index"], labels))
    return _box(SPINE, y, proof["leaf"], "leaf") + Markup('<text class="word strong" x="{}" y="{}">{}</text>').format(
        SPINE, y + BOX_HEIGHT + 19, label
    )


def _box(centre: int, y: int, digest: str, kind: str) -> Markup:
    return Markup(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="3"/><text class="hash" x="{}" y="{}">{}</text>'
    ).format(kind, centre - BOX_WIDTH // 2, y, BOX_WIDTH, BOX_HEIGHT, centre, y + 20, short(digest))
