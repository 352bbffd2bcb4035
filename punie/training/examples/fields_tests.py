"""Field questions about test runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from punie.training.examples import frames as f
from punie.training.examples.draft import Intent
from punie.training.examples.fields import (
    Attribute,
    Extras,
    Value,
    about_path,
    attributes,
    each,
    intent,
    limit,
    ranked,
    selected,
)
from punie.training.examples.fields_quality import MESSAGE
from punie.training.examples.grammar import Draw, lines, wordings
from punie.training.examples.snippets import literal
from punie.training.examples.vocabulary import count_word, function_name, quoted, test_target

_NAME: Final = Attribute("name", ("name", "test name", "node id"), ("names", "test names", "node ids"))
_OUTCOME: Final = Attribute("outcome", ("outcome", "result", "status"), ("outcomes", "results"))
_DURATION: Final = Attribute("duration", ("duration", "run time", "time taken"), ("durations", "run times"))
_FAIL: Final = ("{failures}", "{failure}")
_OUTCOMES: Final = {
    "passed": ("passing tests", "tests that pass", "green tests", "successful tests"),
    "failed": ("{failures}",),
    "skipped": ("skipped tests", "tests that are skipped", "skips", "ignored tests"),
    "error": ("tests with errors", "erroring tests", "tests that error out", "tests with a setup error"),
}
TEST_COUNT: Final = (
    *(frame for nouns in _OUTCOMES.values() for noun in nouns for frame in f.framed(f.COUNT, noun, noun)),
    *lines("""
how many tests (pass|passed|fail|failed|were skipped|are skipped|error out|are failing|succeed|break) {in}?
how many tests {in} (pass|passed|fail|failed|were skipped|are skipped|are failing|succeed|break)?
how many of the tests {in} (pass|passed|fail|failed|were skipped|are failing|succeed)?
how many passed and how many failed {in}?
(passed|failed|skipped) count {in}
the number of tests {in} that (passed|failed|were skipped|succeeded)
!run the tests {in} and (tell me|say) how many (passed|failed|were skipped|are red|are green)
!run the tests {in} and count the (failures|passes|skips|passing ones|failing ones)
passed versus failed {in}?
!give me the (numbers|counts) of passed, failed and skipped tests {in}
what are the (passed and failed counts|test counts|counts of each outcome) {in}?
{np}: how many tests (pass|fail|are skipped)?
after running {np}, how many tests (pass|fail|are skipped)?
how many (specs|test cases|unit tests) (pass|fail|are red|are green) {in}?
"""),
    *wordings("tests_counts"),
)
_TOTAL: Final = (
    *f.framed(f.COUNT, "tests in total", "test"),
    *lines("""
how many tests (exist|are there|do we have|are collected|run|ran) {in}?
how many tests does {np} (have|contain|hold) (in all|altogether|in total|)?
the total number of tests {in}
size of the test suite {in}?
how (big|large) is the test suite {in}?
!add up all tests {in}, whatever their outcome
{np}: total number of tests?
"""),
    *wordings("tests_total"),
)
_DURATION_ASKED: Final = lines("""
how long (do|did|does it take to run) the tests {in} (take|run|)?
how long does the test suite {in} (take|run|need)?
how long (do|did) the tests {in} (take|run|need)?
how many seconds (do|did) the tests {in} (take|need)?
what is the (duration|run time|total time) of the tests {in}?
(duration|run time|total time) of the test run {in}
!(time|measure) the tests {in}
!run the tests {in} and tell me how long (they|it) took
how (slow|fast) (is the test suite|are the tests) {in}?
the tests {in}: how long do they take?
I want to know the (duration|run time) of the tests {in}
is the test suite {in} slow? (how many seconds|the duration)
how much time do the tests {in} (need|take|cost)?
""") + wordings("tests_duration")
_SLOWEST: Final = lines("""
which test {in} is the slowest?
which single test {in} is (the|) slowest?
what test {in} runs longest?
the longest running test {in}
what is the slowest test {in}?
the slowest test {in}
!(find|show|tell me|name) the slowest test {in}
which test {in} takes the (longest|most time)?
what test {in} (took|needs) the most time?
!find the test {in} with the longest duration
{np}: slowest test?
which test should I speed up first {in}?
the test with the (longest|highest) (run time|duration) {in}
who is the slowest among the tests {in}?
""") + wordings("tests_slowest")
_SLOWEST_N: Final = lines("""
what are the {n} slowest tests {in}?
!(show|list|print|give me) the {n} slowest tests {in}
the {n} slowest tests {in}
which {n} tests {in} take the (longest|most time)?
top {n} slowest tests {in}
!find the {n} tests {in} with the longest (run time|duration)
{np}: the {n} slowest tests
!sort the tests {in} by duration and show the (first|top) {n}
""") + wordings("tests_slowest_n")
_SLOWER: Final = lines("""
which tests {in} take (longer|more) than {n}?
which tests {in} are slower than {n}?
!(list|show|print) (the|all) tests {in} (slower than|that take longer than|over) {n}
how many tests {in} take (longer|more) than {n}?
(are there|do we have) tests {in} (slower than|over) {n}?
!find tests {in} with a duration (above|over|of more than) {n}
tests {in} that need more than {n}
!filter the tests {in} by duration: more than {n}
""") + wordings("tests_slower")
_AVERAGE: Final = lines("""
what is the (average|mean) (duration|run time) of the tests {in}?
(average|mean) test (duration|run time) {in}
how long does a test {in} take on average?
!(compute|show|print|calculate) the (average|mean) (duration|run time) of the tests {in}
on average, how (slow|long|fast) are the tests {in}?
{np}: average test duration?
""") + wordings("tests_average")
_WHY: Final = lines("""
why do the tests {in} fail?
why (are|do) the {failures} {in} (failing|fail|break)?
what are the (error messages|messages|reasons) of the {failures} {in}?
!(show|print|list|give me) the (messages|error messages|reasons) of the {failures} {in}
with which messages do the tests {in} fail?
!(print|show|list) (each|every) {failure} {in} with (its|the) (message|name and message|reason)
names and messages of the {failures} {in}
what do the {failures} {in} say?
for each {failure} {in}, (print|show|give me) its (name and message|message|reason)
I need the (assertion messages|failure messages|error messages) of the {failures} {in}
!explain the {failures} {in}: the message of each
{np}: why do tests fail?
what is the reason (for|of) the {failures} {in}?
what went wrong in the {failures} {in}?
""") + wordings("tests_why")
_RATE: Final = lines("""
what is the pass rate {in}?
pass rate {in}
what (share|percentage|part|fraction) of the tests {in} (pass|passes|passed)?
how many percent of the tests {in} pass?
what percentage (passes|of tests passes|of the tests passes) {in}?
!compute the (pass rate|success rate|percentage of passing tests) {in}
success rate of the tests {in}?
I need the (pass rate|success rate) {in} for a report
{np}: pass rate in percent
!divide passed by all tests {in}
""") + wordings("tests_rate")
_ONE_TEST: Final = lines("""
does {test} pass {in}?
did {test} (pass|fail|succeed) {in}?
what is the (outcome|result|status) of {test} {in}?
is {test} (green|red|failing|passing|skipped) {in}?
!run the tests {in} and tell me (if|whether) {test} (passes|passed|failed)
(outcome|result) of {test} {in}
how did {test} (do|go) {in}?
{np}: what happened to {test}?
!check the outcome of {test} {in}
""") + wordings("tests_one")


def _test_name(draw: Draw) -> Mapping[str, Value]:
    name = f"test_{function_name(draw).strip('_')}"
    return {"test": Value(quoted(draw, name), literal(name))}


_SPOKEN: Final = {
    "0.5": "half a second",
    "2": "two seconds",
    "3": "three seconds",
    "5": "five seconds",
    "10": "ten seconds",
}


def _seconds(draw: Draw) -> Mapping[str, Value]:
    number = draw.any(("0.1", "0.2", "0.5", "1.5", "2", "3", "5", "10", "30", str(draw.number(2, 90))))
    said = f"{number} {draw.any(('seconds', 'seconds', 's'))}"
    return {"n": Value(_SPOKEN[number] if number in _SPOKEN and draw.chance(0.4) else said, number)}


def _few(draw: Draw) -> Mapping[str, Value]:
    number = draw.number(2, 10)
    return {"n": Value(count_word(draw, number), str(number))}


def _pytest(
    name: str, templates: tuple[str, ...], body: str, extras: Extras | None = None, weight: float = 1.0
) -> Intent:
    make = (
        about_path("pytest_run", templates, body, test_target, extras)
        if extras
        else about_path("pytest_run", templates, body, test_target)
    )
    return intent(f"pytest_{name}", make, weight)


def _list_outcome(outcome: str) -> Intent:
    nouns = _OUTCOMES[outcome]
    body = selected("tests", f'x.outcome == "{outcome}"', "{x.name}")
    names = lines("""
!(list|show|print|give me) the names of the {things} {in}
what are the {things} {in} called?
names of the {things} {in}
the {things} {in} by name
""") + wordings("tests_names")
    forms = (*f.framed(names, nouns[0]), *(() if outcome == "failed" else f.framed(f.LIST, nouns[0], nouns[0])))
    return _pytest(f"list_{outcome}", forms, body, weight=0.8)


_TIME: Final = "{result.duration} seconds"
# two fields asked at once: the wordings and the fields that the code prints
_PAIRS: Final = {
    "time_and_skips": f"{_TIME}, {{result.skipped}} skipped",
    "failed_and_time": f"{{result.failed}} failed, {_TIME}",
    "passed_and_time": f"{{result.passed}} passed, {_TIME}",
    "failed_and_skipped": "{result.failed} failed, {result.skipped} skipped",
}
_TOTAL_CODE: Final = "total = result.passed + result.failed + result.errors + result.skipped"
INTENTS: Final = (
    _pytest("count", TEST_COUNT, 'print(f"{result.passed} passed, {result.failed} failed, '
        '{result.errors} errors, {result.skipped} skipped")', weight=3),
    _pytest("total", _TOTAL, f'{_TOTAL_CODE}\nprint(f"{{total}} tests")'),
    _pytest("duration", _DURATION_ASKED, 'print(f"{result.duration} seconds")', weight=1.5),
    _pytest("slowest", _SLOWEST,
        ranked("tests", "duration", "name", "1"), weight=1.2),
    _pytest("slowest_n", _SLOWEST_N,
        ranked("tests", "duration", "name", "$n"), _few),
    _pytest("slower", _SLOWER, selected("tests", "x.duration > $n", "{x.name}: {x.duration} s"), _seconds),
    _pytest("average", _AVERAGE, "times = [x.duration for x in result.tests]\n"
        'print(f"{sum(times) / len(times):.2f} seconds" if times else "no tests")', weight=0.7),
    _pytest("why", _WHY, selected("tests", 'x.outcome in ("failed", "error")', "{x.name}: {x.message}"), weight=1.2),
    _pytest("rate", _RATE,
        _TOTAL_CODE + '\nprint(f"{100 * result.passed / total:.0f} percent" if total else "no tests")', weight=0.8),
    _pytest("one", _ONE_TEST, selected("tests", "$test in x.name", "{x.name}: {x.outcome}"), _test_name),
    _pytest("more_than", f.framed(f.AT_LEAST, *_FAIL),
        'print("yes" if result.failed > $n else "no", result.failed)', limit, 0.8),
    _pytest("first", f.framed(f.FIRST, *_FAIL), 'hits = [x for x in result.tests if x.outcome in ("failed", "error")]\n'
        'for x in hits[:1]:\n    print(f"{x.name}: {x.message}")'),
    *(_pytest(name, wordings(f"tests_{name}"), f'print(f"{shown}")', weight=0.7) for name, shown in _PAIRS.items()),
    _pytest("name_and_outcome", wordings("tests_name_and_outcome"), each("tests", "{x.name}: {x.outcome}")),
    _pytest("name_and_time", wordings("tests_name_and_time"), each("tests", "{x.name}: {x.duration} s"), weight=0.7),
    _list_outcome("passed"), _list_outcome("failed"), _list_outcome("skipped"), _list_outcome("error"),
    intent("pytest_attributes", attributes("pytest_run", "tests", ("tests", "test"),
        (_NAME, _OUTCOME, _DURATION, MESSAGE), test_target), 1.2),
)  # fmt: skip
