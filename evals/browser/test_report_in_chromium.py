from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from evals.browser.chromium import Page
from evals.browser.sample_runs import CODE, HOSTILE, Sample

pytestmark = pytest.mark.browser

ROWS = "#rows > li"
IDS = "return [...document.querySelectorAll('#rows .id')].map((one) => one.textContent)"
GROUND = "return getComputedStyle(document.body).backgroundColor"


@pytest.fixture
def report(page: Page, small: Sample) -> Iterator[Page]:
    """The small report; whatever a test does with it, nothing is asked of the network and the console stays silent."""
    page.open(small.file)
    yield page
    assert page.complaints() == []
    assert [url for url in page.requests() if not url.startswith(("file:", "data:"))] == []


def test_the_report_opens_from_disk(report: Page, small: Sample) -> None:
    assert report.driver.title == f"{report.text('h1')}: nano"
    assert report.text("#count") == f"{small.queries} of {small.queries} queries"
    assert report.count("#categories svg") == 4
    assert report.count("#charts svg[role=img]") == 2


def test_clicking_a_verdict_shows_these_queries_alone(report: Page, small: Sample) -> None:
    report.click("#verdicts button[value=miss]")

    assert report.text("#count") == f"{small.missed} of {small.queries} queries"
    assert report.run("return document.querySelector('#verdicts [aria-pressed=true]').value") == "miss"
    assert report.count(f"{ROWS} .chip.good:first-child") == 0


def test_a_search_looks_into_prompts_and_replies(report: Page) -> None:
    report.type("#search", "PART 17? type")

    assert report.run(IDS) == ["chains-00017", "chains-00117"]
    report.type("#search", " nowhere")
    assert report.count(ROWS) == 0
    assert report.text("#none") == "No query fits these filters."


def test_filters_work_together(report: Page) -> None:
    report.choose("#category", "chains")
    report.choose("#label", "invented_field")
    found = [name.partition("-")[0] for name in report.run(IDS)]

    assert set(found) == {"chains"}
    assert 0 < len(found) < 40


def test_a_category_of_the_table_leads_to_its_queries(report: Page) -> None:
    report.click("button[data-category=words]")
    found = [name.partition("-")[0] for name in report.run(IDS)]

    assert set(found) == {"words"}
    assert report.run("return document.querySelector('#category').value") == "words"


def test_the_slowest_queries_come_first_when_asked(report: Page) -> None:
    report.choose("#order", "slow")
    times = report.run("return [...document.querySelectorAll('#rows .time')].map((one) => parseFloat(one.textContent))")

    assert times == sorted(times, reverse=True)


def test_a_query_opens_and_closes(report: Page) -> None:
    report.type("#search", "chains-00002")
    report.click(".row")
    opened = report.text(".detail")

    assert "How many type errors has part 2?" in opened
    assert "typecheck(path='src')" in opened
    assert "typecheck.error_count" in opened
    assert "✓" in report.text(".layers")
    assert report.run("return document.querySelectorAll('.turn .full')[1].textContent") == "Turn 2 of 2"
    assert report.count(".detail .k-keyword") > 0
    report.click(".row")
    assert report.count(".detail") == 0


def test_coloured_code_is_the_code(report: Page) -> None:
    report.type("#search", "chains-00002")
    report.click(".row")
    shown = report.run("return document.querySelector('.detail .code').textContent")

    assert shown == CODE


def test_a_hostile_reply_is_text(report: Page) -> None:
    report.type("#search", "onerror")
    report.click(".row")
    replies = report.run("return [...document.querySelectorAll('.detail pre')].map((one) => one.textContent)")

    assert HOSTILE in replies
    assert report.run("return window.broken === undefined")
    assert report.count("img") == 0
    assert report.count("script") == 2


def test_a_lost_query_shows_what_changed_in_the_reply(report: Page) -> None:
    report.choose("#change", "lost")
    report.click(".row")

    assert report.text(".row .label").startswith("▼ lost")
    assert "- " in report.text(".diff .then")
    assert "+ " in report.text(".diff .now")


def test_a_link_opens_its_query(page: Page, small: Sample) -> None:
    page.open(small.file, "#q=chains-00114")

    assert page.text(".open .id") == "chains-00114"
    assert page.run("return document.querySelector('.open').getBoundingClientRect().top < innerHeight")


def test_the_table_of_changes_leads_to_its_queries(report: Page) -> None:
    report.run("for (const part of document.querySelectorAll('#tables details')) part.open = true")
    name = report.text("#tables td > a")
    report.click("#tables td > a")
    report.driver.execute_async_script("setTimeout(arguments[0], 100)")

    assert report.text(".open .id") == name


def test_a_link_followed_later_finds_a_query_that_filters_hide(report: Page, small: Sample) -> None:
    report.type("#search", "words")
    report.open(small.file, "#q=chains-00114")
    report.driver.execute_async_script("setTimeout(arguments[0], 100)")

    assert report.text(".open .id") == "chains-00114"
    assert report.run("return document.querySelector('#search').value") == ""


def test_the_keyboard_reaches_everything(report: Page) -> None:
    report.type("body", "/")
    assert report.run("return document.activeElement.id") == "search"

    report.type("#search", "words")
    report.type("#search", "\ue00c")
    report.run("document.querySelector('.row').focus()")
    report.type(".row", "\ue015")
    assert report.run("return document.activeElement === document.querySelectorAll('.row')[1]")
    report.driver.switch_to.active_element.send_keys("\ue007")

    assert report.run("return document.querySelectorAll('.row')[1].ariaExpanded") == "true"
    assert report.run("return document.querySelector('#search').value") == ""


def test_the_switch_turns_light_and_dark_and_is_remembered(report: Page, small: Sample) -> None:
    light = report.run(GROUND)
    report.click("#theme")
    dark = report.run(GROUND)

    assert light != dark
    assert report.text("#theme") == "☀ Light"
    report.open(small.file)
    assert report.run(GROUND) == dark
    report.click("#theme")
    assert report.run(GROUND) == light


def test_the_system_decides_until_the_switch_is_used(report: Page) -> None:
    light = report.run(GROUND)
    report.emulate("dark")

    assert report.run(GROUND) != light
    assert report.text("#theme") == "☀ Light"


@pytest.mark.parametrize("width", [500, 800, 1280])
def test_nothing_is_wider_than_the_window(report: Page, width: int) -> None:
    report.driver.set_window_size(width, 1000)
    report.type("#search", "chains")
    report.click(".row")
    wide = report.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    report.driver.set_window_size(1280, 1000)

    assert wide <= 0


def test_only_what_is_near_is_rendered_of_ten_thousand_queries(page: Page, large: Sample) -> None:
    page.open(large.file)
    rendered = page.count(ROWS)
    page.run("document.querySelector('#more').scrollIntoView()")
    page.driver.execute_async_script("setTimeout(arguments[0], 500)")

    assert page.text("#count") == "10000 of 10000 queries"
    assert rendered <= 160
    assert rendered < page.count(ROWS) < 1000


def test_how_long_ten_thousand_queries_take(page: Page, large: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    page.open(large.file)
    painted = page.run("return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1")
    ready = page.run("return performance.timing.domContentLoadedEventEnd - performance.timing.navigationStart")
    click = "const from = performance.now(); document.querySelector('#verdicts [value=miss]').click();"
    filtered = page.run(f"{click} return performance.now() - from")
    search = "const from = performance.now(); const box = document.querySelector('#search'); box.value = arguments[0];"
    fire = "box.dispatchEvent(new Event('input')); return performance.now() - from"
    first, again = (page.run(search + fire, text) for text in ("part 77", "part 771"))
    said = (
        f"\n10,000 queries, {large.file.stat().st_size / 1e6:.1f} MB: first paint {painted:.0f} ms, "
        f"ready {ready:.0f} ms, filter {filtered:.0f} ms, first search {first:.0f} ms, next search {again:.0f} ms\n"
    )
    with capsys.disabled():
        sys.stdout.write(said)

    assert page.complaints() == []
    assert page.count(ROWS) > 0
