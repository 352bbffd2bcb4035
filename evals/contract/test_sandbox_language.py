"""What the sandbox's Python has and lacks: the facts of one release, which prompts and data checks rely on."""

from __future__ import annotations

import builtins
import re

import pytest

from punie.agent.config import system_prompt
from punie.agent.monty_runner import execute_code
from punie.testing import SpyTools

# What a model's code may well use.
BUILTINS = (
    "abs all any bin bool bytes chr dict divmod enumerate filter float format frozenset getattr hasattr hash hex id "
    "int isinstance iter len list map max min next object oct open ord pow print property range repr reversed round "
    "set setattr slice sorted str sum tuple type zip AttributeError Exception FileNotFoundError IndexError KeyError "
    "NameError OSError PermissionError RuntimeError StopIteration TimeoutError TypeError ValueError ZeroDivisionError"
)
# What Python has and the sandbox lacks.
NO_BUILTINS = (
    "ascii breakpoint bytearray callable classmethod compile delattr dir exit globals help input issubclass "
    "memoryview quit staticmethod super vars"
)
MODULES = (
    "asyncio base64 collections csv dataclasses datetime decimal functools itertools json math os pathlib random re "
    "sys time tomllib typing unicodedata"
)
NO_MODULES = (
    "builtins codecs ctypes gc glob http importlib inspect io multiprocessing operator pickle pip platform punie "
    "pydantic pytest shutil signal socket string subprocess tempfile textwrap threading traceback urllib"
)

SYNTAX = {
    "comprehensions": "print([n for n in [1]], {n for n in [1]}, {n: n for n in [1]}, sum(n for n in [1]))",
    "walrus": "print((n := 1))",
    "match": "match [1, {'a': 2}]:\n    case [1, {'a': n}]:\n        print(n)",
    "lambda": "print((lambda n, *m, k=1: n + k)(1))",
    "decorator": "def twice(f):\n    return lambda: f() * 2\n\n@twice\ndef one():\n    return 1\n\nprint(one())",
    "class": "class A:\n    n = 1\n\n    def m(self):\n        return self.n\n\nprint(A().m())",
    "dataclass": "from dataclasses import dataclass\n\n@dataclass\nclass A:\n    n: int = 1\n\nprint(A(2).n)",
    "try": "try:\n    1 / 0\nexcept (KeyError, ZeroDivisionError) as e:\n    print(e)\nfinally:\n    print()",
    "raise": "try:\n    raise ValueError('a') from None\nexcept ValueError as e:\n    print(e)",
    "loops": "for n in []:\n    pass\nelse:\n    print(n := 1)\nwhile n:\n    n -= 1",
    "unpacking": "a, *b = [1, 2]\nprint(*b, *[a], {**{'a': 1}}, sep=',')",
    "f-strings": 'n = 1.5\nprint(f\'{n:>8.2f}|{n!r:^9}|{n=}|{"a":<3}|{len(f"{n}"):03d}\')',
    "old formats": "print('%s %5.1f' % ('a', 1), '{} {:>3} {k}'.format(1, 2, k=3))",
    "slices": "print([1, 2, 3][::-1], 'abc'[-2:])",
    "annotations": "n: int = 1\n\ndef f(a: int, /, b: str = '', *, c: list[int] = []) -> None:\n    print(a)\n\nf(n)",
    "scopes": "n = 1\n\ndef f():\n    global n\n    n = 2\n\nf()\nprint(n)",
    "await": "async def f():\n    return 1\n\nprint(await f())",
    "main": "if __name__ == '__main__':\n    print(1)",
    "assert": "assert True\nprint(1)",
    "sorted": "print(sorted([3, 1], key=lambda n: -n, reverse=True), max([1, 2], key=lambda n: -n))",
    "zip": "print(list(zip([1], [2], strict=True)), list(enumerate('ab', start=1)))",
    "collections": "from collections import Counter, defaultdict, namedtuple\nprint(Counter('aab').most_common(1))",
    "json": "import json\nprint(json.loads(json.dumps({'a': [1, None]}, indent=2)))",
    "re": "import re\nprint(re.findall(r'(\\d+)', '1 2'), re.sub('a', 'b', 'a'))",
    "datetime": "import datetime\nprint(datetime.datetime.now().isoformat()[:0], datetime.timedelta(days=1))",
    "texts": "print('a-b'.split('-'), ' a '.strip(), 'a\\nb'.splitlines(), 'abc'.removeprefix('a'), 'a'.ljust(3))",
}
NO_SYNTAX = {
    "yield": "def f():\n    yield 1",
    "del": "x = 1\ndel x",
    "inheritance": "class A(Exception):\n    pass",
    "property": "class A:\n    @property\n    def n(self):\n        return 1",
    "except*": "try:\n    pass\nexcept* ValueError:\n    pass",
    "import *": "from json import *",
    "type alias": "type A = int",
}


def promised_modules() -> list[str]:
    """The modules that the full prompt says can be imported."""
    said = re.search(r"only (.*) can be imported", system_prompt("full"))
    assert said is not None

    return re.split(r", | and ", said[1])


@pytest.mark.parametrize("name", BUILTINS.split())
def test_the_sandbox_has_the_builtin(name: str) -> None:
    assert execute_code(f"x = {name}", {}).error is None


@pytest.mark.parametrize("name", NO_BUILTINS.split())
def test_the_sandbox_lacks_the_builtin(name: str) -> None:
    assert hasattr(builtins, name)
    assert str(execute_code(f"x = {name}", {}).error) == f"NameError: name '{name}' is not defined (line 1)"


@pytest.mark.parametrize("name", MODULES.split())
def test_the_sandbox_has_its_own_module(name: str) -> None:
    assert execute_code(f"import {name}", {}).error is None


@pytest.mark.parametrize("name", NO_MODULES.split())
def test_the_sandbox_lacks_the_module(name: str) -> None:
    error = execute_code(f"import {name}", {}).error

    assert str(error) == f"ModuleNotFoundError: No module named '{name}' (line 1)"


def test_what_the_prompt_says_can_be_imported_can() -> None:
    errors = {name: execute_code(f"import {name}", {}).error for name in promised_modules()}

    assert len(errors) > 1
    assert {name: error for name, error in errors.items() if error} == {}


@pytest.mark.parametrize("name", SYNTAX)
def test_the_sandbox_runs(name: str) -> None:
    found = execute_code(SYNTAX[name], {})

    assert found.error is None
    assert found.output


@pytest.mark.parametrize("name", sorted(set(SYNTAX) - {"await", "datetime"}))
def test_the_sandbox_prints_what_python_prints(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(SYNTAX[name], "<sample>", "exec", dont_inherit=True), {"__name__": "__main__"})  # noqa: S102 - above

    assert execute_code(SYNTAX[name], {}).output == capsys.readouterr().out


@pytest.mark.parametrize("name", NO_SYNTAX)
def test_the_sandbox_says_that_it_lacks(name: str) -> None:
    error = execute_code("print(1)\n" + NO_SYNTAX[name], {}).error

    assert error is not None
    assert error.type == "NotImplementedError"
    assert "support" in error.message
    assert error.line is not None


def test_code_that_the_sandbox_lacks_runs_not_at_all() -> None:
    spies = SpyTools.dirty()
    found = execute_code("print(1)\nread_file('a')\n" + NO_SYNTAX["del"], spies)

    assert (found.output, spies.calls) == ("", [])


@pytest.mark.parametrize(
    "code",
    [
        "list(map(read_file, ['a']))",
        "sorted(['a'], key=lambda p: len(read_file(p)))",
        "from collections import defaultdict\nd = defaultdict(lambda: read_file('a'))\nd[1]",
    ],
    ids=["map", "sorted", "defaultdict"],
)
def test_a_tool_cannot_be_called_by_a_builtin(code: str) -> None:
    spies = SpyTools.dirty()
    error = execute_code(code, spies).error

    assert error is not None
    assert error.message == "external function 'read_file' cannot suspend in this synchronous context"
    assert spies.calls == []


@pytest.mark.parametrize(
    "code",
    [
        "print([read_file(p) for p in ['a']][0] == '')",
        "f = read_file\nprint(f('a') == '')",
        "def f(p):\n    return read_file(path=p)\n\nprint(f('a') == '')",
        "tools = {'r': read_file}\nprint(tools['r'](*['a']) == '')",
    ],
    ids=["comprehension", "other name", "function", "table"],
)
def test_a_tool_is_a_function_like_any_other(code: str) -> None:
    assert execute_code(code, SpyTools.empty()).output == "True\n"
