from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from punie.evaluation.models import Answer
from punie.evaluation.models.journal import Journal
from punie.evaluation.models.kept import KeepableModel, KeptModel
from punie.evaluation.models.protocol import Fact, OnReply
from punie.testing import ScriptedModel

PROMPTS = ["Which colour has the sky?", "How many legs has an ant?", "And a dog?"]


class Told(ScriptedModel):
    """A scripted model that tells its settings, answers with the draw, and stops after `most` replies."""

    def __init__(self, most: int = 99, failing: Sequence[str] = ()) -> None:
        super().__init__(str.upper)
        self.settings: Mapping[str, Fact] = {"temperature": 0.0}
        self.asked: list[str] = []
        self._most = most
        self._failing = failing

    def answer(
        self, prompts: Sequence[str], *, draws: Sequence[int] | None = None, on_reply: OnReply | None = None
    ) -> list[Answer]:
        answers = []
        for index, (prompt, draw) in enumerate(zip(prompts, draws or [0] * len(prompts), strict=True)):
            if len(self.asked) == self._most:
                raise KeyboardInterrupt
            self.asked.append(prompt)
            failure = "no server" if prompt in self._failing else ""
            answers.append(Answer("" if failure else f"{prompt.upper()} {draw}", 2.0, failure=failure))
            if on_reply is not None:
                on_reply(index, answers[-1])
        return answers


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "some.jsonl", {})


def texts(model: KeptModel, prompts: Sequence[str] = PROMPTS) -> list[str]:
    return [answer.text for answer in model.answer(prompts)]


def test_a_second_run_asks_nothing_and_gets_the_same(journal: Journal) -> None:
    first = texts(KeptModel(Told(), journal))
    model = Told()

    assert texts(KeptModel(model, journal)) == first
    assert model.asked == []


def test_an_interrupted_run_goes_on_where_it_stopped(journal: Journal) -> None:
    with pytest.raises(KeyboardInterrupt):
        texts(KeptModel(Told(most=2), journal))
    rest = Told()
    whole = texts(KeptModel(rest, journal))

    assert rest.asked == PROMPTS[2:]
    assert whole == texts(KeptModel(Told(), journal, anew=True))


def test_replies_that_were_taken_over_say_so(journal: Journal) -> None:
    with pytest.raises(KeyboardInterrupt):
        texts(KeptModel(Told(most=1), journal))
    kept = KeptModel(Told(), journal)

    assert [(answer.cached, answer.seconds) for answer in kept.answer(PROMPTS)] == [(True, 2.0), *[(False, 2.0)] * 2]
    assert kept.facts["cached_replies"] == 1


def test_every_reply_is_announced_once_under_its_own_number(journal: Journal) -> None:
    with pytest.raises(KeyboardInterrupt):
        texts(KeptModel(Told(most=2), journal), PROMPTS[::-1])
    seen: dict[int, str] = {}
    answers = KeptModel(Told(), journal).answer(
        PROMPTS, on_reply=lambda index, answer: seen.update({index: answer.text})
    )

    assert [seen[index] for index in range(3)] == [answer.text for answer in answers]


def test_each_draw_of_a_prompt_is_kept_for_itself(journal: Journal) -> None:
    first = texts(KeptModel(Told(), journal), PROMPTS[:1] * 2)
    more = Told()

    assert first[0] != first[1]
    assert texts(KeptModel(more, journal), PROMPTS[:1] * 3) == [*first, "WHICH COLOUR HAS THE SKY? 2"]
    assert len(more.asked) == 1


def test_anew_means_that_nothing_is_taken_over(journal: Journal) -> None:
    texts(KeptModel(Told(), journal))
    model = Told()
    texts(KeptModel(model, journal, anew=True))

    assert model.asked == PROMPTS


def test_what_could_not_be_asked_is_asked_again(journal: Journal) -> None:
    answers = KeptModel(Told(failing=PROMPTS[1:2]), journal).answer(PROMPTS)
    model = Told()
    texts(KeptModel(model, journal))

    assert answers[1].failure == "no server"
    assert model.asked == PROMPTS[1:2]


def test_a_disk_that_takes_nothing_ends_no_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = KeptModel(Told(), Journal(tmp_path / "file" / "some.jsonl", {}))

    assert texts(kept) == [f"{prompt.upper()} 0" for prompt in PROMPTS]
    assert "irectory" in str(kept.facts["not_kept"]) or "exists" in str(kept.facts["not_kept"])


def test_a_reply_that_is_no_text_is_not_kept(journal: Journal) -> None:
    odd = ["\udcff?"]
    texts(KeptModel(Told(), journal), odd)
    model = Told()
    texts(KeptModel(model, journal), odd)

    assert model.asked == odd


def test_seconds_of_earlier_runs_are_told(journal: Journal) -> None:
    texts(KeptModel(Told(), journal))
    kept = KeptModel(Told(), journal)
    texts(kept)

    took = [reply.took for reply in journal.read().replies.values()]
    assert kept.facts["cached_seconds"] == round(sum(took), 3)


def test_the_peak_of_memory_is_that_of_the_run_that_asked(journal: Journal) -> None:
    large, small = Told(), Told()
    large.facts, small.facts = {"peak_memory_bytes": 900}, {"peak_memory_bytes": 100}
    texts(KeptModel(large, journal))
    kept = KeptModel(small, journal)
    texts(kept)

    assert kept.facts["peak_memory_bytes"] == 900


def test_only_a_model_that_tells_its_settings_can_be_kept() -> None:
    assert isinstance(Told(), KeepableModel)
    assert not isinstance(ScriptedModel({}), KeepableModel)
