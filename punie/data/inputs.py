"""What a check of a dataset works on, looked up before any long work: every fault is one line."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from punie.agent.config import PROMPT_NAMES, system_prompt
from punie.evaluation.inputs import ARTIFACTS, RECIPES, InputError, Inputs, Request
from punie.evaluation.suite import known_suites, load_suite
from punie.training.checks.scan import Rules
from punie.training.checks.suite_of_rules import data_rules, unasked_rules
from punie.training.dataset_io import FILE_NAMES
from punie.training.fixing import refuse_existing
from punie.training.reports.record import split_files

MANIFEST: Final = "manifest.json"
_BUILD: Final = "pytest -m train"


@dataclass(frozen=True)
class DataInputs:
    """
    What a check works on.

    Attributes:
        source: folder of the dataset, or one file.
        results: folder for the findings.
        prompts: of all suites.
        system: the prompt that every row must have; None where it is not known.
        tokenizer: folder of the tokenizer; None where it is not known.
        max_tokens: at which the trainer cuts a row; None where it is not known.
        fixed: new folder for a fixed copy; None when none is wanted.
    """

    source: Path
    results: Path
    prompts: tuple[str, ...]
    system: str | None = None
    tokenizer: Path | None = None
    max_tokens: int | None = None
    fixed: Path | None = None

    def rules(self) -> Rules:
        """New rules for one pass."""
        return data_rules(
            prompts=self.prompts, system=self.system, tokenizer=self.tokenizer, max_tokens=self.max_tokens
        )

    def unasked(self) -> Mapping[str, str]:
        """The rules that cannot be asked, with the reason."""
        return unasked_rules(prompts=self.prompts, tokenizer=self.tokenizer)


def check_data(inputs: Inputs, *, fix: bool = False) -> DataInputs:
    """
    Look up the dataset that the command line names, or the newest that the recipe built, and what is known about it.

    Args:
        inputs: what the command line names.
        fix: whether a fixed copy is wanted: in the folder of `--results`, or beside the dataset where none is given.

    Raises:
        InputError: one line on the first thing that is wrong.
    """
    request = inputs.request
    source = request.data or newest_dataset(request.root, request.recipe)
    _check_readable(source)
    fixed = _fixed_folder(source, request.results) if fix else None
    prompts = dict.fromkeys(query.prompt for suite in inputs.suites for query in suite.queries)
    prompts |= dict.fromkeys(query.prompt for name in known_suites() for query in load_suite(name).queries)
    return DataInputs(source, inputs.results, tuple(prompts), **_context(request, source), fixed=fixed)


def newest_dataset(root: Path, recipe: str) -> Path:
    """
    Return the dataset that a recipe built last.

    Raises:
        InputError: it has built none.
    """
    manifests = (root / ARTIFACTS / recipe).glob(f"dataset-*/{MANIFEST}")
    found = sorted(manifests, key=lambda file: (file.stat().st_mtime_ns, file.parent.name))
    if not found:
        _refuse(f"nothing to check: recipe {recipe!r} has built no dataset; run {_BUILD}, or name one with --data DIR")
    return found[-1].parent


def _check_readable(source: Path) -> None:
    wrong = [name for name in FILE_NAMES.values() if (source / name).exists() and not (source / name).is_file()]
    if wrong:
        _refuse(f"{str(source / wrong[0])!r} is no file: give a folder of JSON Lines files, or one such file")
    files = split_files(source)
    if "train" not in files:
        _refuse(f"no dataset in {str(source)!r}: give a folder that holds {FILE_NAMES['train']}, or one file")
    for file in files.values():
        try:
            with file.open("rb") as stream:
                stream.read(1)
        except OSError as error:
            _refuse(f"{str(file)!r} cannot be read ({error.strerror}): make it readable, or name another with --data")


def _fixed_folder(source: Path, results: Path | None) -> Path:
    place = source.resolve()
    folder = place.with_name(f"{place.stem if place.is_file() else place.name}-fixed")
    fixed = folder if results is None else results / "fixed"
    try:
        refuse_existing(fixed)
    except FileExistsError as error:
        raise InputError(str(error)) from None
    return fixed


def _context(request: Request, source: Path) -> dict[str, Any]:
    """What the manifest of a built dataset and the recipe tell; the tokenizer of `--model` counts first."""
    manifest = _read_json(source / MANIFEST)
    prompt = _part(manifest, "system_prompt").get("name")
    recipe = _read_toml(request.root / RECIPES / f"{request.recipe}.toml")
    base = recipe.get("base")
    # another recipe may be meant to train what this one has not built
    limit = _part(recipe, "train").get("max_tokens") if manifest.get("recipe") == request.recipe else None
    tokenizer = request.model or (request.root / base if isinstance(base, str) else None)
    known = tokenizer is not None and (tokenizer / "tokenizer.json").is_file()
    return {
        "system": system_prompt(prompt) if prompt in PROMPT_NAMES else None,
        "tokenizer": tokenizer if known else None,
        "max_tokens": limit if isinstance(limit, int) else None,
    }


def _part(values: dict[str, Any], name: str) -> dict[str, Any]:
    part = values.get(name)
    return part if isinstance(part, dict) else {}


def _read_json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}


def _refuse(message: str) -> NoReturn:
    raise InputError(message)
