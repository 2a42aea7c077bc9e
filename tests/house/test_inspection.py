"""The inspector itself: a good page passes, and each fault is seen."""

import pytest

from tests.web.inspection import faults_of

HEADERS = {
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Type": "text/html; charset=utf-8",
}
GOOD = """<!doctype html>
<html lang="ar" dir="rtl">
<head><meta charset="utf-8"><title>الأصناف - الصيدلية</title>
<link rel="stylesheet" href="/static/style.css"></head>
<body><a href="#main">إلى المحتوى</a><main id="main"><h1>الأصناف</h1>
<form method="post" action="/drugs"><input type="hidden" name="csrf_token" value="x">
<label for="name">الاسم</label><input id="name" name="name"><button>حفظ</button></form>
<svg viewBox="0 0 1 1"><title>رسم</title><path d="M0 0"/></svg>
<p>2026</p></main><script src="/static/page.js"></script></body></html>"""


def test_a_good_page_passes() -> None:
    assert faults_of(GOOD, HEADERS) == []


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ('dir="rtl"', 'dir="ltr"', "<html lang=ar dir=ltr>"),
        ("</h1>", "</h1><h1>ثان</h1>", "one h1 with words is wanted, found ['الأصناف', 'ثان']"),
        ("<title>الأصناف", "<title>خطأ", "does not begin with the h1"),
        ("<p>", '<p id="main">', "id main occurs 2 times"),
        ('href="#main"', 'href="#nowhere"', "the link #nowhere points nowhere"),
        ('for="name"', 'for="other"', "for=other of <label> points nowhere"),
        ('for="name"', "", "the field name has no label"),
        ('method="post" ', "", "the form to /drugs names no method"),
        ('value="x"', 'value=""', "the form to /drugs posts without a token"),
        ('method="post"', 'method="get"', "puts its token into an address"),
        ("حفظ", "", "a <button> says nothing"),
        ("<p>", '<p style="color:red">', "inline style on <p>"),
        ("<p>", '<p onclick="x()">', "inline onclick on <p>"),
        ('<script src="/static/page.js">', "<script>go()", "an inline script"),
        ("/static/page.js", "https://cdn.example/x.js", "<script> leads elsewhere"),
        ("<p>", '<img src="/x.png"><p>', "an <img> without alt"),
        ("2026", "%(year)s", "«%(year)s» is shown"),
        ("2026", "2026 ٢٠٢٦", "two kinds of digits on one page"),
        ("<p>2026</p>", "<p>2026</div>", "End tag (div) seen too early"),
        ("<!doctype html>", "", "DOCTYPE"),
    ],
)
def test_each_fault_is_seen(good: str, bad: str, fault: str) -> None:
    assert good in GOOD
    assert fault in "\n".join(faults_of(GOOD.replace(good, bad, 1), HEADERS))


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_missing_header_is_seen(name: str) -> None:
    headers = {key: value for key, value in HEADERS.items() if key != name}
    assert len(faults_of(GOOD, headers)) == 1
