"""One sweep: each level is made, graded as `pytest -m eval` grades, and timed, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from statistics import median

from pipeline.artifact import Artifact, Stage
from pipeline.parity_measure import spread
from pipeline.recipe import Recipe
from pipeline.sweep.levels import Level, levels_of, variant_stage
from pipeline.sweep.speed import MAX_TOKENS, REQUESTS, Speed, measure_speed
from pipeline.sweep.weight_bits import bits_per_weight
from punie.evaluation.measuring import Measured, measure
from punie.evaluation.models.loading import identity_of, size_of
from punie.evaluation.records import Rates
from punie.evaluation.run import model_source
from punie.evaluation.stats import quantile
from punie.evaluation.suite import Suite
from punie.evaluation.sweep import Sweep, Variant
from punie.evaluation.sweep_advice import SIGNIFICANCE, Verdicts, advise, paired
from punie.evaluation.tally import Tally


class VariantError(RuntimeError):
    """A level could not be made, loaded or measured; the message says why, in one line."""


@dataclass
class SweepRun:
    """
    The levels of a recipe's sweep.

    Args:
        recipe: names the levels.
        suites: that grade.
        fused: the float16 model that all levels are made of.
        build: makes the artifact of a stage, unless it is up to date.
        requests: so many replies are timed at most, the first one apart.

    """

    recipe: Recipe
    suites: tuple[Suite, ...]
    fused: Artifact
    build: Callable[[Stage], Artifact]
    requests: int = REQUESTS
    _found: dict[Level, tuple[Variant, Verdicts]] = field(default_factory=dict)
    _failed: dict[Level, str] = field(default_factory=dict)
    _device: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The queries."""
        return tuple(query.id for suite in self.suites for query in suite.queries)

    @property
    def turns(self) -> int:
        """Replies that grading one variant takes."""
        return sum(1 + len(query.then) for suite in self.suites for query in suite.queries)

    def measured(self, level: Level, on_turn: Callable[[], None] = lambda: None) -> Variant:
        """
        Return what was measured of a level, now or before.

        Args:
            level: of the recipe's sweep.
            on_turn: called for every graded reply.

        Raises:
            VariantError: it could not be made, loaded or measured.
        """
        if level not in self._found and level not in self._failed:
            try:
                self._found[level] = self._measure(level, on_turn)
            except (OSError, RuntimeError, ValueError) as error:  # whatever it is, the other levels are measured
                self._failed[level] = " ".join(str(error).split())
        if level in self._failed:
            message = f"{level.name}: {self._failed[level]}"
            raise VariantError(message)
        return self._found[level][0]

    def record(self) -> Sweep:
        """
        Return what was measured; levels not looked at are measured now.

        Raises:
            VariantError: none could be.
        """
        for level in levels_of(self.recipe):
            try:
                self.measured(level)
            except VariantError:
                continue
        if not self._found:
            message = f"no variant could be measured: {'; '.join(self._failed.values())}"
            raise VariantError(message)
        variants = paired(list(self._found.values()))
        return Sweep(
            recipe=self.recipe.name,
            at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            fused=self.fused.manifest.content,
            suites={suite.name: suite.digest for suite in self.suites},
            margin=self.recipe.sweep.margin,
            significance=SIGNIFICANCE,
            device=self._device,
            requests=len(self._prompts()),
            max_tokens=MAX_TOKENS,
            variants=variants,
            failed={level.name: reason for level, reason in self._failed.items()},
            advice=advise(variants, self.recipe.sweep.margin),
        )

    def artifact(self, level: Level) -> Artifact:
        """Return the model of a level, made now unless it is up to date."""
        return self.fused if level.bits is None else self.build(variant_stage(self.recipe, self.fused, level))

    def _measure(self, level: Level, on_turn: Callable[[], None]) -> tuple[Variant, Verdicts]:
        made = self.artifact(level)
        graded = measure(self.suites, self.ids, partial(model_source, made.folder), on_turn=on_turn)
        speed = measure_speed(made.folder, self._prompts())
        self._device = speed.device
        verdicts = {name: result.strict for name, result in graded.results.items()}
        return self._variant(level, made, graded, speed), verdicts

    def _variant(self, level: Level, made: Artifact, graded: Measured, speed: Speed) -> Variant:
        following = sorted(speed.replies[1:] or speed.replies)
        return Variant(
            name=level.name,
            bits=level.bits,
            group_size=level.group_size,
            folder=made.folder.name,
            weights=identity_of(made.folder)["weights"],
            size_bytes=size_of(made.folder),
            bits_per_weight=round(bits_per_weight(made.folder, self.fused.folder), 3),
            rates=Rates.of(Tally.of(graded.results.values())),
            missed=tuple(name for name, result in graded.results.items() if result.strict is False),
            load_seconds=round(speed.load, 4),
            first_seconds=round(speed.replies[0], 4),
            median_seconds=round(median(following), 4),
            p95_seconds=round(quantile(following, 0.95), 4),
            peak_memory_bytes=speed.peak_memory,
            computed=speed.computed,
        )

    def _prompts(self) -> Sequence[str]:
        return spread([query.prompt for suite in self.suites for query in suite.queries], self.requests)
