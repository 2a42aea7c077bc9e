"""Lowest versions we may run with, and why; last reviewed November 2026.

Several are not asked for by us but by what we ask for, so `pyproject.toml` alone cannot hold them.
"""

FLOORS = {
    "flask": ("3.1.3", "CVE-2026-27205: Vary: Cookie left out; CVE-2025-47278: wrong fallback key"),
    "werkzeug": ("3.1.9", "multipart parsing that could be exhausted; tried together with Flask"),
    "jinja2": ("3.1.6", "CVE-2025-27516: escape from the sandbox"),
    "reportlab": ("5.1.0", "CVE-2023-33733, and fetches nothing from other hosts by default"),
    "waitress": ("3.0.1", "CVE-2024-49768 and -49769: request smuggling, busy sockets"),
    "pillow": ("13.0.0", "decodes files of strangers: stay with the current line"),
    "sqlalchemy": ("2.1.9", "the line whose BEGIN and typing we rely on"),
    "psycopg": ("3.3.9", "the driver the suite is run with"),
    "wtforms": ("3.3.2", "Arabic messages; tried together"),
    "flask-wtf": ("1.3.0", "tried together with WTForms 3.3"),
    "python-barcode": ("0.16.1", "tried together; wrong check digits are stopped before it"),
}
