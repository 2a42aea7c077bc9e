"""What every test of pages may ask for."""

from tests.web.fixtures import app, client, settings, visit_as

__all__ = ["app", "client", "settings", "visit_as"]
