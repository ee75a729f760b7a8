"""The campaign of small wrong changes (scripts/mutants.py): what it changes, that its data is true, and in the soak all
of it."""

from __future__ import annotations

import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HOUSE = Path(__file__).resolve().parent.parent
TABLE = tomllib.loads((HOUSE / "scripts/mutants.toml").read_text("utf-8"))
MUTATION = runpy.run_path(str(HOUSE / "scripts/mutation.py"), run_name="mutation")
SAMPLE = '''
class Gate:
    """Who may enter."""

    @property
    def open(self) -> bool:
        return self.hour >= 8

    def admit(self, age: int, who: tuple[str, str], known: set[str]) -> str:
        if age < 18 or not self.open:
            raise ValueError("not now" if age else "never")
        self.count += 1
        if (who[0], age) != ("an", 20):
            return "stranger"
        return max(each for each in known if each in who[1:])
'''
CHANGES = """
Gate.open: self.hour >= 8 → self.hour > 8
Gate.open: self.hour >= 8 → self.hour >= 9
Gate.admit: if age < 18 or not self.open → if not (age < 18 or not self.open)
Gate.admit: age < 18 or not self.open → not self.open
Gate.admit: age < 18 or not self.open → age < 18
Gate.admit: age < 18 → age <= 18
Gate.admit: age < 18 → age < 19
Gate.admit: not self.open → self.open
Gate.admit: raise ValueError('not now' if age else 'never') → pass
Gate.admit: self.count += 1 → pass
Gate.admit: (who[0], age) != ('an', 20) → (who[0], age) == ('an', 20)
Gate.admit: (who[0], age) != ('an', 20) → (age,) != (20,)
Gate.admit: (who[0], age) != ('an', 20) → (who[0],) != ('an',)
Gate.admit: return 'stranger' → pass
Gate.admit: max((each for each in known if each in who[1:])) → min((each for each in known if each in who[1:]))
Gate.admit: for each in known if each in who[1:] → for each in known
Gate.admit: each in who[1:] → each not in who[1:]
Gate.admit: who[1:] → who[2:]
"""


@pytest.fixture
def sample(tmp_path: Path) -> tuple[ModuleType, list[Any]]:
    path = tmp_path / "gate.py"
    path.write_text(SAMPLE)
    module = ModuleType("gate")
    exec(compile(SAMPLE, str(path), "exec"), vars(module))  # noqa: S102
    return module, MUTATION["mutants"](path)


def test_what_is_changed(sample: tuple[ModuleType, list[Any]]) -> None:
    assert [each.change for each in sample[1]] == CHANGES.strip().splitlines()


def test_a_mutant_takes_the_place_of_what_others_have_imported(sample: tuple[ModuleType, list[Any]]) -> None:
    module, found = sample
    gate = module.Gate()
    gate.hour, gate.count, admit = 8, 0, gate.admit
    assert gate.open and admit(18, ("an", "binh"), set()) == "stranger"
    with pytest.raises(ValueError, match="not now"):
        admit(17, ("an", "binh"), set())
    by_change = {each.change: each for each in found}
    MUTATION["apply"](module, by_change["Gate.open: self.hour >= 8 → self.hour > 8"])
    assert not gate.open
    MUTATION["apply"](module, by_change["Gate.admit: raise ValueError('not now' if age else 'never') → pass"])
    assert admit(17, ("an", "binh"), set()) == "stranger"


@pytest.mark.parametrize("module", TABLE["tests"])
def test_the_table_names_what_is_there(module: str) -> None:
    """Each mutant compiles; a change that is called equivalent can still be made, and the reason stands beside it."""
    changes = {each.change: each for each in MUTATION["mutants"](HOUSE / "src" / f"{module.replace('.', '/')}.py")}
    assert changes and all(each.code().co_qualname == each.where for each in changes.values())
    assert all((HOUSE / each.partition("::")[0]).exists() for each in TABLE["tests"][module])
    listed = [each for each in TABLE.get("equivalent", ()) if each["module"] == module]
    assert all(each["change"] in changes and each["why"] for each in listed), module
    assert len({each["change"] for each in listed}) == len(listed)


def test_what_is_equivalent_is_of_a_module_of_the_table() -> None:
    assert {each["module"] for each in TABLE.get("equivalent", ())} <= {*TABLE["tests"]}


@pytest.mark.soak
@pytest.mark.parametrize("module", TABLE["tests"])
def test_each_small_wrong_change_of_a_check_is_noticed(module: str) -> None:
    done = subprocess.run([sys.executable, "scripts/mutants.py", module], cwd=HOUSE, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
