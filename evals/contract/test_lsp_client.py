from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from fixtures import stub_server
from punie.agent.lsp_client import LspClient, RequestRefusedError, ServerGoneError


@contextmanager
def client(root: Path, behaviour: str) -> Iterator[LspClient]:
    """A client of the stub server, and the assurance that it leaves no thread behind."""
    before = threading.active_count()
    argv = [sys.executable, str(Path(str(stub_server.__file__)).resolve()), behaviour]
    with LspClient(argv, root, seconds=60) as opened:
        yield opened
    assert threading.active_count() == before


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_question_gets_its_answer(tmp_path: Path) -> None:
    with client(tmp_path, "echo") as server:
        assert server.ask("any", {"a": "é"}) == {"a": "é"}
        assert server.encoding == "utf-16"


def test_answers_find_their_questions_in_any_order(tmp_path: Path) -> None:
    with client(tmp_path, "reverse") as server, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: server.ask("any", {"n": n}), range(8)))

    assert answers == [{"n": n} for n in range(8)]


def test_messages_of_the_server_are_answered_or_ignored(tmp_path: Path) -> None:
    with client(tmp_path, "chatter") as server:
        first, second, third = server.ask("any", {})

    assert (first["id"], first["result"]) == ("ask-1", [None, None])
    assert (second["id"], second["result"]) == ("ask-2", None)
    assert (third["id"], third["error"]["code"]) == ("ask-3", -32601)


def test_a_refusal_says_why(tmp_path: Path) -> None:
    with client(tmp_path, "refuse") as server, pytest.raises(RequestRefusedError, match=r"refused: no such document$"):
        server.ask("any", {})


def test_a_crashed_server_is_started_once_more(tmp_path: Path) -> None:
    with client(tmp_path, "crash_once") as server:
        before = server.pid

        assert server.ask("any", {"n": 1}) == {"n": 1}
        assert server.pid != before


def test_a_server_that_crashes_again_is_told_with_its_last_words(tmp_path: Path) -> None:
    with (
        client(tmp_path, "crash") as server,
        pytest.raises(ServerGoneError, match=r"^the language server ended \(exit status 7\): it hurts$"),
    ):
        server.ask("any", {})


def test_a_crash_fails_all_who_wait(tmp_path: Path) -> None:
    with client(tmp_path, "crash") as server, ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(server.ask, "any", {}) for _ in range(4)]

        assert {type(future.exception(30)) for future in waiting} == {ServerGoneError}


def test_nonsense_ends_the_server(tmp_path: Path) -> None:
    with client(tmp_path, "nonsense") as server, pytest.raises(ServerGoneError, match="sent nonsense: "):
        server.ask("any", {})


def impatient(server: LspClient, seconds: float) -> LspClient:
    """The client with its server started, which may take long, and little patience from now on."""
    assert server.encoding
    server._seconds = seconds
    return server


def test_no_answer_in_time_is_told(tmp_path: Path) -> None:
    with (
        client(tmp_path, "hang") as server,
        pytest.raises(TimeoutError, match=r"^the language server did not answer any within 0\.2 seconds$"),
    ):
        impatient(server, 0.2).ask("any", {})


def test_a_server_that_does_not_read_blocks_nobody_and_is_ended(tmp_path: Path) -> None:
    with client(tmp_path, "stall") as server:
        pid = server.pid

        with pytest.raises(TimeoutError):
            impatient(server, 0.2).ask("any", {"text": "x" * 1_000_000})
    assert not is_running(pid)


def test_closing_ends_the_process(tmp_path: Path) -> None:
    with client(tmp_path, "echo") as server:
        pid = server.pid

        assert is_running(pid)
    assert not is_running(pid)


def test_a_closed_client_starts_nothing(tmp_path: Path) -> None:
    with client(tmp_path, "echo") as server:
        server.ask("any", {})

    with pytest.raises(ServerGoneError, match=r"^the language server was shut down$"):
        server.ask("any", {})


def test_a_client_that_was_never_asked_starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr("punie.agent.lsp_client.Connection", lambda *given: started.append(given))
    with LspClient(["/no/such/server"], tmp_path):
        pass

    assert started == []


def test_a_missing_server_is_told(tmp_path: Path) -> None:
    with LspClient(["no-such-server"], tmp_path) as server, pytest.raises(FileNotFoundError, match="was not found"):
        server.ask("any", {})


def test_a_program_that_is_no_server_is_told(tmp_path: Path) -> None:
    with LspClient(["false"], tmp_path) as server, pytest.raises(ServerGoneError, match=r"ended \(exit status 1\)"):
        server.ask("any", {})


def test_a_file_is_opened_once_and_sent_again_when_it_changed(tmp_path: Path) -> None:
    file = tmp_path / "b c.py"
    file.write_text("a = 1\n", encoding="utf-8")
    with client(tmp_path, "report") as server:
        server.ask("any", {}, file)
        server.ask("any", {}, file)
        file.write_text("a = 22\n", encoding="utf-8")
        server.ask("any", {}, file)
        file.unlink()
        sent = server.ask("any", {})

    documents = [(m["method"], m["params"]) for m in sent if m["method"].startswith("textDocument/")]
    assert [method.partition("/")[2] for method, _ in documents] == ["didOpen", "didChange", "didClose"]
    assert {params["textDocument"]["uri"] for _, params in documents} == {f"{tmp_path.as_uri()}/b%20c.py"}
    assert [params["textDocument"].get("version") for _, params in documents] == [1, 2, None]
    assert documents[1][1]["contentChanges"] == [{"text": "a = 22\n"}]


def test_changes_of_other_files_are_reported(tmp_path: Path) -> None:
    changed, gone = tmp_path / "changed.py", tmp_path / "gone.py"
    for file in (changed, gone):
        file.write_text("a = 1\n", encoding="utf-8")
    (tmp_path / ".hidden").mkdir()
    with client(tmp_path, "report") as server:
        server.ask("any", {})
        changed.write_text("a = 333\n", encoding="utf-8")
        gone.unlink()
        for name in ("new.py", "notes.txt", ".hidden/no.py"):
            (tmp_path / name).write_text("", encoding="utf-8")
        sent = server.ask("any", {})

    changes = [change for m in sent for change in m["params"].get("changes", [])]
    assert {(change["uri"].rpartition("/")[2], change["type"]) for change in changes} == {
        ("new.py", 1),
        ("changed.py", 2),
        ("gone.py", 3),
    }
