"""The client through which tests visit pages: inspects each page, fills in forms as shown."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.inspection import Page, faults_of, text_of

SIGN_IN = "/login"


class InspectingClient(FlaskClient):
    """A browser without a window; every page it is answered with must be a good page."""

    inspects = True

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Fetch, and inspect what came if it is a page.

        Raises:
            AssertionError: The page has faults; all of them are named.
        """
        response = super().open(*args, **kwargs)
        shown = response.mimetype == "text/html" and response.status_code not in range(300, 400)
        if shown and self.inspects:
            faults = faults_of(response.get_data(as_text=True), dict(response.headers))
            address = f"{response.request.method} {response.request.full_path}"
            assert not faults, "\n".join([f"{response.status} {address}", *faults])
        return response

    def page(self, path: str, *, status: int = 200) -> Page:
        """Fetch a page that must answer with a status, and return it parsed."""
        response = self.get(path)
        assert response.status_code == status, f"{path}: {response.status}"
        return Page(response.get_data(as_text=True))

    def send(
        self, path: str, fields: Mapping[str, str | list[str]], *, action: str | None = None
    ) -> TestResponse:
        """Fetch a page, fill in its one form that posts, and send it as a browser would.

        Args:
            path: The page with the form.
            fields: What is typed, by the names of the fields; the rest stays as it was shown.
            action: The form's address, where a page has several.
        """
        page = self.page(path)
        forms = [
            form
            for form in page.all("form")
            if form.get("method", "").lower() == "post"
            and action in {None, form.get("action")}
            and _in_main(page, form)
        ]
        assert len(forms) == 1, f"{path}: {[form.get('action') for form in forms]}"
        shown = values_of(forms[0])
        unknown = set(fields) - _names_of(forms[0])
        assert not unknown, f"{path}: the form has no field {sorted(unknown)}"
        return self.post(forms[0].get("action") or path, data={**shown, **fields})

    def sign_in(self, username: str, password: str) -> TestResponse:
        """Sign in; the answer is a redirect when name and password are right."""
        return self.send(SIGN_IN, {"username": username, "password": password})


def values_of(form: Element) -> dict[str, str | list[str]]:
    """What a browser would send of a form that nobody touched, but for its buttons."""
    values: dict[str, list[str]] = {}
    for field in form.iter():
        name = field.get("name")
        if name and "disabled" not in field.attrib:
            values.setdefault(name, []).extend(_shown(field))
    return {name: list(shown) for name, shown in values.items() if shown}


def _names_of(form: Element) -> set[str]:
    return {field.attrib["name"] for field in form.iter() if "name" in field.attrib}


def _shown(field: Element) -> list[str]:
    match field.tag, field.get("type", "text"):
        case "input", "checkbox" | "radio":
            return [field.get("value", "on")] if "checked" in field.attrib else []
        case "input", "submit" | "button" | "image" | "reset" | "file":
            return []
        case "input", _:
            return [field.get("value", "")]
        case "textarea", _:
            return ["".join(field.itertext())]
        case "select", _:
            options = list(field.iter("option"))
            chosen = [option for option in options if "selected" in option.attrib]
            if not chosen and "multiple" not in field.attrib:
                chosen = options[:1]
            return [option.get("value", text_of(option)) for option in chosen]
    return []


def _in_main(page: Page, element: Element) -> bool:
    return any(parent.tag == "main" for parent in page.above(element))
