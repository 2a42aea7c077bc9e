"""The application's table of contents."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, url_for
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from pharmacy.config import Settings
from pharmacy.db import Database
from pharmacy.services.passwords import Passwords
from pharmacy.web import (
    agenda,
    attachment,
    audit,
    authority,
    badge,
    batch,
    beneficiary,
    calendar,
    care,
    citizen_return,
    claim,
    components,
    compression,
    context,
    counter,
    counter_lines,
    counter_scan,
    dashboard,
    dispensing,
    display,
    documents,
    drawer,
    failures,
    feedback,
    formulary,
    fund,
    fund_money,
    headers,
    health,
    help,  # noqa: A004 - the page's own noun
    home,
    importing,
    invoice,
    language,
    ledger,
    lock,
    login,
    meeting,
    message,
    monthly_pack,
    navigation,
    notice_words,
    open311,
    outbox,
    paging,
    party,
    pattern,
    period,
    pin,
    rate_limit,
    receiving,
    renewal,
    reply,
    report,
    reporting,
    request,
    request_decision,
    request_reports,
    request_step,
    request_study,
    safety_reports,
    scanner_test,
    sessions,
    sitting,
    staff,
    statement,
    stock,
    stock_count,
    stock_document,
    stock_movement,
    token,
    track,
    unmet,
    voucher,
    waiting,
    webhook,
    words,
)
from pharmacy.web import settings as setting_pages
from pharmacy.web.access import PUBLIC, declare
from pharmacy.web.addresses import IdConverter
from pharmacy.web.api import beneficiary as api_beneficiary
from pharmacy.web.api import dispensing as api_dispensing
from pharmacy.web.api import document as api_document
from pharmacy.web.api import figure_report as api_figure_report
from pharmacy.web.api import place as api_place
from pharmacy.web.api import report as api_report
from pharmacy.web.api import request as api_request
from pharmacy.web.api import stock as api_stock
from pharmacy.web.api import voucher as api_voucher
from pharmacy.web.context import settings as current_settings
from pharmacy.web.programs import PREFIXES

BLUEPRINTS = (
    login.blueprint,
    lock.blueprint,
    pin.blueprint,
    home.blueprint,
    dashboard.blueprint,
    health.blueprint,
    help.blueprint,
    scanner_test.blueprint,
    counter.blueprint,
    counter_scan.blueprint,
    counter_lines.blueprint,
    dispensing.blueprint,
    drawer.blueprint,
    waiting.blueprint,
    authority.blueprint,
    api_document.blueprint,
    api_request.blueprint,
    api_beneficiary.blueprint,
    api_stock.blueprint,
    api_dispensing.blueprint,
    api_voucher.blueprint,
    api_report.blueprint,
    api_figure_report.blueprint,
    api_place.blueprint,
    open311.blueprint,
    token.blueprint,
    beneficiary.blueprint,
    request.blueprint,
    importing.blueprint,
    request_decision.blueprint,
    request_step.blueprint,
    request_study.blueprint,
    attachment.blueprint,
    meeting.blueprint,
    message.blueprint,
    reply.blueprint,
    feedback.blueprint,
    track.blueprint,
    sitting.blueprint,
    renewal.blueprint,
    agenda.blueprint,
    staff.blueprint,
    badge.blueprint,
    audit.blueprint,
    setting_pages.blueprint,
    outbox.blueprint,
    webhook.blueprint,
    calendar.blueprint,
    formulary.blueprint,
    stock.blueprint,
    receiving.blueprint,
    stock_document.blueprint,
    stock_count.blueprint,
    citizen_return.blueprint,
    batch.blueprint,
    fund.blueprint,
    fund_money.blueprint,
    party.blueprint,
    voucher.blueprint,
    invoice.blueprint,
    ledger.blueprint,
    unmet.blueprint,
    claim.blueprint,
    reporting.blueprint,
    period.blueprint,
    report.blueprint,
    monthly_pack.blueprint,
    stock_movement.blueprint,
    request_reports.blueprint,
    statement.blueprint,
    safety_reports.blueprint,
    pattern.blueprint,
    care.blueprint,
    components.blueprint,
)
"""Every room of the web floor; a new noun is one line here."""

TEMPLATES = Path(__file__).parents[1] / "templates"
STATIC = Path(__file__).parent / "static"
CONTENT_BYTES_MAX = 8 * 1024 * 1024
FORM_PARTS_MAX = 2000


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """Put the application together.

    Args:
        settings: From `Settings.from_environment`.
        database: An open database; one is opened from the settings when not given.
    """
    app = Flask("pharmacy", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.url_map.converters["int"] = IdConverter
    _configure(app, settings)
    _furnish(app, settings, database)
    _set_up_templates(app)
    for part in (
        headers,
        compression,
        rate_limit,
        sessions,
        language,
        display,
        documents,
        words,
        notice_words,
        navigation,
        lock,
        failures,
    ):
        part.init_app(app)
    _protect_forms(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.teardown_appcontext(context.close_reading)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # as Flask asks
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-pharmacy" if settings.https else "pharmacy",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=CONTENT_BYTES_MAX,
        MAX_FORM_MEMORY_SIZE=headers.FORM_BYTES_MAX,
        MAX_FORM_PARTS=FORM_PARTS_MAX,
        # A form may stay open as long as its session does.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )


def _furnish(app: Flask, settings: Settings, database: Database | None) -> None:
    cost = settings.hash_cost
    app.extensions["pharmacy_settings"] = settings
    app.extensions["pharmacy_database"] = database or Database(
        settings.database_url, seal_key=settings.seal_key
    )
    app.extensions["pharmacy_passwords"] = Passwords(
        passes=cost.passes, memory=cost.memory, lanes=cost.lanes
    )


def _set_up_templates(app: Flask) -> None:
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.autoescape = True
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.globals.update(
        asset=asset, here=paging.here, identity=context.identity, settings=current_settings
    )


def _protect_forms(app: Flask) -> None:
    """Every POST brings a token, but for programs': no cookie opens anything of theirs."""
    csrf = CSRFProtect(app)
    for blueprint in BLUEPRINTS:
        if f"{blueprint.url_prefix}/".startswith(PREFIXES):
            csrf.exempt(blueprint)
    declare(app.view_functions["static"], PUBLIC)


@cache
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a file of the interface, with the hash of its content."""
    return url_for("static", filename=name, v=_fingerprint(name))
