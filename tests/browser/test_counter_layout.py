"""How the counter stands on each screen: size, zoom, spacing, contrast, focus, weight."""

import gzip
import io
import re

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.conftest import COUNTER
from tests.browser.looking import CUT_OFF, SMALL_TARGETS, WIDER_THAN_THE_WINDOW, set_apart
from tests.browser.till import Till, gtin, sign_in, stranger

pytestmark = pytest.mark.parametrize("engine_name", ["embedded"], indirect=True)
KB = 1024
PAGE_FITS = """() => {
  const page = document.documentElement, bar = document.getElementById('bar');
  const box = bar.getBoundingClientRect();
  return {
    down: page.scrollHeight - page.clientHeight, sideways: page.scrollWidth - page.clientWidth,
    bar: box.top >= 0 && box.bottom <= innerHeight + 1,
  };
}"""
FITS = {"down": 0, "sideways": 0, "bar": True}
CAME_OVER_THE_LINE = """() => ['navigation', 'resource']
  .flatMap(kind => performance.getEntriesByType(kind))
  .map(one => [one.name, one.transferSize])"""
WITHOUT_RING = """on => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { outline-color: transparent !important; box-shadow: none !important; '
    + 'transition: none !important; caret-color: transparent !important }');
  document.adoptedStyleSheets = on ? [sheet] : [];
}"""
NO_CARET = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { caret-color: transparent !important; transition: none !important }');
  document.adoptedStyleSheets = [sheet];
}"""
FOCUSED = """() => {
  const element = document.activeElement, box = element.getBoundingClientRect();
  const shown = [...element.getClientRects()][0] ?? box;
  const x = shown.left + shown.width / 2, y = shown.top + shown.height / 2;
  const top = document.elementFromPoint(x, y);
  const name = element.id || element.className || element.tagName;
  return {x: box.left, y: box.top, width: box.width, height: box.height, name: String(name),
    body: element === document.body,
    covered: !(top && (element.contains(top) || top.contains(element)))};
}"""
SECTIONS = """() => {
  const where = element => element.closest('.skip') ? 'skip' : element.closest('.top') ? 'top'
    : element.closest('.scanbar') ? 'scan'
    : (element.closest('#lane, #person, #lines, #bar') ?? {id: element.id || '?'}).id;
  const stops = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  return [...document.querySelectorAll(stops)].filter(one => one.checkVisibility()).map(where)
    .filter((name, i, all) => name !== all[i - 1]);
}"""
READING_ORDER = """() => {
  const start = document.dir === 'rtl' ? -1 : 1;
  const boxes = ['scan-form', 'lane', 'person', 'lines', 'bar']
    .map(id => document.getElementById(id).getBoundingClientRect());
  return boxes.every((box, i) => {
    if (!i) return true;
    const before = boxes[i - 1];
    return box.top >= before.bottom - 1 || (box.left - before.left) * start > 0
      || (box.right - before.right) * start > 0;
  });
}"""
BORDERS = """() => [...document.querySelectorAll('#lane, .btn, .tag, .scanbar, .card')]
  .filter(element => element.checkVisibility()).filter(element => {
    const style = getComputedStyle(element);
    return style.borderBlockStartStyle === 'none' || parseFloat(style.borderBlockStartWidth) < 1;
  }).map(element => element.className)"""
MOVING = """() => [...document.querySelectorAll('*')].filter(element => {
  const style = getComputedStyle(element);
  return [style.animationDuration, style.transitionDuration]
    .some(all => all.split(',').some(one => parseFloat(one) > .01));
}).map(element => `${element.tagName}.${element.className}`)"""


def full(till: Till) -> None:
    """A counter with all there is to see: lines, a notice, a message that stops."""
    till.arrives()
    till.scan(gtin(77)[1:])
    till.says(gtin(77)[1:], "stop")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_counter_needs_no_scrolling_on_the_screens_it_is_made_for(
    till: Till, language: str
) -> None:
    till.page.goto(f"/counter?lang={language}")
    sizes = ((1366, 768), (1366, 640), (1280, 600))

    def see(state: str) -> None:
        for width, height in sizes:
            till.page.set_viewport_size({"width": width, "height": height})
            assert till.page.evaluate(PAGE_FITS) == FITS, (state, width, height)

    see("idle")
    full(till)
    see("full")
    till.press("F9")
    till.dispensed()
    see("dispensed")


def test_zoomed_in_or_on_a_telephone_it_scrolls_one_way_and_nothing_covers_it(till: Till) -> None:
    page = till.page
    full(till)
    for width, height in ((683, 320), (320, 256), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(WIDER_THAN_THE_WINDOW) is None, width
        assert page.evaluate(CUT_OFF) == [], width
        position = page.evaluate("getComputedStyle(document.getElementById('bar')).position")
        if height < 400:
            assert position == "static", width
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate(SMALL_TARGETS) == []
    page.locator("#go").scroll_into_view_if_needed()
    page.locator("#go").click()
    till.dispensed()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_text_set_wider_apart_is_not_cut(till: Till, language: str) -> None:
    page = till.page
    page.goto(f"/counter?lang={language}")
    full(till)
    assert set_apart(page) == []


def test_every_stop_of_tab_can_be_seen_and_lies_under_nothing(till: Till) -> None:
    page = till.page
    full(till)
    unseen, covered, seen = [], [], set()
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        key = (stop["name"], round(stop["x"]), round(stop["y"]))
        if key in seen:
            break
        if stop["body"]:  # the window takes a stop itself
            continue
        seen.add(key)
        clip = {
            "x": max(stop["x"] - 6, 0),
            "y": max(stop["y"] - 6, 0),
            "width": stop["width"] + 12,
            "height": stop["height"] + 12,
        }
        shots = []
        for script in (NO_CARET, WITHOUT_RING):
            page.evaluate(script, True)  # noqa: FBT003 - a script's argument
            shot = page.screenshot(clip=clip)  # type: ignore[arg-type]  # four floats
            shots.append(Image.open(io.BytesIO(shot)).convert("RGB"))
        if ImageChops.difference(*shots).getbbox() is None:
            unseen.append(stop["name"])
        if stop["covered"]:
            covered.append(stop["name"])
    assert len(seen) > 15
    assert unseen == []
    assert covered == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_tab_follows_the_page_as_it_is_read(till: Till, language: str) -> None:
    till.page.goto(f"/counter?lang={language}")
    full(till)
    assert till.page.evaluate(SECTIONS) == ["skip", "top", "scan", "lane", "person", "lines", "bar"]
    assert till.page.evaluate(READING_ORDER)


def test_what_is_fetched_weighs_little_and_comes_from_here(till: Till) -> None:
    page = till.page
    bodies: dict[str, bytes] = {}

    def keep(answer: Response) -> None:
        if answer.status < 300:
            packed = answer.headers.get("content-encoding") == "gzip"
            assert packed or not re.search(r"\.(css|js)\b", answer.url), answer.url
            bodies[answer.url.partition("?")[0]] = answer.body()

    till.arrives()
    page.on("response", keep)
    page.reload()
    till.rows(3)
    page.wait_for_load_state("load")
    weights = {url: len(gzip.compress(body, 6)) for url, body in bodies.items()}
    by_kind = {
        kind: sum(weight for url, weight in weights.items() if re.search(kind, url))
        for kind in (r"/counter", r"\.css", r"\.js")
    }
    assert by_kind[r"/counter"] <= 25 * KB, by_kind
    assert 0 < by_kind[r"\.css"] <= 12 * KB, by_kind
    assert 0 < by_kind[r"\.js"] <= 20 * KB, by_kind
    assert sum(weights.values()) <= 130 * KB, weights
    # The next view: only its page comes over the line, the rest is kept.
    page.goto("/counter")
    till.shows("idle")
    page.wait_for_load_state("load")
    came = page.evaluate(CAME_OVER_THE_LINE)
    assert [name for name, size in came if size] == [page.url]
    assert sum(size for _, size in came) <= 25 * KB, came


def test_nothing_moves_while_the_page_comes(till: Till) -> None:
    """Checks layout shift, which does not depend on the machine; times are in `keys.py`."""
    page = till.page
    page.add_init_script(
        """window.shifted = 0; new PerformanceObserver(list => {
             for (const one of list.getEntries()) if (!one.hadRecentInput) shifted += one.value;
           }).observe({type: 'layout-shift', buffered: true});"""
    )
    till.arrives()
    page.reload()
    till.rows(3)
    till.scan(till.medicines[0].pack("M1"))
    page.wait_for_function("() => document.querySelector('#lines .tag.ok')")
    till.press("F9")
    till.dispensed()
    assert page.evaluate("shifted") <= 0.02


def test_it_can_be_read_in_forced_colours_and_stands_still_when_asked(
    chromium: Browser, till: Till
) -> None:
    context = chromium.new_context(
        base_url=till.page.url.partition("/counter")[0],
        locale="ar-EG",
        viewport=COUNTER,
        forced_colors="active",
        reduced_motion="reduce",
    )
    page = context.new_page()
    sign_in(page)
    quiet = Till(page, till.database, till.day, till.medicines)
    full(quiet)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert page.evaluate(BORDERS) == []
    selected = page.locator("#lines tr[aria-selected=true]").first
    assert selected.evaluate("row => getComputedStyle(row).outlineStyle") != "none"
    assert page.evaluate(MOVING) == []
    colours = {tuple(map(int, colour)) for colour in dominant(page)}
    assert len(colours) >= 2
    context.close()


def dominant(page: Page) -> list[tuple[int, ...]]:
    """The colours that cover most of a picture of the page."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    counted = picture.getcolors(picture.width * picture.height) or []
    return [colour for _, colour in sorted(counted, reverse=True)[:4] if isinstance(colour, tuple)]


def test_escape_closes_what_is_open_and_gives_the_focus_back(till: Till) -> None:
    page = till.page
    till.arrives(stranger(till.database, till.day))
    till.write("مي")
    expect(page.locator("#pop")).to_be_visible()
    expect(page.locator("#scan")).to_have_attribute("aria-expanded", "true")
    till.press("Escape")
    expect(page.locator("#pop")).to_be_hidden()
    expect(page.locator("#scan")).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#scan")).to_be_focused()
