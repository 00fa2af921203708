"""Nobody who chose Russian reads English: what the service tells in prose has words of the page's own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bookfilm.settings import preset_names
from bookfilm.studio.sayings import SAYINGS
from tests.studio.browser import DROP, Seen, looking
from tests.studio.desk import carry_out, film_of
from tests.studio.serving import Served
from tests.studio.test_page import SOURCES, words

pytestmark = pytest.mark.timeout(900)
RUSSIAN = Path(__file__).parents[2] / "examples" / "one_shadow_for_two.txt"
ENGLISH = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.parentElement;
    if (!/[a-z]{3}/i.test(node.data) || at.closest('script, noscript')) continue;
    found.push([at.closest('[lang]').lang, node.data.trim().slice(0, 90)]);
  }
  for (const one of document.querySelectorAll('[aria-label], [alt], [title], [placeholder]')) {
    for (const name of ['aria-label', 'alt', 'title', 'placeholder']) {
      const said = one.getAttribute(name) || '';
      if (/[a-z]{3}/i.test(said)) found.push([one.closest('[lang]').lang, said.slice(0, 90)]);
    }
  }
  return found;
}"""
NAMES = re.compile(
    r"bookfilm|Wan \d\.\d|Qwen3?-\d*B?|HTML|EPUB|FB2|DOCX|PDF|DRM|TXT|Markdown|GPU|USD|English|Final Draft|bkf_"
    r"|[\w./-]+\.(?:mp4|json|jsonl|txt|toml|srt|vtt|html|fdx|fountain|flac|m4a)|--new-token|serve|preview|low|high|CPU"
)
"""What is called the same in every language."""


def sayings(language: str) -> dict[str, str]:
    path = SOURCES / "src" / "words" / f"sayings.{language}.json"
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def places(phrase: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", phrase))


def test_the_page_knows_all_that_the_service_tells() -> None:
    en, ru = sayings("en"), sayings("ru")
    assert en == SAYINGS, "dump SAYINGS of bookfilm/studio/sayings.py into sayings.en.json, and put it into Russian"
    assert [code for code, said in SAYINGS.items() if places(ru.get(code, "")) != places(said)] == []
    spoken = {name for said in SAYINGS.values() for name in places(said)}
    others = [name.partition(".") for name in ru if name not in SAYINGS]
    assert [place for place, _, value in others if place not in spoken or not value] == []


def test_each_preset_is_told_of_in_both() -> None:
    for language in ("en", "ru"):
        assert [name for name in preset_names() if f"preset.about.{name}" not in words(language)] == []


def english(seen: Seen) -> list[str]:
    """Return what is said in English on a page that is Russian."""
    found = seen.page.evaluate(ENGLISH)
    return [said for _, said in found if re.search("[A-Za-z]{3}", NAMES.sub("", said))]


def test_no_english_stands_on_russian_pages(studio: Served) -> None:
    text = RUSSIAN.read_text(encoding="utf8")[:6000]
    film = str(studio.filmed(text.encode())["id"])
    # While the film is made: what is said of one at rest nobody reads.
    with film_of(studio, film).log.open("a", encoding="utf8") as said:
        said.write("warning: shot c01-s01-h001: black: 30% of its frames, a slate stands in for it\n")
    carry_out(studio, film, failing=["c01-s01-h002"])
    fresh = str(studio.filmed(text.encode(), start=False)["id"])
    with looking(studio, "ru") as seen:
        page, told = seen.page, words("ru")
        page.goto(f"{studio.url}/")
        page.locator("input[name=token]").wait_for()
        assert english(seen) == []
        seen.sign_in(studio)
        page.locator(".slides").wait_for()
        assert english(seen) == []
        seen.go(studio, "new")
        page.locator(".drop").wait_for()
        page.evaluate(DROP, ["книга.txt", "%PDF-1.7 no book"])
        page.locator("input[type=radio]").first.check()
        page.get_by_role("button", name=told["new.go"]).click()
        page.get_by_role("alert").get_by_text("эту книгу нельзя").wait_for()
        assert english(seen) == []
        seen.go(studio, f"film/{fresh}/film")
        page.locator(".estimate dd").first.wait_for()
        assert english(seen) == []
        seen.go(studio, f"film/{film}/film")
        page.locator(".warnings summary").click()
        page.get_by_text("вместо него стоит табличка").first.wait_for()
        assert english(seen) == []
        for tab, part in {
            "board": ".shot",
            "cast": ".cast .card",
            "book": ".paragraphs li",
            "files": ".files a",
        }.items():
            seen.go(studio, f"film/{film}/{tab}")
            page.locator(part).first.wait_for()
            assert english(seen) == [], tab
        shots = studio.client.get(f"/v1/films/{film}/shots?limit=100").json()["items"]
        assert len({one["code"] for shot in shots for one in shot["reasons"]}) > 8
        for shot in shots:
            seen.go(studio, f"film/{film}/board")
            page.locator("dialog").wait_for(state="detached")
            seen.go(studio, f"film/{film}/board/{shot['id']}")
            page.locator("dialog .reason").wait_for()
            assert english(seen) == [], shot["reason"]
        assert seen.strangers == []


@pytest.mark.parametrize(
    ("spoken", "language"),
    [
        (["en", "ru"], "en"),
        (["ru-RU", "en"], "ru"),
        (["de", "ru", "en"], "ru"),
        (["fr"], "en"),
        (["de", "en-GB"], "en"),
    ],
)
def test_the_first_language_that_is_known_is_spoken(studio: Served, spoken: list[str], language: str) -> None:
    with looking(studio) as seen:
        told = f"Object.defineProperty(navigator, 'languages', {{get: () => {json.dumps(spoken)}}});"
        seen.page.add_init_script(told)
        seen.page.goto(f"{studio.url}/")
        seen.page.locator("input[name=token]").wait_for()
        assert seen.page.locator("html").get_attribute("lang") == language


def test_what_nobody_has_words_for_says_that_it_is_english(studio: Served, book: bytes) -> None:
    """A word of a preset of one's own, or of an engine: it is shown as it is, and read aloud in its language."""
    film = str(studio.filmed(book)["id"])
    carry_out(studio, film)
    with film_of(studio, film).log.open("a", encoding="utf8") as said:
        said.write("warning: shot c01-s01-h001: the engine is tired, a slate stands in for it\nwarning: a word\n")
    with looking(studio, "ru") as seen:
        seen.sign_in(studio)
        seen.page.locator(".slides").wait_for()
        seen.go(studio, f"film/{film}/film")
        seen.page.locator(".warnings summary").click()
        foreign = seen.page.locator(".warnings [lang=en]")
        foreign.nth(1).wait_for()
        assert foreign.all_inner_texts() == ["the engine is tired", "a word"]
        seen.is_clean()
