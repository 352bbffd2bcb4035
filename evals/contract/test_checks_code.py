from __future__ import annotations

import pytest

from punie.training.checks.code import facts_of

# Each stands in a branch that no result of a spy leads to.
FIELDS = {
    "result": "print(r.total_errors)",
    "method": "print(r.to_dict())",
    "loop": "for e in r.errors:\n    print(e.filename)",
    "nested loop": "for s in document_symbols('a.py').symbols:\n    for c in s.children:\n        print(c.range)",
    "grandchild": "print([g.title for s in document_symbols('a').symbols for c in s.children for g in c.children])",
    "comprehension": "print([e.path for e in r.errors])",
    "condition of a comprehension": "print([e for e in r.errors if e.level == 'error'])",
    "generator": "print(sum(e.count for e in r.errors))",
    "dictionary": "print({e.file: e.text for e in r.errors})",
    "index": "print(r.errors[0].lineno)",
    "index from the end": "print(r.errors[-1].lineno)",
    "slice": "for e in r.errors[:3]:\n    print(e.lineno)",
    "chain": "print(ruff_check('src').violations[0].rule)",
    "name of an element": "first = r.errors[0]\nprint(first.msg)",
    "sorted": "for e in sorted(r.errors, key=lambda e: e.line):\n    print(e.row)",
    "key": "print(sorted(r.errors, key=lambda e: e.row))",
    "key of max": "print(max(r.errors, key=lambda e: e.weight).line)",
    "filter": "print(list(filter(lambda e: e.fatal, r.errors)))",
    "map": "print(list(map(lambda e: e.text, r.errors)))",
    "enumerate": "for n, e in enumerate(r.errors, 1):\n    print(n, e.text)",
    "zip": "for e, v in zip(r.errors, ruff_check('a').violations):\n    print(e.line, v.rule)",
    "f-string": "print(f'{r.total:>5}')",
    "filtered list": "bad = [e for e in r.errors if e.severity == 'error']\nfor e in bad:\n    print(e.where)",
    "max": "print(max(r.errors).where)",
    "either": "x = r if r.success else ruff_check('a')\nprint(x.summary)",
    "walrus": "if (g := git_status('.')).dirty:\n    print(1)",
    "text for a record": "print(run_command('ls').stdout)",
    "file for a record": "print(read_file('a').content)",
    "length of a list": "print(r.errors.length)",
    "getattr": "print(getattr(r, 'total', 0))",
    "function": "def show():\n    for e in r.errors:\n        print(e.where)",
    "other result of the name": "t = pytest_run('.')\nprint(t.total)",
    "two branches": "x = r\nif r.success:\n    x = ruff_check('a')\nprint(x.summary)",
    "handler": "try:\n    print(r.errors)\nexcept ValueError:\n    print(r.message)",
    "with": "while r.errors:\n    print(r.next)",
    "match": "match r.error_count:\n    case 0:\n        print(r.message)",
    "of a pair": "for f, e in [(e.file, e) for e in r.errors]:\n    print(e.where)",
}
NO_FIELDS = {
    "all fields": "print(r.success, r.error_count, r.errors[0].message, r.parse_error)",
    "text methods": "print(r.errors[0].file.split('/')[-1].upper())",
    "list methods": "print(r.errors.count(1), r.errors.index(1))",
    "may be None": "print(hover('a', 1, 1, 'b').content.splitlines())",
    "either kind": "x = r\nif r.success:\n    x = ruff_check('a')\nprint(x.violations)",
    "name used again": "r = git_log('.')\nprint(r.commits[0].author)",
    "loop name again": "for x in r.errors:\n    x.line\nfor x in ruff_check('.').violations:\n    print(x.fixable)",
    "own class": "class Box:\n    def __init__(self, v):\n        self.v = v\n\nprint(Box(r).v)",
    "parameter": "def show(e):\n    print(e.anything)",
    "parameter with a known name": "def show(r):\n    print(r.anything)",
    "lambda with a known name": "f = lambda r: r.anything",
    "own tool": "def typecheck(p):\n    return p\n\nprint(typecheck('a').anything)",
    "list that grows": "xs = [r]\nxs.append(ruff_check('.'))\nfor x in xs:\n    print(x.violations)",
    "growing dictionary": "d = {}\nfor e in r.errors:\n    d.setdefault(e.file, []).append(e)\nprint(d['a'][0].line)",
    "counter": "from collections import Counter\nprint(Counter(e.code for e in r.errors).most_common(3)[0][0])",
    "items": "d = {e.file: e for e in r.errors}\nfor f, e in d.items():\n    print(f.upper(), e.line)",
    "previous": "last = None\nfor e in r.errors:\n    if last:\n        print(last.line)\n    last = e",
    "type": "print(type(r).__name__)",
    "global": "n = r\ndef f():\n    global n\n    n = ruff_check('.')\nf()\nprint(n.violations)",
    "path": "from pathlib import Path\nprint(Path(r.errors[0].file).name)",
    "nested pair": "for i, (a, b) in enumerate(zip(r.errors, r.errors[1:])):\n    print(a.line, b.line)",
    "sorted items": "d = {}\nfor n, k in sorted(d.items(), key=lambda x: x[1]):\n    print(n)",
    "default": "x = None\nx = r.errors[0] if r.errors else None\nprint(x.line if x else 0)",
    "partial unpacking": "a, *b = r.errors\nprint(a.line, b[0].line)",
}


def hidden(code: str) -> str:
    """The code in a branch that is never taken."""
    inside = "\n".join(f"    {line}" for line in code.splitlines())
    return f"r = typecheck('src')\nif r.parse_error == 'never':\n{inside}"


def rules(code: str) -> list[str]:
    return [fault.rule for fault in facts_of(code).faults]


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_no_result_has_is_seen_in_any_branch(name: str) -> None:
    assert set(rules(hidden(FIELDS[name]))) == {"nonexistent_field"}


@pytest.mark.parametrize("name", NO_FIELDS)
def test_what_is_read_of_anything_else_is_no_field(name: str) -> None:
    assert rules(hidden(NO_FIELDS[name])) == []


@pytest.mark.parametrize(
    "code",
    [
        "search_files('*.py')",
        "print(TypeCheckResult())",
        "x = [grep(p) for p in ['a']]",
        "type_check(path='src')",
        "def f():\n    return lookup('a')",
        "print(len(git_branch('.')))",
    ],
)
def test_a_function_that_is_defined_nowhere_is_no_tool(code: str) -> None:
    assert rules(hidden(code)) == ["unknown_tool"]


@pytest.mark.parametrize(
    "code",
    [
        "def search(p):\n    return p\n\nsearch('a')",
        "f = read_file\nf('a')",
        "from math import sqrt\nsqrt(4)",
        "import json as j\nj.dumps([])",
        "show = lambda n: n\nshow(1)",
        "class Box:\n    pass\n\nBox()",
        "for f in [str, repr]:\n    f(1)",
        "def apply(f: Callable) -> Missing:\n    return f()\n\napply(list)",
        "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    print(e)",
        "print(exec('1'), eval('1'))",
        "[f() for f in [list]]",
        "if __name__ == '__main__':\n    print(__file__)",
    ],
)
def test_functions_of_the_code_and_of_the_sandbox_are_known(code: str) -> None:
    assert rules(hidden(code)) == []


def test_a_name_that_is_defined_nowhere_fails_when_it_is_used() -> None:
    assert rules(hidden("print(reslt)")) == ["runtime_failure"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("typecheck()", "line 3: typecheck() missing a required argument: 'path'"),
        ("typecheck('a', 'b')", "line 3: typecheck() too many positional arguments"),
        ("ruff_check('a', fix=True)", "line 3: ruff_check() got an unexpected keyword argument 'fix'"),
        ("hover('a', 1, 1)", "line 3: hover() missing a required argument: 'symbol'"),
        ("typecheck('a', path='a')", "line 3: typecheck() multiple values for argument 'path'"),
        ("git_log(**{'path': '.'}, limit=3)", "line 3: git_log() got an unexpected keyword argument 'limit'"),
        ("print([pytest_run('a', '-v') for p in 'a'])", "line 3: pytest_run() too many positional arguments"),
    ],
)
def test_a_call_that_does_not_fit_the_tool_is_seen(code: str, said: str) -> None:
    assert [(fault.rule, fault.message) for fault in facts_of(hidden(code)).faults] == [("wrong_arity", said)]


@pytest.mark.parametrize(
    "code",
    [
        "run_command('git', ['log'], cwd='.')",
        "run_command('git log -3')",
        "git_diff('.', staged=True)",
        "hover(file_path='a', line=1, column=1, symbol='b')",
        "where = ['a', 1, 1, 'b']\nhover(*where)",
        "git_log(**{'path': '.', 'count': 3})",
        "def typecheck(a, b):\n    return a\n\ntypecheck(1, 2)",
    ],
)
def test_a_call_that_fits_the_tool_is_good(code: str) -> None:
    assert rules(hidden(code)) == []


@pytest.mark.parametrize(
    "code",
    [
        "with open('a') as f:\n    print(f)",
        "x = input()",
        "__import__('os')",
        "print(callable(print))",
        "print(vars(1), dir(1))",
        "exit(1)",
        "x = bytearray(3)",
        "compile('1', 'a', 'eval')",
        "try:\n    pass\nexcept IOError:\n    pass",
    ],
)
def test_a_builtin_that_the_sandbox_lacks_is_seen(code: str) -> None:
    assert set(rules(hidden(code))) == {"builtin_not_in_sandbox"}


def test_an_own_function_may_have_the_name_of_a_builtin() -> None:
    assert rules("def open(path):\n    return read_file(path)\n\nprint(open('a'))") == []


@pytest.mark.parametrize(
    "code",
    [
        "import subprocess",
        "import os, subprocess",
        "import numpy as np",
        "from punie.agent.typed_tools import typecheck",
        "from collections import OrderedMap",
        "from collections.abc import Iterable",
        "from . import tools",
        "from json import *",
        "def f():\n    import shutil",
        "try:\n    import requests\nexcept ImportError:\n    requests = None",
    ],
)
def test_an_import_that_the_sandbox_refuses_is_seen(code: str) -> None:
    assert rules(hidden(code)) == ["import_in_sandbox"]


@pytest.mark.parametrize(
    "code",
    [
        "import json, re",
        "from __future__ import annotations",
        "from collections import Counter, defaultdict",
        "from pathlib import Path as P",
        "import os.path",
        "text = 'import subprocess'",
    ],
)
def test_an_import_that_the_sandbox_allows_is_good(code: str) -> None:
    assert rules(code) == []


@pytest.mark.parametrize("code", ["print(", "x = (" * 300, "-" * 5000 + "1", "a." * 3000 + "b", "\0", ""])
def test_of_code_without_a_tree_nothing_is_said(code: str) -> None:
    assert "nonexistent_field" not in rules(code)
