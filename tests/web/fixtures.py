"""The application on this test's own database, and a client that inspects each page."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from flask import Flask

from pharmacy.app import create_app
from pharmacy.config import HashCost, Settings
from pharmacy.db import Database
from pharmacy.models.place import Site
from pharmacy.rules.vocabulary import Role, SiteKind
from tests.builders import add_chart
from tests.web.inspecting import InspectingClient
from tests.web.people import PASSWORD, staff_member


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Settings of a test: cheap passwords, everything else as it is delivered."""
    return Settings(
        instance=tmp_path,
        database_url=database.url,
        seal_key=b"the seal key of every test, 32 b",
        secret_key=b"the key of every test's cookies.",
        hash_cost=HashCost(passes=1, memory=8, lanes=1),
    )


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    """The application."""
    app = create_app(settings, database)
    app.test_client_class = InspectingClient
    return app


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """A visitor who is not signed in."""
    return cast("InspectingClient", app.test_client())


@pytest.fixture
def visit_as(app: Flask, database: Database) -> Callable[[Role], InspectingClient]:
    """Sign somebody in who has a role, at the counter; each call is another browser."""
    add_chart(database)
    with database.transaction() as session:
        counter = Site(code="C1", kind=SiteKind.COUNTER, name_ar="صيدلية", name_en="Counter")
        session.add(counter)
        session.flush()
        site_id = counter.id

    def visit(role: Role) -> InspectingClient:
        staff_member(database, role, site_id=site_id)
        client = cast("InspectingClient", app.test_client())
        assert client.sign_in(role.value, PASSWORD).status_code == 303
        return client

    return visit
