"""How a plan is shown to a person: a table, the commands in full, and the verdict."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from pipeline.memory import MOST, gigabytes
from pipeline.plan import Plan, Step


def print_plan(plan: Plan, console: Console) -> None:
    """Print `plan`; colours are the console's matter."""
    console.print(_table(plan))
    for step in plan.steps:
        if step.command:
            _say(console, f"\n{step.name}:\n  {step.command}")
        if step.config:
            _say(console, f"  with adapter_config.json: {step.config}")
        if step.launch:
            _say(console, f"\n{step.name}, on several processes:\n  {step.launch}")
    free, memory = plan.machine.free, plan.machine.memory
    _say(console, f"\ntime: {_total(plan)}")
    base = f", {gigabytes(plan.missing)} of it for the base model" if plan.missing else ""
    _say(console, f"disk: {gigabytes(plan.disk)} needed{base}; {gigabytes(free)} free")
    allowed = f"{gigabytes(int(MOST * memory))} allowed ({MOST:.0%} of the device's {gigabytes(memory)})"
    _say(console, f"memory: about {gigabytes(plan.memory)} needed; {allowed}")
    for warning in plan.warnings:
        _say(console, f"warning: {warning}", "yellow")
    for refusal in plan.refusals:
        _say(console, f"refused: {refusal}", "red")
    if not plan.refusals:
        _say(console, "this plan fits; nothing was run", "green")


def _table(plan: Plan) -> Table:
    table = Table(title=f"plan of recipe {plan.recipe}", title_justify="left")
    for name in ("stage", "what happens", "time", "disk", "memory"):
        table.add_column(name, justify="left" if name in {"stage", "what happens"} else "right", overflow="fold")
    for step in plan.steps:
        table.add_row(step.name, _what(step), _time(step), _bytes(step.disk), _bytes(step.memory))
    return table


def _what(step: Step) -> str:
    return f"reused: {step.folder}" if step.reused else f"built: {step.reason}"


def _time(step: Step) -> str:
    return "-" if step.reused else _duration(step.seconds)


def _bytes(count: int) -> str:
    return gigabytes(count) if count else "-"


def _total(plan: Plan) -> str:
    known = [step.seconds for step in plan.steps if step.seconds is not None]
    unknown = [step.name for step in plan.steps if step.seconds is None]
    if not unknown:
        return _duration(sum(known))
    return f"{_duration(sum(known))} and {', '.join(unknown)} (not known)" if sum(known) else "not known"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "not known"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style or None, markup=False, highlight=False, soft_wrap=True)
