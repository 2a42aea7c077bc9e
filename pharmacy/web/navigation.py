"""The sections of the top bar and where each role begins; both show only what one may open."""

from dataclasses import dataclass

from flask import Flask, current_app, request

from pharmacy.rules.vocabulary import Role
from pharmacy.web.access import rule_of
from pharmacy.web.context import identity
from pharmacy.web.language import N_, gettext


@dataclass(frozen=True, slots=True)
class Section:
    """A section: the endpoint it opens, its name, what it is for, and what else belongs to it."""

    endpoint: str
    name: str
    purpose: str
    rooms: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return gettext(self.name)

    @property
    def help(self) -> str:
        """The purpose in the reader's language."""
        return gettext(self.purpose)

    @property
    def is_current(self) -> bool:
        """Whether the page at hand belongs to the section."""
        return request.blueprint in self.rooms | {self.endpoint.partition(".")[0]}


SECTIONS = (
    Section(
        "dashboard.show",
        N_("Dashboard"),
        N_("How the pharmacy stands today, in a few numbers."),
    ),
    Section(
        "counter.show",
        N_("Dispensing"),
        N_("Hand out medicine against a request."),
        frozenset({"counter_lines", "counter_scan", "dispensing", "drawer", "waiting"}),
    ),
    Section("beneficiary.index", N_("Beneficiaries"), N_("Find or record a person, print a card.")),
    Section(
        "request.index",
        N_("Requests"),
        N_("Record, review and decide citizen requests."),
        frozenset(
            {
                "agenda",
                "attachment",
                "authority",
                "feedback",
                "meeting",
                "message",
                "reply",
                "renewal",
                "request_decision",
                "request_step",
                "request_study",
                "sitting",
            }
        ),
    ),
    Section("formulary.index", N_("Formulary"), N_("Medicines, their codes and classes.")),
    Section(
        "stock.index",
        N_("Stock"),
        N_("What is on hand, receipts and stock cards."),
        frozenset(
            {"importing", "receiving", "batch", "stock_document", "stock_count", "citizen_return"}
        ),
    ),
    Section(
        "fund.index",
        N_("Funds"),
        N_("Money of the fund: what came in, what is owed and was paid, budgets, the accounts."),
        # The drawer belongs to whichever of the two sections the visitor sees: none sees both.
        frozenset({"claim", "drawer", "fund_money", "invoice", "ledger", "party"}),
    ),
    Section("voucher.index", N_("Vouchers"), N_("Every document that moved stock or money.")),
    Section(
        "reporting.index",
        N_("Reports"),
        N_("Reports of cost, requests and stock to print and export."),
        frozenset(
            {
                "report",
                "period",
                "pattern",
                "care",
                "safety_reports",
                "request_reports",
                "statement",
                "stock_movement",
            }
        ),
    ),
    Section(
        "staff.index",
        N_("Staff"),
        N_("Accounts, roles and open sessions."),
        frozenset({"badge", "token"}),
    ),
    Section("audit.index", N_("Audit log"), N_("Who did what, and who looked at whom.")),
    Section(
        "settings.index",
        N_("Settings"),
        N_("Centres, sites, funds and limits."),
        frozenset({"calendar", "outbox", "webhook"}),
    ),
)

START_PAGES = {
    Role.CLERK: "request.index",
    Role.COMMITTEE: "request.index",
    Role.PHARMACIST: "counter.show",
    Role.STORE_KEEPER: "stock.index",
    Role.FINANCE: "reporting.index",
    Role.MANAGER: "dashboard.show",
    Role.AUDITOR: "audit.index",
    Role.ADMINISTRATOR: "staff.index",
}


def init_app(app: Flask) -> None:
    """Give templates the sections."""
    app.jinja_env.globals.update(sections=sections, may_open=may_open)


def sections() -> list[Section]:
    """Return the sections that exist and that the visitor may open."""
    return [section for section in SECTIONS if may_open(section.endpoint)]


def may_open(endpoint: str) -> bool:
    """Tell whether a view exists and admits the visitor; links to others are not drawn."""
    who = identity()
    view = current_app.view_functions.get(endpoint)
    rule = rule_of(view) if view else None
    return who is not None and rule is not None and rule.admits(who.actor)


def start_endpoint(role: Role) -> str | None:
    """Return the page on which a role begins its day, if that page exists for it."""
    endpoint = START_PAGES[role]
    return endpoint if may_open(endpoint) else None
