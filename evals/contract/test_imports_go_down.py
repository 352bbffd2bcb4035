from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator

from evals.contract.house import ROOT, Import, Module, modules

ROOMS = ("punie", "fixtures", "evals", "pipeline", "conftest")
MAY_IMPORT = {
    "punie": {"punie"},
    "fixtures": {"punie", "fixtures"},
    "evals": {"punie", "fixtures", "evals"},
    "pipeline": {"punie", "fixtures", "pipeline"},
    "conftest.py": {"punie", "fixtures"},
}
SHELL = {"punie.pytest_plugin", "punie.short_options"}
MAY_NOT_IMPORT = {
    "punie.agent": {"punie.training", "punie.evaluation", "punie.testing", *SHELL},
    "punie.training": {"punie.evaluation", *SHELL},
    "punie.evaluation": {"punie.training", *SHELL},
    "punie.testing": SHELL,
    "punie.blas": {"punie.agent", "punie.training", "punie.evaluation", "punie.testing", *SHELL},
}
MLX = ("mlx", "mlx_lm")
MAY_USE_MLX = ("punie.evaluation.models", "pipeline", "evals", "fixtures")
EVERY_MODULE = """
import importlib, json, pkgutil, sys
import punie, fixtures
for package in (punie, fixtures):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.startswith("fixtures.workspace"):
            importlib.import_module(found.name)
print(*sorted({name.split(".")[0] for name in sys.modules} & {"mlx", "mlx_lm"}))
"""


def within(name: str, parents: Iterable[str]) -> bool:
    return any(name == parent or name.startswith(f"{parent}.") for parent in parents)


def place(module: Module, found: Import) -> str:
    return f"{module.path}:{found.line} imports {found.name}"


def loads_mlx(module: Module) -> list[Import]:
    return [found for found in module.imports() if not found.late and within(found.name, MLX)]


def eager_modules() -> set[str]:
    """The modules whose import imports mlx, themselves or through another."""
    eager = {module.name for module in modules() if loads_mlx(module)}
    while True:
        more = {m.name for m in modules() if any(not i.late and within(i.name, eager) for i in m.imports())} - eager
        if not more:
            return eager
        eager |= more


def opens_the_door(module: Module) -> Iterator[int]:
    """The lines after which a fast BLAS is loaded: a call of the door, or an import of a module that calls it."""
    doors = {m.name for m in modules() if "\nensure_fast_blas()\n" in m.text}
    if module.name in doors:
        yield module.text[: module.text.index("\nensure_fast_blas()\n")].count("\n") + 2
    yield from (found.line for found in module.imports() if not found.late and within(found.name, doors))


def test_every_module_lies_in_a_room() -> None:
    outside = [str(module.path) for module in modules() if module.room not in MAY_IMPORT]

    assert outside == []


def test_rooms_import_only_what_lies_below_them() -> None:
    wrong = [
        place(module, found)
        for module in modules()
        for found in module.imports()
        if within(found.name, ROOMS) and not within(found.name, MAY_IMPORT[module.room])
    ]

    assert wrong == []


def test_inside_punie_the_rooms_stay_apart() -> None:
    wrong = [
        place(module, found)
        for room, forbidden in MAY_NOT_IMPORT.items()
        for module in modules()
        if within(module.name, [room])
        for found in module.imports()
        if within(found.name, forbidden)
    ]

    assert wrong == []


def test_mlx_is_used_only_where_models_run() -> None:
    wrong = [
        place(module, found)
        for module in modules()
        for found in module.imports()
        if within(found.name, MLX) and not within(module.name, MAY_USE_MLX)
    ]

    assert wrong == []


def test_outside_pipeline_mlx_is_imported_late() -> None:
    wrong = [place(m, found) for m in modules() if m.room != "pipeline" for found in loads_mlx(m)]

    assert wrong == []


def test_collecting_tests_imports_no_mlx() -> None:
    collected = {m.name for m in modules() if m.path.name == "conftest.py" or m.path.name.startswith("test_")}

    assert sorted(eager_modules() & collected) == []


def test_the_blas_door_is_opened_before_mlx_is_imported() -> None:
    unguarded = [
        place(module, found)
        for module in modules()
        for found in loads_mlx(module)[:1]
        if min(opens_the_door(module), default=found.line) >= found.line
    ]

    assert unguarded == []


def test_importing_all_of_punie_leaves_mlx_alone() -> None:
    command = [sys.executable, "-W", "error", "-c", EVERY_MODULE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own code

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
