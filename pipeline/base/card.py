"""The base model's card, written from its manifest."""

from __future__ import annotations

from typing import Any


def model_card(manifest: dict[str, Any]) -> str:
    """Markdown: what the model is, what it read, what it is for and what it is not for."""
    data, losses = manifest["data"], manifest["losses"]
    families = "\n".join(
        f"| {name} | {data['rows'][name]:,} | {tokens:,} |" for name, tokens in sorted(data["tokens"].items())
    )
    return f"""\
# nano-base

A Qwen3 of {manifest["parameters"]:,} parameters, trained from nothing by `pytest -m pretrain` in
{manifest["seconds"] // 60} minutes on two CPU cores. It is the base that the recipe `nano` fine-tunes: it knows
English developer questions, Python, shell commands, and how to copy names. Of the tools it has seen calls of
`read_file`, `write_file` and `run_command` only.

It is a test object for a pipeline, not an assistant: what it says of the world is not reliable.

| text family | rows | tokens |
|---|---|---|
{families}

The text is made by the generators in `pipeline/base/corpus` and from the standard library of Python
{data["standard_library"]} (its sources and docstrings, under the PSF License). Rows whose question is near one of the
acceptance suites' are dropped ({data["dropped_near_a_suite"]} of them). Loss: {losses["first"][1]} at step
{losses["first"][0]}, {losses["last"][1]} at step {losses["last"][0]}. Weights are stored in float16. Licence: MIT.
"""
