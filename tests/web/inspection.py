"""The building inspector: what every page of the house must be, found on each page a test fetches.

Nobody writes tests of accessibility or of headers page by page; everybody gets them by fetching
pages through `tests.web.inspecting.InspectingClient`. (The idea is GOV.UK Notify's.)
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as PARSE_ERRORS

DIRECTIONS = {"ar": "rtl", "en": "ltr"}
ERROR_WORDS = ("خطأ: ", "Error: ")
SPOKEN = ("aria-label", "aria-labelledby", "title")
SILENT_TYPES = {"hidden", "submit", "button", "reset", "image"}
REFERRING = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list", "form")
# A template that went wrong leaves these in the reader's sight.
LEFTOVERS = re.compile(r"\{\{|\}\}|\{%|%\(\w+\)[sd]?|&(amp|lt|gt|quot|#\d+);")
EMPTY_WORDS = {"None", "Undefined", "undefined", "NaN", "null"}


class Page:
    """A parsed page: its elements, and each one's parent."""

    def __init__(self, html: str) -> None:
        builder = html5lib.getTreeBuilder("etree")
        parser = html5lib.HTMLParser(tree=builder, namespaceHTMLElements=False)
        self.root: Element = parser.parse(html)
        self.faults = [PARSE_ERRORS[code] % facts for _where, code, facts in parser.errors]
        self.parents = {child: parent for parent in self.root.iter() for child in parent}

    def all(self, *tags: str) -> list[Element]:
        """Every element of these kinds, in reading order."""
        return [element for element in self.root.iter() if element.tag in tags]

    def ids(self) -> Counter[str]:
        """How often each id occurs."""
        return Counter(
            element.attrib["id"] for element in self.root.iter() if "id" in element.attrib
        )

    def above(self, element: Element) -> Iterator[Element]:
        """The elements that an element stands in, from the nearest up."""
        while element in self.parents:
            element = self.parents[element]
            yield element


def text_of(element: Element) -> str:
    """What an element says, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def faults_of(html: str, headers: Mapping[str, str]) -> list[str]:
    """Everything wrong with a page and its headers; an empty list is a good page."""
    page = Page(html)
    checks = (_language, _headings, _ids, _forms, _names, _nothing_inline, _one_host, _words)
    found = list(page.faults)
    for check in checks:
        found.extend(check(page))
    found.extend(_headers(headers))
    return found


def _language(page: Page) -> Iterator[str]:
    language, direction = page.root.get("lang"), page.root.get("dir")
    if language not in DIRECTIONS or direction != DIRECTIONS[language]:
        yield f"<html lang={language} dir={direction}>"


def _headings(page: Page) -> Iterator[str]:
    headings = [text_of(element) for element in page.all("h1")]
    titles = [text_of(element) for element in page.all("title") if element.tag == "title"]
    if len(headings) != 1 or not headings[0]:
        yield f"one h1 with words is wanted, found {headings}"
        return
    title = titles[0] if titles else ""
    bare = next((title.removeprefix(word) for word in ERROR_WORDS if title.startswith(word)), title)
    if not bare.startswith(headings[0]):
        yield f"the title «{title}» does not begin with the h1 «{headings[0]}»"
    if len(page.all("main")) != 1:
        yield "one <main> is wanted"


def _ids(page: Page) -> Iterator[str]:
    ids = page.ids()
    yield from (f"id {name} occurs {count} times" for name, count in ids.items() if count > 1)
    for element in page.root.iter():
        for attribute in REFERRING:
            for name in element.get(attribute, "").split():
                if name not in ids:
                    yield f"{attribute}={name} of <{element.tag}> points nowhere"
        address = element.get("href", "")
        if address.startswith("#") and len(address) > 1 and address[1:] not in ids:
            yield f"the link {address} points nowhere"


def _forms(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        where = form.get("action", "here")
        method = form.get("method", "").lower()
        if method not in {"get", "post"}:
            yield f"the form to {where} names no method"
        tokens = [one for one in form.iter("input") if one.get("name") == "csrf_token"]
        if method == "post" and not any(token.get("value") for token in tokens):
            yield f"the form to {where} posts without a token"
        if method == "get" and tokens:
            yield f"the form to {where} puts its token into an address"
        if any(parent.tag == "form" for parent in page.above(form)):
            yield f"the form to {where} stands in another form"


def _names(page: Page) -> Iterator[str]:
    labelled = {label.get("for") for label in page.all("label") if text_of(label)}
    for field in page.all("input", "select", "textarea"):
        if field.get("type") in SILENT_TYPES:
            continue
        inside = any(parent.tag == "label" and text_of(parent) for parent in page.above(field))
        spoken = inside or any(field.get(word) for word in SPOKEN)
        if not spoken and field.get("id", "") not in labelled:
            yield f"the field {field.get('name')} has no label"
    for element in page.all("button", "a"):
        if not text_of(element) and not any(element.get(word) for word in SPOKEN):
            images = [image.get("alt") for image in element.iter("img")]
            if not any(images):
                yield f"a <{element.tag}> says nothing: {element.attrib}"
    yield from ("an <img> without alt" for image in page.all("img") if "alt" not in image.attrib)


def _nothing_inline(page: Page) -> Iterator[str]:
    for element in page.root.iter():
        for attribute in element.attrib:
            if attribute == "style" or attribute.startswith("on"):
                yield f"inline {attribute} on <{element.tag}>"
    for script in page.all("script"):
        if not script.get("src") and script.get("type") != "application/json":
            yield "an inline script"
    yield from ("an inline style sheet" for _sheet in page.all("style"))


def _one_host(page: Page) -> Iterator[str]:
    for element in page.root.iter():
        for attribute in ("src", "srcset", "href", "action", "formaction", "poster", "data"):
            address = urlsplit(element.get(attribute, ""))
            if address.netloc or address.scheme not in {"", "tel", "mailto"}:
                yield f"<{element.tag}> leads elsewhere: {element.get(attribute)}"


def _words(page: Page) -> Iterator[str]:
    body = next(iter(page.all("body")))
    parts = [
        part
        for element in body.iter()
        if element.tag not in {"script", "pre", "code"}
        for part in (element.text, *(child.tail for child in element))
        if part
    ]
    shown = " ".join(parts)
    yield from (f"«{part.strip()}» is shown" for part in parts if part.strip() in EMPTY_WORDS)
    found = LEFTOVERS.search(shown)
    if found:
        around = shown[max(0, found.start() - 40) : found.end() + 40]
        yield f"«{found.group()}» is shown: …{around}…"
    if re.search("[0-9]", shown) and re.search("[٠-٩۰-۹]", shown):
        yield "two kinds of digits on one page"


def _headers(headers: Mapping[str, str]) -> Iterator[str]:
    policy = headers.get("Content-Security-Policy", "")
    if "default-src" not in policy or "unsafe" in policy:
        yield f"content security policy: {policy!r}"
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Type": "text/html; charset=utf-8",
    }
    for name, value in wanted.items():
        if headers.get(name) != value:
            yield f"header {name} is {headers.get(name)!r}"
