from __future__ import annotations

import ast
import io
import re
import tokenize

import pytest

from evals.contract.house import ROOT, Module, files, functions, modules

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
LONGEST_CONFTEST = 60
FORBIDDEN_NAMES = {"common", "helper", "helpers", "misc", "util", "utils"}
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
# Model text is hostile: nothing of it is evaluated, unpickled or given to a shell.
FORBIDDEN_CALLS = {"eval", "exec", "os.system", "os.popen", "pickle.load", "pickle.loads", "marshal.loads"}


def span(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def unannotated(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    given = node.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    bare = [a.arg for a in arguments if a and a.annotation is None and a.arg not in {"self", "cls"}]
    return bare if node.returns is not None else [*bare, "return"]


def has_docstring(module: Module) -> bool:
    return ast.get_docstring(module.tree) is not None or not module.text.strip()


def comments(module: Module) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def test_modules_stay_short() -> None:
    lengths = {str(module.path): module.text.count("\n") for module in modules()}

    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_functions_stay_short() -> None:
    lengths = {f"{m.path}:{f.lineno} {f.name}": span(f) for m in modules() for f in functions(m)}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}


def test_conftests_stay_tiny() -> None:
    lengths = {str(m.path): m.text.count("\n") for m in modules() if m.path.name == "conftest.py"}

    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_CONFTEST} == {}


def test_names_of_modules_and_folders_say_what_is_inside() -> None:
    vague = [str(path) for path in files() if FORBIDDEN_NAMES & set(path.with_suffix("").parts)]

    assert vague == []


def test_every_function_is_annotated() -> None:
    missing = {f"{m.path}:{f.lineno} {f.name}": unannotated(f) for m in modules() for f in functions(m)}

    assert {name: arguments for name, arguments in missing.items() if arguments} == {}


def test_modules_of_the_library_say_what_they_are_for() -> None:
    silent = [str(module.path) for module in modules() if module.room != "evals" and not has_docstring(module)]

    assert silent == []


def test_nothing_is_left_unfinished() -> None:
    marks = [f"{module.path}: {text}" for module in modules() for text in comments(module) if UNFINISHED.search(text)]

    assert marks == []


def test_the_library_evaluates_no_text() -> None:
    calls = [
        f"{module.path}:{node.lineno} {ast.unparse(node.func)}"
        for module in modules()
        if module.room == "punie"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in FORBIDDEN_CALLS
    ]

    assert calls == []


@pytest.mark.parametrize("package", ["punie", "fixtures", "pipeline"])
def test_package_files_only_re_export(package: str) -> None:
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr)
    working = [
        f"{module.path}:{node.lineno}"
        for module in modules()
        if module.room == package and module.path.name == "__init__.py"
        for node in module.tree.body
        if not isinstance(node, allowed)
    ]

    assert working == []


def test_no_text_names_the_folder_it_was_written_in() -> None:
    texts = {str(path): (ROOT / path).read_bytes() for path in files() if path.suffix not in {".safetensors", ".pack"}}

    assert [path for path, text in texts.items() if bytes(ROOT) in text] == []
