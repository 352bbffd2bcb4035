from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
REPORT = """
import json, sys, warnings
import punie.blas
{before}
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    state = punie.blas.ensure_fast_blas()
{after}
print(json.dumps({{**state._asdict(), "warnings": [str(w.message) for w in caught], **globals().get("more", {{}})}}))
"""
PRODUCTS = """
import mlx.core as mx
mx.random.seed(7)
a, b = mx.random.normal((3, 129, 200), scale=0.1), mx.random.normal((3, 200, 65), scale=0.1)
c = mx.random.normal((256, 256), scale=0.1)
products = {"batched": a @ b, "transposed": c.T @ c, "vector": c @ c[0]}
"""
# The first gemm that symbol resolution finds in the process is the one that libmlx is bound to.
OWNER = """
import ctypes, mlx.core
address = ctypes.cast(ctypes.CDLL(None).cblas_sgemm, ctypes.c_void_p).value
areas = [(line.split("-", 1)[0], line.split()[0].split("-")[1], line.split()[-1]) for line in open("/proc/self/maps")]
more = {"file": [path for low, high, path in areas if int(low, 16) <= address < int(high, 16)]}
"""
SLOW = ": matrix products stay about 10 times slower; PUNIE_BLAS=off silences this"


def uses_the_cpu_package() -> bool:
    try:
        version("mlx-cpu")
    except PackageNotFoundError:
        return False
    return sys.platform == "linux"


pytestmark = pytest.mark.skipif(not uses_the_cpu_package(), reason="mlx does not use its Linux CPU package here")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def report(cache: Path, *, before: str = "", after: str = "", switch: str | None = None) -> dict[str, Any]:
    """What the door says in a process of its own, which runs `before` and `after` around it."""
    environment = {name: value for name, value in os.environ.items() if name != "PUNIE_BLAS"}
    environment |= {"XDG_CACHE_HOME": str(cache)} | ({} if switch is None else {"PUNIE_BLAS": switch})
    code = REPORT.format(before=before, after=after)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own code
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def library_in(cache: Path) -> Path:
    (library,) = cache.rglob("*.so")
    return library


def test_a_fast_blas_is_loaded_without_a_word(cache: Path) -> None:
    state = report(cache)

    assert (state["active"], state["warnings"]) == (True, [])
    assert state["detail"] == str(library_in(cache))


def test_matrix_products_agree_with_and_without(cache: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "products.safetensors")
    save = f"{PRODUCTS}\nmx.save_safetensors({file!r}, products)"
    differences = "{name: mx.abs(product - other[name]).max().item() for name, product in products.items()}"
    compare = f"{PRODUCTS}\nother = mx.load({file!r})\nmore = {differences}"
    slow = report(cache, after=save, switch="off")
    fast = report(cache, after=compare)

    assert (slow["active"], fast["active"]) == (False, True)
    assert max(fast["batched"], fast["transposed"], fast["vector"]) < 1e-4


def test_the_loaded_library_is_the_one_that_mlx_calls(cache: Path) -> None:
    state = report(cache, after=OWNER)

    assert state["file"] == [state["detail"]]


def test_the_switch_turns_it_off(cache: Path) -> None:
    state = report(cache, switch="off")

    assert state == {"active": False, "detail": "turned off by PUNIE_BLAS", "warnings": []}


def test_an_mlx_imported_before_is_warned_about(cache: Path) -> None:
    state = report(cache, before="import mlx.core")

    assert not state["active"]
    assert state["warnings"] == [f"mlx was imported before punie.blas.ensure_fast_blas(){SLOW}"]


def test_mlx_after_the_door_is_no_reason_to_warn_a_second_caller(cache: Path) -> None:
    state = report(cache, before="punie.blas.ensure_fast_blas(); import mlx.core")

    assert (state["active"], state["warnings"]) == (True, [])


@pytest.mark.parametrize("pretend", ["sys.platform = 'darwin'", "punie.blas._find = lambda name: None"])
def test_elsewhere_it_does_nothing_without_a_word(cache: Path, pretend: str) -> None:
    state = report(cache, before=pretend)

    assert (state["active"], state["warnings"]) == (False, [])


def test_a_second_process_reuses_the_copy(cache: Path) -> None:
    report(cache)
    before = library_in(cache).stat()
    report(cache)
    after = library_in(cache).stat()

    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("kept", [0, 4096, 1_000_000], ids=["empty", "headers", "part"])
def test_a_damaged_copy_is_made_anew(cache: Path, kept: int) -> None:
    report(cache)
    library = library_in(cache)
    sound = library.read_bytes()
    library.write_bytes(sound[:kept] + b"\0" * 64)
    state = report(cache)

    assert (state["active"], state["warnings"]) == (True, [])
    assert library.read_bytes() == sound


def test_nothing_else_is_left_in_the_cache(cache: Path) -> None:
    report(cache)

    assert [path.name for path in (cache / "punie" / "blas").iterdir()] == [library_in(cache).name]


def test_where_nothing_can_be_cached_a_copy_is_loaded_all_the_same(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    state = report(
        blocked, after="import mlx.core as mx; more = {'sum': (mx.ones((4, 4)) @ mx.ones((4, 4))).sum().item()}"
    )

    assert (state["active"], state["warnings"], state["sum"]) == (True, [], 64.0)


def test_without_patchelf_the_reason_is_given(tmp_path: Path) -> None:
    state = report(tmp_path, before="punie.blas.shutil.which = lambda *arguments, **named: None")

    assert not state["active"]
    assert state["warnings"] == [f"no fast BLAS could be loaded (patchelf is not installed){SLOW}"]
