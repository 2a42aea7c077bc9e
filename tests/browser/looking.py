"""Looking at a page as an inspector does: everything that is wrong with it, in sentences."""

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from tests.browser.conftest import COUNTER

# The counter's screen, the same at 200 % and at 400 %, and a telephone.
SIZES = ((1366, 768), (683, 320), (320, 256), (360, 740))
MAGNIFIED = ((683, 320), (320, 256))
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
MIXED_FIGURES = """() => {
  const typed = [...document.querySelectorAll('input:not([type=hidden]), textarea')]
    .flatMap(field => [field.value, field.placeholder]);
  const text = [document.title, document.body.innerText, ...typed].join(' ');
  return /[0-9]/.test(text) && /[٠-٩۰-۹]/.test(text);
}"""
# «2026-000269» after an Arabic word is read 000269-2026 unless it stands in a direction of its own.
TURNED_AROUND = """() => {
  if (document.dir !== 'rtl') return [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const text = texts.currentNode.textContent.trim();
    if (/(^|[^\\w\\u200e-])\\d+[*-]\\d/.test(text) && /[\u0600-\u06ff]/.test(text)
      && !element.closest('[dir=ltr], option, script')) found.push(text.slice(0, 60));
  }
  return found;
}"""
WIDER_THAN_THE_WINDOW = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return null;
  const out = [...document.querySelectorAll('main *, header *, section *')].filter(element => {
    const box = element.getBoundingClientRect();
    const over = box.right > page.clientWidth + 1 || box.left < -1;
    return over && !element.closest('.tbl, nav, .vh, svg');
  });
  const names = out.slice(0, 3).map(element => `${element.tagName}.${element.className}`);
  return `${page.scrollWidth - page.clientWidth} px: ${names}`;
}"""
CUT_OFF = """() => [...document.querySelectorAll('.btn, .tag, h1, h2, dt, dd, label, .option')]
  .filter(element => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1
    && getComputedStyle(element).display !== 'inline' && !element.closest('.vh, .tbl'))
  .map(element => element.textContent.trim().slice(0, 40))"""
SMALL_TARGETS = """() => {
  const targets = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  return [...document.querySelectorAll(targets)].filter(element => {
    // A box or a dot is pressed by its label too.
    const target = element.closest('label') ?? element;
    const box = target.getBoundingClientRect();
    const hidden = !element.checkVisibility() || element.closest('.skip, .vh');
    return !hidden && (box.width < 23.9 || box.height < 23.9);
  }).map(element => {
    const box = element.getBoundingClientRect();
    const size = `${Math.round(box.width)}x${Math.round(box.height)}`;
    return `${element.tagName} ${element.textContent.trim().slice(0, 30)} ${size}`;
  });
}"""
# On a magnified page what sticks hides the half of it; a table's head does so in its own frame.
STICKS = """() => [...document.querySelectorAll('body *')].filter(element =>
    /fixed|sticky/.test(getComputedStyle(element).position) && !element.closest('.tbl'))
  .map(element => `${element.tagName}.${element.className}`)"""
NAV_CUT = """() => {
  const nav = document.querySelector('.top nav');
  return nav !== null && nav.scrollWidth > nav.clientWidth;
}"""
# The measures of WCAG 2.2, 1.4.12.
SPACED = """on => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = on ? [sheet] : [];
}"""
# Text that sticks out of a box which neither grows nor scrolls.
CLIPPED = """() => [...document.querySelectorAll('body *')].filter(element => {
  const style = getComputedStyle(element);
  const hides = /hidden|clip/.test(style.overflowX + style.overflowY);
  return hides && element.innerText?.trim() && !element.closest('.vh, .skip, svg')
    && (element.scrollHeight > element.clientHeight + 1
        || element.scrollWidth > element.clientWidth + 1);
}).map(element => `${element.tagName}.${element.className}: ${element.innerText.slice(0, 30)}`)"""
# The rows of a list are alike; each costs time.
KEEP_FEW_ROWS = """() => {
  for (const body of document.querySelectorAll('tbody'))
    for (const row of [...body.rows].slice(4)) row.remove();
}"""
WATCH_THE_FOCUS = """() => {
  const stops = `a[href], button, input:not([type=hidden]), select, textarea, summary,
                 [tabindex="0"]`;
  // One stop for a group of radio buttons, whichever of them it is.
  const one = element => element.type === 'radio'
    ? element.form.querySelector(`[name="${element.name}"]`) : element;
  const all = [...new Set([...document.querySelectorAll(stops)]
    .filter(element => element.checkVisibility() && !element.disabled).map(one))];
  const name = element => `${all.indexOf(one(element))} ${element.tagName} `
    + (element.name || element.textContent.trim().slice(0, 30));
  // Read from the start of a line to its end, and down: of two stops in a row the second stands
  // further on in the same line, or not above the first, unless they are in panes side by side.
  const pane = (element, other) => {
    while (!element.parentElement.contains(other)) element = element.parentElement;
    return element.getBoundingClientRect();
  };
  const rtl = document.dir === 'rtl', turned = [];
  all.filter(element => !element.closest('.skip, .vh')).forEach((element, i, those) => {
    if (!i) return;
    const a = those[i - 1].getBoundingClientRect(), b = element.getBoundingClientRect();
    const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    const sameLine = shared > Math.min(a.height, b.height) / 2;
    const back = rtl ? b.right > a.right + 1 && b.left > a.left + 1
      : b.left < a.left - 1 && b.right < a.right - 1;
    const above = !those[i - 1].contains(element) && b.bottom <= a.top + 1
      && pane(element, those[i - 1]).bottom <= pane(those[i - 1], element).top + 1;
    if (sameLine && back || above)
      turned.push(`${name(those[i - 1])} -> ${name(element)}`);
  });
  window.walk = {all: all.map(name), turned, stopped: [], unseen: []};
  document.addEventListener('focusin', event => {
    const element = event.target;
    window.walk.stopped.push(name(element));
    const style = getComputedStyle(element);
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const box = element.getBoundingClientRect();
    const bar = document.querySelector('.paybar');
    const under = bar && !bar.contains(element) && getComputedStyle(bar).position === 'sticky'
      && box.top >= bar.getBoundingClientRect().top;
    if (!ring || under) window.walk.unseen.push(name(element));
  });
}"""
HOLD_CLICKS = """() => {
  window.clicked = null;
  document.addEventListener('click', event => {
    event.preventDefault();
    window.clicked = event.target;
  }, true);
}"""
KEYS = "() => [...document.querySelectorAll('[data-key]')].map(one => one.dataset.key)"
ANSWERS = """key => {
  const target = document.querySelector(`[data-key="${key}"]`);
  if (target.getAttribute('aria-disabled') === 'true') return true;
  return target.contains(window.clicked) || document.activeElement === target;
}"""


def watch(context: BrowserContext, host: str, faults: list[str]) -> Page:
    """Open a window whose console and requests are written down."""
    page = context.new_page()

    def console(message: ConsoleMessage) -> None:
        # A form sent back with its mistakes is an answer, not a fault.
        if message.type == "error" and "422" not in message.text:
            faults.append(f"{page.url}: console: {message.text}")

    def request(asked: Request) -> None:
        address = urlsplit(asked.url)
        if address.scheme.startswith("http") and address.netloc != urlsplit(host).netloc:
            faults.append(f"{page.url}: asked another host: {asked.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: script: {error}"))
    page.on("request", request)
    return page


def look(page: Page) -> list[str]:
    """Look at the page at hand in each size of window; return what is wrong with it."""
    faults = []
    if page.evaluate(MIXED_FIGURES):
        faults.append("mixes two kinds of figures")
    faults.extend(f"turned around: {text}" for text in page.evaluate(TURNED_AROUND))
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        wider = page.evaluate(WIDER_THAN_THE_WINDOW)
        if wider:
            faults.append(f"scrolls sideways at {width}: {wider}")
        faults.extend(f"cut at {width}: {text}" for text in page.evaluate(CUT_OFF))
        if (width, height) in MAGNIFIED:
            faults.extend(f"sticks at {width}: {one}" for one in page.evaluate(STICKS))
        else:
            small = page.evaluate(SMALL_TARGETS)
            faults.extend(f"small target at {width}: {target}" for target in small)
    page.set_viewport_size(COUNTER)
    if page.evaluate(NAV_CUT):
        faults.append("the sections are cut")
    faults.extend(set_apart(page))
    page.evaluate(KEEP_FEW_ROWS)
    faults.extend(
        f"{fault['id']} {[node['target'] for node in fault['nodes']][:3]}"
        for fault in Axe().run(page, options=RULES).response["violations"]
    )
    return faults


def set_apart(page: Page) -> list[str]:
    """Set the text wider apart, as a reader may; return what is cut by it."""
    page.evaluate(SPACED, True)  # noqa: FBT003 - a script's argument
    cut = [*page.evaluate(CLIPPED), *page.evaluate(CUT_OFF)]
    wider = page.evaluate(WIDER_THAN_THE_WINDOW)
    page.evaluate(SPACED, False)  # noqa: FBT003 - a script's argument
    return [f"cut when set apart: {one}" for one in [*cut, *([wider] if wider else [])]]


def walk(page: Page) -> list[str]:
    """Press Tab once around the page; return what is wrong with the order or the ring."""
    page.evaluate(WATCH_THE_FOCUS)
    wanted = page.evaluate("window.walk.all")
    # Some more than once around: the window takes stops itself, and a page may set its own focus
    # after the first press. What comes twice is counted once.
    for _ in range(len(wanted) + 10):
        page.keyboard.press("Tab")
    found = page.evaluate("window.walk")
    stopped = found["stopped"]
    faults = [f"no ring around {one}" for one in dict.fromkeys(found["unseen"])]
    faults.extend(f"not in reading order: {one}" for one in found["turned"])
    if page.evaluate("document.querySelector('a[href]').className") != "skip":
        faults.append("the skip link is not the first")
    start = stopped.index(wanted[0]) if wanted[0] in stopped else 0
    around = list(dict.fromkeys([*stopped[start:], *stopped[:start]]))
    if around != wanted:
        missed = [one for one in wanted if one not in around]
        faults.append(f"Tab misses {missed}, of {len(wanted)}: {around[:6]}")
    return faults


def press_every_key(page: Page) -> list[str]:
    """Press each key that a button shows; return those to which nothing answered."""
    page.evaluate(HOLD_CLICKS)
    silent = []
    for key in page.evaluate(KEYS):
        page.evaluate("() => { window.clicked = null; document.activeElement?.blur() }")
        page.keyboard.press(key)
        if not page.evaluate(ANSWERS, key):
            silent.append(f"nothing answers {key}")
    return silent
