"""Attempts to get out of the sandbox, or to use up the machine, with what each would do without it."""

from __future__ import annotations

from typing import Final, NamedTuple

# What the secret file and the secret variable hold; {path} is the file, {folder} its folder.
SECRET: Final = "canary-7f3a"  # noqa: S105 - guards nothing
VARIABLE: Final = "PUNIE_CANARY"


class Escape(NamedTuple):
    """Code, the text that it prints where nothing guards it, and the exceptions that stop it in the sandbox."""

    code: str
    leaks: str
    stopped_by: str


FILES: Final = {
    "open": Escape("print(open('{path}').read())", SECRET, "PermissionError"),
    "open bytes": Escape("print(open('{path}', 'rb').read())", SECRET, "PermissionError"),
    "open with": Escape("with open('{path}') as f:\n    print(f.readlines())", SECRET, "PermissionError"),
    "open upwards": Escape("print(open('/tmp/../../../..{path}').read())", SECRET, "PermissionError"),
    "open by number": Escape("print(open(0, closefd=False).fileno())", "0", "NotImplementedError|TypeError"),
    "path": Escape("from pathlib import Path\nprint(Path('{path}').read_text())", SECRET, "PermissionError"),
    "path bytes": Escape("from pathlib import Path\nprint(Path('{path}').read_bytes())", SECRET, "PermissionError"),
    "path list": Escape(
        "from pathlib import Path\nprint(list(Path('{folder}').iterdir()))", "secret.txt", "PermissionError"
    ),
    "path home": Escape("from pathlib import Path\nprint(Path.home())", "/", "AttributeError|RuntimeError"),
    "os list": Escape("import os\nprint(os.listdir('{folder}'))", "secret.txt", "PermissionError"),
    "os scan": Escape("import os\nprint([e.name for e in os.scandir('{folder}')])", "secret.txt", "PermissionError"),
    "os open": Escape("import os\nprint(os.read(os.open('{path}', 0), 99))", SECRET, "AttributeError"),
    "os stat": Escape("import os\nprint(os.stat('{path}').st_size)", str(len(SECRET)), "PermissionError"),
    "codecs": Escape("import codecs\nprint(codecs.open('{path}').read())", SECRET, "ModuleNotFoundError"),
    "json's codecs": Escape("import json\nprint(json.codecs.open('{path}').read())", SECRET, "AttributeError"),
    "json file": Escape("import json\nprint(json.load(open('{folder}/a.json')))", SECRET, "PermissionError"),
    "csv file": Escape("import csv\nprint(list(csv.reader(open('{path}'))))", SECRET, "PermissionError"),
    "io": Escape("import io\nprint(io.open('{path}').read())", SECRET, "ModuleNotFoundError"),
    "link": Escape("print(open('{folder}/link').read())", SECRET, "PermissionError"),
    "process file": Escape("print(open('/proc/self/status').readline())", "Name", "PermissionError"),
}
PROCESSES: Final = {
    "environ": Escape(f"import os\nprint(os.environ['{VARIABLE}'])", SECRET, "RuntimeError"),
    "getenv": Escape(f"import os\nprint(os.getenv('{VARIABLE}'))", SECRET, "RuntimeError"),
    "popen": Escape("import os\nprint(os.popen('cat {path}').read())", SECRET, "AttributeError"),
    "system": Escape("import os\nprint('status', os.system('true'))", "status 0", "AttributeError"),
    "fork": Escape("import os\nprint('pid', os.getpid() > 0)", "pid True", "AttributeError"),
    "subprocess": Escape(
        "import subprocess\nprint(subprocess.check_output(['cat', '{path}']))", SECRET, "ModuleNotFoundError"
    ),
    "shell of asyncio": Escape(
        "import asyncio\nprint(asyncio.create_subprocess_shell)", "function", "AttributeError|ImportError"
    ),
    "socket": Escape("import socket\nprint(socket.socket())", "socket", "ModuleNotFoundError"),
    "urllib": Escape(
        "import urllib.request\nprint(urllib.request.urlopen('file://{path}').read())", SECRET, "ModuleNotFoundError"
    ),
    "ctypes": Escape("import ctypes\nprint(ctypes.CDLL(None))", "CDLL", "ModuleNotFoundError"),
    "pickle": Escape("import pickle\nprint(pickle.loads(b'cos\\ngetcwd\\n.'))", "getcwd", "ModuleNotFoundError"),
    "signal": Escape("import signal\nprint(signal.getsignal(2))", "", "ModuleNotFoundError"),
    "host module": Escape("import punie.agent\nprint(punie.agent.__file__)", "__init__.py", "ModuleNotFoundError"),
    "importlib": Escape(
        "import importlib\nprint(importlib.import_module('subprocess'))", "subprocess", "ModuleNotFoundError"
    ),
    "import function": Escape(f"print(__import__('os').getenv('{VARIABLE}'))", SECRET, "NameError"),
    "search path": Escape("import sys\nprint(sys.path)", "python", "AttributeError"),
    "modules": Escape("import sys\nprint(sys.modules['os'])", "os", "AttributeError"),
}
INTROSPECTION: Final = {
    "bases": Escape("print(().__class__.__bases__[0].__subclasses__())", "class", "AttributeError"),
    "mro": Escape("print(''.__class__.__mro__)", "object", "AttributeError"),
    "type bases": Escape("print(type(()).__bases__)", "object", "AttributeError"),
    "type mro": Escape("print(int.mro())", "object", "AttributeError"),
    "type dict": Escape("print(int.__dict__['real'])", "real", "AttributeError"),
    "subclasses": Escape("print(object.__subclasses__())", "class", "AttributeError"),
    "hidden name": Escape("print(getattr((), '__cla' + 'ss__').__base__)", "object", "AttributeError"),
    "builtins": Escape("print(__builtins__)", "builtin", "NameError"),
    "loader": Escape("print(__loader__)", "Importer", "NameError"),
    "globals": Escape("print(globals()['SECRET'])", SECRET, "NameError"),
    "locals": Escape("print(locals()['SECRET'])", SECRET, "NameError|KeyError"),
    "vars": Escape("print(vars()['SECRET'])", SECRET, "NameError"),
    "dir": Escape("print(dir())", "SECRET", "NameError"),
    "function globals": Escape("print((lambda: 0).__globals__['SECRET'])", SECRET, "AttributeError"),
    "function code": Escape("print((lambda: 0).__code__)", "code object", "AttributeError"),
    "closure": Escape("def f(x):\n    return lambda: x\n\nprint(f(1).__closure__)", "cell", "AttributeError"),
    "frame": Escape("import sys\nprint(sys._getframe().f_globals['SECRET'])", SECRET, "AttributeError"),
    "traceback": Escape(
        "try:\n    1 / 0\nexcept Exception as e:\n    print(e.__traceback__.tb_frame.f_globals['SECRET'])",
        SECRET,
        "AttributeError",
    ),
    "generator": Escape("print((n for n in ()).gi_frame.f_globals['SECRET'])", SECRET, "AttributeError"),
    "method": Escape("print([].append.__self__.__class__)", "list", "AttributeError"),
    "eval": Escape(f"print(eval(\"__import__('os').getenv('{VARIABLE}')\"))", SECRET, "NameError"),
    "exec": Escape("exec('import subprocess\\nprint(subprocess)')", "module", "ModuleNotFoundError"),
    "compile": Escape("print(compile('1', '', 'eval'))", "code object", "NameError"),
    "metaclass": Escape("class A(type):\n    pass\n\nprint(A.__mro__)", "object", "NotImplementedError"),
}
FORMATS: Final = {
    "format class": Escape(
        "print('{{0.__class__.__mro__}}'.format(()))", "object", "AttributeError|NotImplementedError"
    ),
    "format globals": Escape(
        "print('{{0.__globals__[SECRET]}}'.format(typecheck))", SECRET, "AttributeError|NotImplementedError"
    ),
    "format map": Escape(
        "print('{{f.__globals__[SECRET]}}'.format_map({{'f': typecheck}}))",
        SECRET,
        "AttributeError|NotImplementedError",
    ),
    "f-string": Escape("print(f'{{typecheck.__globals__[\"SECRET\"]}}')", SECRET, "AttributeError"),
}
OBJECTS: Final = {
    "tool globals": Escape("print(typecheck.__globals__['SECRET'])", SECRET, "AttributeError"),
    "tool code": Escape("print(typecheck.__code__.co_filename)", "", "AttributeError"),
    "tool module": Escape("print(typecheck.__module__)", "", "AttributeError"),
    "tool getattr": Escape("print(getattr(typecheck, '__glo' + 'bals__')['SECRET'])", SECRET, "AttributeError"),
    "result dict": Escape("print(typecheck('a').__dict__)", "success", "AttributeError"),
    "result globals": Escape("print(typecheck('a').__class__.__init__.__globals__)", "builtins", "AttributeError"),
    "result mro": Escape("print(type(typecheck('a')).__mro__)", "BaseModel", "AttributeError"),
    "result fields": Escape("print(typecheck('a').model_fields_set)", "success", "AttributeError"),
    "result dump": Escape("print(typecheck('a').model_dump())", "success", "AttributeError"),
    "result copy": Escape("print(typecheck('a').model_copy(update={{'secret': 1}}))", "error_count", "AttributeError"),
    "result validate": Escape("print(typecheck('a').parse_file)", "method", "AttributeError"),
    "result private": Escape("print(typecheck('a').__pydantic_fields_set__)", "success", "AttributeError"),
    "result reduce": Escape("print(typecheck('a').__reduce_ex__(2))", "reconstruct|newobj", "AttributeError"),
    "result made": Escape(
        "r = typecheck('a')\nprint(type(r)(success=True, error_count=0, warning_count=0, errors=[]))",
        "success=True",
        "TypeError",
    ),
    "object getattribute": Escape(
        "print(object.__getattribute__(typecheck('a'), '__dict__'))", "success", "AttributeError"
    ),
}
WRITES: Final = {
    "open to write": "open('{folder}/new', 'w').write('x')",
    "open to append": "open('{path}', 'a').write('x')",
    "write text": "from pathlib import Path\nPath('{folder}/new').write_text('x')",
    "touch": "from pathlib import Path\nPath('{folder}/new').touch()",
    "unlink": "from pathlib import Path\nPath('{path}').unlink()",
    "rename": "import os\nos.rename('{path}', '{folder}/new')",
    "remove": "import os\nos.remove('{path}')",
    "make a folder": "import os\nos.makedirs('{folder}/new/deep')",
    "print to a file": "print('x', file=open('{folder}/new', 'w'))",
    "link": "import os\nos.symlink('{path}', '{folder}/new')",
    "remove a tree": "import shutil\nshutil.rmtree('{folder}')",
}
# Code, and what it would take of a machine that nothing guards; each ends within its limits or at an error.
COSTS: Final = {
    "endless loop": ("while True:\n    pass", "a core for ever"),
    "loop that catches all": (
        "while True:\n    try:\n        1 / 0\n    except BaseException:\n        pass",
        "a core",
    ),
    "long sum": ("sum(range(10**15))", "a core for weeks"),
    "huge text": ("x = 'a' * 10**12", "1 TB"),
    "doubled text": ("x = 'a'\nwhile True:\n    x += x", "all memory"),
    "replaced text": ("x = 'a' * 10**5\nx = x.replace('a', x).replace('a', x)", "1 PB"),
    "joined text": ("x = 'b'.join(['a' * 10**6] * 10**6)", "1 TB"),
    "wide format": ("x = f'{1:>100000000000}'", "100 GB"),
    "wide percent": ("x = '%100000000000d' % 1", "100 GB"),
    "wide method": ("x = 'a'.rjust(10**12)", "1 TB"),
    "zeros": ("x = '1'.zfill(10**12)", "1 TB"),
    "huge bytes": ("x = bytes(10**12)", "1 TB"),
    "huge list": ("x = [0] * 10**12", "8 TB"),
    "long list": ("x = list(range(10**12))", "36 TB"),
    "nested lists": ("x = []\nwhile True:\n    x = [x, x]", "all memory"),
    "huge dict": ("x = {n: n for n in range(10**10)}", "1 TB"),
    "product": ("import itertools\nx = list(itertools.product(range(1000), repeat=5))", "100 PB"),
    "huge power": ("x = 10 ** 10 ** 10", "4 GB and days"),
    "huge shift": ("x = 1 << 10**13", "1 TB"),
    "squares": ("x = 7\nwhile True:\n    x *= x", "all memory and a core"),
    "huge digits": ("x = len(str(10 ** 10**7))", "hours of a core"),
    "factorial": ("import math\nx = math.factorial(10**8)", "days of a core"),
    "deep recursion": ("def f():\n    f()\n\nf()", "the stack of the process"),
    "deep repr": ("class A:\n    def __repr__(self):\n        return f'{self!r}'\n\nrepr(A())", "the stack"),
    "deep compare": ("x, y = [], []\nfor n in range(10**5):\n    x, y = [x], [y]\nx == y", "the stack of the process"),
    "deep source": ("eval('(' * 10**5 + ')' * 10**5)", "the stack of the parser"),
    "long source": ("exec('x = 1\\n' * 10**7)", "gigabytes in the parser"),
    "deep json": ("import json\njson.loads('[' * 10**6)", "the stack of the process"),
    "slow pattern": ("import re\nre.match(r'(a|aa)+$', 'a' * 60 + 'b')", "a core for years"),
    "flood": ("while True:\n    print('a' * 10000)", "all memory of the host"),
    "flood of lines": ("while True:\n    print()", "all memory of the host"),
    "long sleep": ("import time\ntime.sleep(10**9)", "a worker for ever"),
    "missing names": ("while True:\n    try:\n        missing\n    except NameError:\n        pass", "both processes"),
    "tool calls": ("while True:\n    typecheck('a')", "the tools' programs, started for ever"),
    "tool calls that fail": (
        "while True:\n    try:\n        typecheck()\n    except TypeError:\n        pass",
        "a core",
    ),
    "large argument": ("while True:\n    typecheck('a' * 10**6)", "all memory of the host"),
    "large value": ("[['a' * 1000] * 1000] * 1000", "gigabytes in the host"),
    "cyclic value": ("x = []\nx.append(x)\ntypecheck(x)\nx", "the stack of the host"),
    "exit": ("raise SystemExit", "the host's process"),
    "interrupt": ("raise KeyboardInterrupt", "the host's process"),
}
