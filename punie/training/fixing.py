"""
A fixed copy of a dataset: what can be put right without a decision about what a row should say.

The set itself stays as it is. Rows that need no change are copied byte for byte, lines that are no rows go into a file
of their own, and fixing a fixed set changes nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from punie.agent.tool_calls import parse_reply
from punie.training.checks.scan import Rules, scan
from punie.training.code_mode import calls_to_format_a
from punie.training.convert import row_of_either_format
from punie.training.dataset import ChatMessage, TrainingExample
from punie.training.dataset_io import FILE_NAMES, numbered_lines
from punie.training.preambles import is_promise, remove_preambles
from punie.training.reports.record import split_files
from punie.training.row_text import RowError, row_from_text, row_to_text
from punie.training.turns import prefixes
from punie.whole_files import write_whole

REJECTED: Final = "rejected.jsonl"
FIXES: Final = "fixes.json"
_OLDER: Final = frozenset({"bare", "format_b", "hermes"})


class Fixed(BaseModel):
    """
    What was changed, and what is left to do.

    Attributes:
        changes: how often each change was made.
        rows: of the fixed set, by split.
        rejected: the lines that are no rows, each with its place and the reason.
        remaining: findings in the fixed set, by rule.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    changes: Mapping[str, int]
    rows: Mapping[str, int]
    rejected: tuple[str, ...]
    remaining: Mapping[str, int]


class _Line(NamedTuple):
    """A line of a file; without a row it is rejected."""

    number: int
    text: bytes
    row: TrainingExample | None
    changes: tuple[str, ...] = ()
    reason: str = ""


def fix_dataset(source: Path, target: Path, rules: Callable[[], Rules]) -> Fixed:
    """
    Write a fixed copy of `source`.

    Args:
        source: the folder of a set, or one file, which becomes train.
        target: the new folder; it appears whole or not at all.
        rules: makes the rules that the copy is checked with.

    Raises:
        FileExistsError: there is something at `target`.
        FileNotFoundError: `source` holds no dataset.
    """
    files = split_files(source)
    if "train" not in files:
        message = f"no dataset in {str(source)!r}: give a folder that holds train.jsonl, or one file"
        raise FileNotFoundError(message)
    refuse_existing(target)
    with _new_folder(target) as scratch:
        work = _Work()
        for split, file in files.items():
            work.copy(file, scratch, split)
        work.write_rejected(scratch)
        remaining = Counter(finding.rule for finding in scan(scratch, rules()))
        fixed = Fixed(
            changes=dict(sorted(work.changes.items())),
            rows=work.rows,
            rejected=tuple(work.rejected),
            remaining=dict(sorted(remaining.items())),
        )
        write_whole(scratch / FIXES, [fixed.model_dump_json(indent=2), "\n"])
    return fixed


def refuse_existing(target: Path) -> None:
    """Raise FileExistsError when there is something at `target`, which a fixed copy would replace."""
    if target.exists() or target.is_symlink():
        message = f"{str(target)!r} exists: a fixed set is written to a new folder; remove it or rename it"
        raise FileExistsError(message)


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield scratch
        scratch.chmod(0o755)
        refuse_existing(target)
        scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


class _Work:
    """What is known while the splits are copied, train first; of each row only a digest is kept."""

    def __init__(self) -> None:
        self.changes: Counter[str] = Counter()
        self.rows: dict[str, int] = {}
        self.rejected: list[str] = []
        self._rejected_lines: list[bytes] = []
        self._train: set[bytes] = set()

    def copy(self, file: Path, folder: Path, split: str) -> None:
        known = {_digest(line.row) for line in _lines(file) if line.row is not None}
        written: set[bytes] = set()
        name = FILE_NAMES["train"] if split == "train" else file.name
        with (folder / name).open("wb") as out:
            for line in _lines(file):
                if line.row is None:
                    self._reject(file, line)
                    continue
                self._add_beginnings(line.row, out, known, written)
                self._copy_row(line, line.row, out, written)
        self.rows[split] = len(written)
        if split == "train":
            self._train = written

    def write_rejected(self, folder: Path) -> None:
        if self._rejected_lines:
            (folder / REJECTED).write_bytes(b"".join(text + b"\n" for text in self._rejected_lines))

    def _add_beginnings(self, row: TrainingExample, out: BinaryIO, known: set[bytes], written: set[bytes]) -> None:
        for beginning in _beginnings(row):
            digest = _digest(beginning)
            if digest not in known and digest not in self._train:
                known.add(digest)
                self.changes["rows added that end with an earlier turn"] += 1
                _write(out, row_to_text(beginning).encode(), digest, written)

    def _copy_row(self, line: _Line, row: TrainingExample, out: BinaryIO, written: set[bytes]) -> None:
        digest = _digest(row)
        if digest in self._train:
            self.changes["rows removed that train has, too"] += 1
        elif digest in written:
            self.changes["duplicates removed"] += 1
        else:
            self.changes.update(line.changes)
            _write(out, line.text, digest, written)

    def _reject(self, file: Path, line: _Line) -> None:
        self.rejected.append(f"{file.name}:{line.number}: {line.reason}")
        self._rejected_lines.append(line.text)


def _write(out: BinaryIO, text: bytes, digest: bytes, written: set[bytes]) -> None:
    out.write(text + b"\n")
    written.add(digest)


def _lines(file: Path) -> Iterator[_Line]:
    for number, text in numbered_lines(file):
        try:
            yield _fixed_line(number, text)
        except RowError as error:
            yield _Line(number, text, None, reason=f"{error.rule}: column {error.column}: {error.reason}")


def _fixed_line(number: int, text: bytes) -> _Line:
    read = row_of_either_format(text)
    in_format_a = _in_format_a(read)
    fixed = remove_preambles(in_format_a)
    made = {
        "rows of text written as messages": not _is_messages(text),
        "rows whose calls were written as format A": in_format_a != read,
        "rows whose words before a call were removed": fixed != in_format_a,
    }
    changes = tuple(name for name, is_made in made.items() if is_made)
    return _Line(number, row_to_text(fixed).encode() if changes else text, fixed, changes)


def _is_messages(text: bytes) -> bool:
    try:
        row_from_text(text)
    except RowError:
        return False
    return True


def _in_format_a(row: TrainingExample) -> TrainingExample:
    messages = tuple(_message_in_format_a(message) for message in row.messages)
    return row if messages == row.messages else TrainingExample(messages=messages)


def _message_in_format_a(message: ChatMessage) -> ChatMessage:
    """Return the message as it is where a call cannot be carried over without a loss: a finding will remain."""
    if message.role != "assistant" or not any(call.dialect in _OLDER for call in parse_reply(message.content).calls):
        return message
    try:
        return ChatMessage(role="assistant", content=calls_to_format_a(message.content))
    except ValueError:
        return message


def _beginnings(row: TrainingExample) -> Iterator[TrainingExample]:
    """Yield what a row has to be split into, but for turns that nobody should learn."""
    if not row.messages or row.messages[-1].role != "assistant":
        return
    *beginnings, _ = prefixes(row)
    yield from (each for each in beginnings if _is_worth_learning(each.messages[-1].content))


def _is_worth_learning(turn: str) -> bool:
    reply = parse_reply(turn)
    fenced = any(call.dialect == "json_fence" for call in reply.calls)
    return bool(turn.strip()) and reply.complete and not (reply.problems or fenced or is_promise(turn))


def _digest(row: TrainingExample) -> bytes:
    return blake2b(row_to_text(row).encode(), digest_size=16).digest()
