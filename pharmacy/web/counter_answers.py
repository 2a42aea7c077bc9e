"""Answers of the counter: the whole page, or with `X-Part` only what changes on it.

Whatever was done, the answer draws lane, desk and bar afresh from what the server holds, so that
the page never shows what is not so. Without script the same steps end in a redirect to the page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import ParamSpec

from flask import get_flashed_messages, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from pharmacy.errors import (
    AuthorityMissing,
    BudgetExceeded,
    BudgetMissing,
    DraftChanged,
    DraftClosed,
    InsufficientStock,
    InvalidDose,
    MissingFact,
    NotFound,
    NoticesStand,
    NotPermitted,
    NoUsualDose,
    PackRefused,
    PersonFirst,
    PharmacyError,
    SignInThrottled,
    UnknownCode,
)
from pharmacy.models import Beneficiary, CounterDraft, Drug
from pharmacy.rules.calendar import cairo_day
from pharmacy.rules.notice import Notice
from pharmacy.rules.permissions import Permission
from pharmacy.services import draft as drafts
from pharmacy.services.draft_keeping import LIVE
from pharmacy.web.answers import say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.counter_desk import REASONS, Desk, View
from pharmacy.web.counter_parts import read_desk, read_idle
from pharmacy.web.forms.counter import FactsForm, facts_form, number_of, typed_reasons
from pharmacy.web.language import N_, catalogue, gettext, language, ngettext
from pharmacy.web.paging import stand_at
from pharmacy.web.refusals import sentence

PART = "X-Part"
OVERRIDE_REASON = "override_reason"
"""The field of the reason for which the manager lets new lines pass beyond the budget."""
ADDRESS = "X-Address"
"""Where the page stands after a step; the script puts it into the address bar."""

Parameters = ParamSpec("Parameters")
_LANE_STATUSES = frozenset({401, 403, 404, 409, 422, 429, 503})
"""Refusals with these statuses are told in the lane; others are pages of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What the last step came to; it stays until the next.

    Attributes:
        kind: `ok`, `info`, `warn` or `stop`.
        title: The words in bold; without names, since they may travel in a cookie.
        text: The rest, escaped or plain.
        note: A further sentence.
        key: A key to press next.
        acts: Ways on: `undo`, `search`, `partial`, `sign`, `beyond`, `reasons`.
        tone: `match` or `stop`, for the ear.
        command: A key that a scanned command stands for.
        resume: A draft put on hold by this step.
        unmet: A demand recorded by this step, whose slip may be printed.
        corrected: The scan came through an Arabic keyboard layout.
    """

    kind: str
    title: str
    text: str = ""
    note: str = ""
    key: str = ""
    acts: Sequence[str] = ()
    tone: str = ""
    command: str = ""
    resume: int | None = None
    unmet: int | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search in the scan box found; drugs with units, first expiry, and an allergy."""

    people: Sequence[Beneficiary] = ()
    drugs: Sequence[tuple[Drug, int, object, bool]] = ()
    layout: str = ""
    draft_id: int | None = None

    @property
    def any(self) -> bool:
        """Whether anything was found."""
        return bool(self.people or self.drugs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """What an answer shows beside desk and lane."""

    view: View = field(default_factory=View)
    facts: FactsForm | None = None
    more_open: bool = False
    found: Found | None = None
    typed: str = ""


def words(message: str, **facts: object) -> Markup:
    """Translate a sentence and put its facts in, each isolated from the direction around it."""
    isolated = {
        name: value if isinstance(value, Markup) else Markup("<bdi>%s</bdi>") % value
        for name, value in facts.items()
    }
    return Markup(escape(catalogue(language()).gettext(message))) % isolated  # noqa: S704 - escaped


def is_part() -> bool:
    """Tell whether the script asks for what changes only."""
    return request.headers.get(PART) == "1"


def name_of(row: object) -> str:
    """Return the name of a drug in the reader's language."""
    return str(getattr(row, "name_en" if language() == "en" else "name_ar"))


def hello(desk: Desk) -> Lane:
    """Say what a draft begins with."""
    if not desk.rows:
        return nothing_due(desk)
    count = len(desk.rows)
    ready = ngettext("%(num)s line is ready.", "%(num)s lines are ready.", count)
    return Lane(
        kind="ok",
        title=gettext("Due today"),
        text=f"{ready} {gettext('Scan the packs to match them, or press')}",
        key="F9",
        tone="match",
    )


def nothing_due(desk: Desk) -> Lane:
    """Say when something is due again, or that nothing is approved."""
    nexts = [row.entitled.next_from for row in desk.later if row.entitled.next_from]
    add = gettext("Type the first letters of a medicine to add a line.")
    if desk.case is None:
        return Lane(kind="info", title=gettext("No approved request"), text=add)
    if not nexts:
        return Lane(kind="warn", title=gettext("Nothing is due"), text=add)
    day = min(nexts).strftime("%d/%m/%Y")
    return Lane(
        kind="warn",
        title=gettext("Nothing is due"),
        text=words(N_("The next issue is due from %(day)s."), day=day),
        note=add,
    )


def standing(desk: Desk) -> Lane:
    """Say where the counter stands when nothing was just done."""
    if desk.state == "idle":
        return Lane(
            kind="info",
            title=gettext("Ready."),
            text=gettext("Scan a beneficiary card or type the first letters of a name"),
        )
    if desk.done is not None:
        return done(desk)
    if not desk.open:
        said = {
            "cleared": gettext("This list was cleared. Nothing was dispensed."),
            "expired": gettext("This list has expired. Nothing was dispensed; scan the card anew."),
        }
        return Lane(kind="warn", title=gettext("Closed"), text=said.get(desk.state, ""))
    if desk.state == "held":
        return Lane(
            kind="info",
            title=gettext("On hold"),
            text=gettext("Any scan or change takes it up again."),
        )
    return replace(hello(desk), acts=("undo",), tone="")


def done(desk: Desk) -> Lane:
    """Say that it is dispensed, and what it cost."""
    assert desk.done is not None
    number = Markup('<bdi dir="ltr" class="code">%s</bdi>') % desk.done.number
    cost = Markup('<bdi dir="ltr">%s</bdi>') % f"{desk.fund / 100:,.2f}"
    return Lane(
        kind="ok",
        title=gettext("Dispensed"),
        text=words(N_("%(number)s — cost to the fund EGP %(cost)s."), number=number, cost=cost),
        note=gettext("Scan the next card."),
        tone="match",
    )


def refused(refusal: PharmacyError) -> Lane:
    """Say why it was not done, and the way out."""
    acts: dict[type[PharmacyError], tuple[str, tuple[str, ...]]] = {
        UnknownCode: (gettext("Unknown barcode"), ("search",)),
        PersonFirst: (gettext("Scan the card first"), ("search",)),
        PackRefused: (gettext("This pack may not be given"), ()),
        NoticesStand: (gettext("Not dispensed"), ("reasons",)),
        InsufficientStock: (gettext("Not dispensed"), ("partial",)),
        AuthorityMissing: (gettext("Not dispensed"), ("sign",)),
        BudgetExceeded: (gettext("Not dispensed"), ("beyond",)),
        BudgetMissing: (gettext("Not dispensed"), ("beyond",)),
        DraftChanged: (gettext("Look again"), ()),
        DraftClosed: (gettext("Closed"), ()),
        InvalidDose: (gettext("Dose not understood"), ()),
        NoUsualDose: (gettext("Type the dose"), ()),
        NotPermitted: (gettext("Not allowed"), ()),
    }
    title, ways = acts.get(type(refusal), (gettext("Not done"), ()))
    text = sentence(refusal)
    if isinstance(refusal, NoticesStand):
        hard = [one for one in refusal.notices if isinstance(one, Notice)]
        text = ngettext(
            "%(num)s thing stands in the way; see above the lines.",
            "%(num)s things stand in the way; see above the lines.",
            len(hard),
        )
    kind = "warn" if isinstance(refusal, PersonFirst) else "stop"
    return Lane(kind=kind, title=title, text=text, acts=ways, tone="stop")


Say = Callable[[Desk], Lane]


def answer(
    draft_id: int | None,
    lane: Say | Lane | None = None,
    *,
    status: int = 200,
    extra: Extra | None = None,
) -> Response:
    """Show the counter after a step.

    Args:
        draft_id: The draft at hand; None for an empty counter.
        lane: What to say, or how to find it once the desk is read.
        status: Of the answer.
        extra: What is shown beside it.
    """
    extra = extra or Extra()
    endpoint = "counter.draft" if draft_id else "counter.show"
    address = url_for(endpoint, draft_id=draft_id)
    plain = status < 400 and request.method == "POST" and not is_part()  # noqa: PLR2004
    sent_on = plain and extra.found is None and not extra.view.edit
    if sent_on and lane is None:
        return redirect(address, 303)
    desk = _read(draft_id, extra.view)
    shown = lane(desk) if callable(lane) else lane or standing(desk)
    if sent_on:
        say(shown.kind, shown.title)
        return redirect(address, 303)
    stand_at(endpoint, **({"draft_id": draft_id} if draft_id else {}))
    if lane is None and not is_part():
        shown = _told_before() or shown
    template = "counter/part.html" if is_part() else "counter/page.html"
    page = render_template(
        template,
        desk=desk,
        lane=shown,
        today=cairo_day(now()),
        facts=extra.facts or _facts_of(desk),
        more_open=extra.more_open or request.args.get("more") == "1",
        may_override=actor().may(Permission.SAFETY_OVERRIDE),
        reasons=[(value, gettext(text)) for value, text in REASONS],
        found=extra.found,
        typed=extra.typed,
    )
    response = make_response(page, status)
    response.headers[ADDRESS] = address
    return response


def _told_before() -> Lane | None:
    """Return what a step without script said before it sent the browser here."""
    told: list[tuple[str, str]] = list(get_flashed_messages(with_categories=True))  # type: ignore[arg-type]  # pairs, so asked
    if not told:
        return None
    kind, title = told[-1]
    return Lane(kind=kind, title=title, acts=("undo",))


def _read(draft_id: int | None, view: View) -> Desk:
    session, who, at = reading(), actor(), now()
    on = cairo_day(at)
    if draft_id is None:
        if who.site_id is None:
            return Desk()  # nothing is kept where there is no counter; a scan says what is missing
        held = drafts.held_here(session, actor=who, now=at)
        return read_idle(session, actor=who, now=on, held=held)
    row = drafts.get_draft(session, draft_id, actor=who)
    live = row.state in LIVE and row.expires_at > at
    return read_desk(session, row, actor=who, on=on, live=live, view=view)


def _facts_of(desk: Desk) -> FactsForm:
    form = facts_form()
    if desk.draft is not None:
        form.fill(drafts.facts_of(desk.draft))
    return form


def at_the_desk(
    view: Callable[Parameters, ResponseReturnValue],
) -> Callable[Parameters, ResponseReturnValue]:
    """Tell a refusal of a step in the lane, over the desk as it stands."""

    @wraps(view)
    def wrapped(*args: Parameters.args, **kwargs: Parameters.kwargs) -> ResponseReturnValue:
        try:
            return view(*args, **kwargs)
        except PharmacyError as refusal:
            return explain(refusal, kwargs.get("draft_id"))

    return wrapped


def explain(refusal: PharmacyError, named: object = None, extra: Extra | None = None) -> Response:
    """Answer a refusal in the lane.

    Args:
        refusal: What was refused, and why.
        named: The draft in the address, if any.
        extra: What is shown beside it.

    Raises:
        PharmacyError: It is no matter of the counter: nobody's draft, or a fault of ours.
    """
    asked = OVERRIDE_REASON in request.form  # the manager's signature is on the page already
    if refusal.status not in _LANE_STATUSES or (isinstance(refusal, MissingFact) and not asked):
        raise refusal
    draft_id = named if isinstance(named, int) else number_of("draft_id")
    if isinstance(refusal, NotFound) and refusal.noun == "draft":
        raise refusal
    extra = extra or Extra()
    lane = refused(refusal)
    if isinstance(refusal, NoticesStand):
        hard = [one for one in refusal.notices if isinstance(one, Notice)]
        extra = replace(extra, view=replace(extra.view, notices=hard, reasons=typed_reasons()))
    if isinstance(refusal, AuthorityMissing):
        extra = replace(extra, more_open=True)
    if asked or isinstance(refusal, BudgetExceeded | BudgetMissing):
        view = replace(
            extra.view,
            beyond=True,
            override_reason=request.form.get(OVERRIDE_REASON, ""),
            reasons=typed_reasons(),
        )
        extra = replace(extra, more_open=True, view=view)
    response = answer(draft_id, lane, status=refusal.status, extra=extra)
    if isinstance(refusal, SignInThrottled):
        response.headers["Retry-After"] = str(refusal.retry_after_seconds)
    return response


def live_draft(draft_id: int | None) -> CounterDraft | None:
    """Return the draft a scan came beside, while it may still change.

    Raises:
        NotFound: It is a colleague's.
    """
    if draft_id is None:
        return None
    with database().reading() as short:
        row = drafts.get_draft(short, draft_id, actor=actor())
        return row if row.state in LIVE and row.expires_at > now() else None
