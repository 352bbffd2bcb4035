"""`python -m pipeline.house list|promote|rollback|plan|apply|card`: keep house under `artifacts/`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Column, Table

from pipeline.errors import InputError
from pipeline.house.card import write_card
from pipeline.house.cleaning import Line, apply, plan
from pipeline.house.promotion import promote, read_promoted, roll_back
from pipeline.house.records import MODEL, Registry
from pipeline.house.registry import alone, find_model, refresh
from pipeline.places import ROOT

_MB: Final = 1e6
_WRONG_INPUT: Final = 4


def main(arguments: Sequence[str] | None = None, artifacts: Path = ROOT / "artifacts") -> int:
    """Do what the command line says, and return the exit status: 0, or 4 for wrong input."""
    asked = _parser().parse_args(arguments)
    console = Console(soft_wrap=True)
    try:
        with alone(artifacts):
            registry = refresh(artifacts, lambda text: print(text, file=sys.stderr))  # noqa: T201 - for the person
            _run(asked, artifacts, registry, console)
    except InputError as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the person
        return _WRONG_INPUT
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline.house", description="Keep house under artifacts/.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the models, their verdicts and where they come from")
    adding = commands.add_parser("promote", help="let a model be the one in use; nothing is removed")
    adding.add_argument("model", help="its name as in the list, or the start of its digest")
    adding.add_argument("--anyway", action="store_true", help="also one that the gate has not accepted")
    commands.add_parser("rollback", help="return to the model that was in use before; nothing is removed")
    commands.add_parser("plan", help="what may go, what has to stay, and why; nothing is removed")
    removing = commands.add_parser("apply", help="the plan again; with --apply what may go is removed")
    removing.add_argument("--apply", action="store_true", help="really remove it")
    carding = commands.add_parser("card", help="write a model's card and deployment checklist into its folder")
    carding.add_argument("model", help="its name as in the list, or the start of its digest")
    return parser


def _run(asked: argparse.Namespace, artifacts: Path, registry: Registry, console: Console) -> None:
    match asked.command:
        case "list":
            _list(artifacts, registry, console)
        case "promote":
            now = promote(artifacts, find_model(registry, asked.model), anyway=asked.anyway)
            console.print(f"in use: {now.current}; before: {', '.join(now.former) or 'none'}", markup=False)
        case "rollback":
            now = roll_back(artifacts, registry)
            console.print(f"in use: {now.current}; before: {', '.join(now.former) or 'none'}", markup=False)
        case "card":
            files = write_card(artifacts, registry, read_promoted(artifacts), find_model(registry, asked.model))
            console.print("\n".join(map(str, files)), markup=False)
        case _:
            _clean(artifacts, registry, console, really=asked.command == "apply" and asked.apply)


def _list(artifacts: Path, registry: Registry, console: Console) -> None:
    current = read_promoted(artifacts).current
    table = Table(Column("model", no_wrap=True), "made (UTC)", "MB", "decision", "in use", "made from")
    for entry in registry.present(MODEL):
        made = datetime.fromtimestamp(entry.made, UTC).strftime("%Y-%m-%d %H:%M")
        origin = ", ".join(parent.name.partition("/")[2] for parent in registry.ancestors(entry))
        use = "yes" if entry.name == current else ""
        table.add_row(entry.name, made, f"{entry.size_bytes / _MB:.1f}", entry.decision, use, origin)
    console.print(table)


def _clean(artifacts: Path, registry: Registry, console: Console, *, really: bool) -> None:
    lines = plan(artifacts, registry, read_promoted(artifacts))
    console.print(_table(lines))
    going = [line for line in lines if line.goes]
    console.print(f"{len(going)} of {len(lines)} may go, {sum(line.size for line in going) / _MB:.1f} MB", markup=False)
    if not really:
        console.print("nothing was removed: `python -m pipeline.house apply --apply` does it", markup=False)
        return
    for line, fault in apply(artifacts, lines):
        console.print(f"{line.name}: {f'left, {fault}' if fault else 'removed'}", markup=False)
    refresh(artifacts, lambda text: console.print(text, markup=False))


def _table(lines: Sequence[Line]) -> Table:
    table = Table(Column("artifact", no_wrap=True), "MB", "", "why")
    for line in sorted(lines, key=lambda each: not each.goes):
        table.add_row(line.name, f"{line.size / _MB:.1f}", "may go" if line.goes else "stays", line.reason)
    return table


if __name__ == "__main__":
    raise SystemExit(main())
