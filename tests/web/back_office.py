"""Visitors of the back office, and what they see in tables and beside fields."""

from collections.abc import Callable
from typing import cast
from xml.etree.ElementTree import Element

from flask import Flask

from pharmacy.rules.vocabulary import Role
from tests.builders import Pharmacy
from tests.web.inspecting import InspectingClient
from tests.web.inspection import Page, text_of
from tests.web.people import PASSWORD, staff_member

Visit = Callable[..., InspectingClient]
AT_A_SITE = frozenset({Role.PHARMACIST, Role.STORE_KEEPER})


def visiting(app: Flask, pharmacy: Pharmacy) -> Visit:
    """Return what signs a role in, in a language; those who handle stock work at the site."""

    def visit(role: Role, *, language: str = "en") -> InspectingClient:
        site_id = pharmacy.site_id if role in AT_A_SITE else None
        staff_member(pharmacy.database, role, site_id=site_id, language=language)
        client = cast("InspectingClient", app.test_client())
        assert client.sign_in(role.value, PASSWORD).status_code == 303
        return client

    return visit


def table_rows(page: Page, caption: str) -> list[list[str]]:
    """Return the cells of the table with a caption, row by row, head and foot left out."""
    for table in page.all("table"):
        captions = [text_of(part) for part in table.iter("caption")]
        if captions == [caption]:
            bodies = [row for body in table.iter("tbody") for row in body.iter("tr")]
            return [[text_of(cell) for cell in row if cell.tag in {"td", "th"}] for row in bodies]
    raise AssertionError(f"no table {caption}")


def foot_of(page: Page) -> list[str]:
    """Return the cells of the first table's foot."""
    foot = page.all("tfoot")[0]
    return [text_of(cell) for cell in foot.iter() if cell.tag in {"td", "th"}]


def field_of(page: Page, name: str) -> Element:
    """Return the field of a name."""
    [found] = [one for one in page.all("input", "select", "textarea") if one.get("name") == name]
    return found


def error_beside(page: Page, name: str) -> str:
    """Return what stands as an error beside the field of a name; "" for nothing."""
    field = field_of(page, name)
    for ident in field.get("aria-describedby", "").split():
        if ident.endswith("-error"):
            [note] = [one for one in page.all("p") if one.get("id") == ident]
            return text_of(note).removeprefix("Error: ")
    return ""


def links_of(page: Page) -> dict[str, str]:
    """Return the addresses of the links in the page's main part, by their words."""
    return {
        text_of(link): link.get("href", "")
        for link in page.all("a")
        if any(parent.tag == "main" for parent in page.above(link))
    }
