"""The registers that a station keeps: adding a book is one line here."""

from __future__ import annotations

from antin.registers.dispatch import apply as dispatch
from antin.registers.documents import apply as documents
from antin.registers.keys import apply as keys
from antin.registers.people import apply as people

REGISTERS = (people, keys, documents, dispatch)
KINDS = {name: kind for register in REGISTERS for name, kind in register.KINDS.items()}
TABLES = tuple(register.TABLES for register in REGISTERS)
