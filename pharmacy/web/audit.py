"""The audit log: what was changed, and who looked at whose file."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from pharmacy.models import AccessEvent, AuditEvent
from pharmacy.rules.permissions import Permission
from pharmacy.services import audit_list
from pharmacy.web.access import requires
from pharmacy.web.audit_words import LOOKS, NOUNS, change_rows, look_rows
from pharmacy.web.context import actor, reading
from pharmacy.web.forms.audit import LogFilter
from pharmacy.web.keyset import Order, keyset_page
from pharmacy.web.language import gettext, language

blueprint = Blueprint("audit", __name__)

_NEWEST_CHANGE = Order(id=AuditEvent.id)
_NEWEST_LOOK = Order(id=AccessEvent.id)


@blueprint.get("/audit")
@requires(Permission.AUDIT_VIEW)
def index() -> ResponseReturnValue:
    """Show changes of records, the newest first."""
    filters = _filters()
    page = keyset_page(
        reading(), audit_list.changes(filters.query(), actor=actor()), _NEWEST_CHANGE
    )
    return render_template(
        "audit/index.html", filters=filters, page=page, changes=change_rows(page.rows, actor())
    )


@blueprint.get("/audit/looks")
@requires(Permission.AUDIT_VIEW)
def looks() -> ResponseReturnValue:
    """Show looks at persons' files, the newest first."""
    filters = _filters()
    page = keyset_page(reading(), audit_list.looks(filters.query(), actor=actor()), _NEWEST_LOOK)
    return render_template(
        "audit/looks.html",
        filters=filters,
        page=page,
        looks=list(zip(look_rows(page.rows), page.rows, strict=True)),
        sees_persons=actor().may(Permission.BENEFICIARY_VIEW),
    )


def _filters() -> LogFilter:
    filters = LogFilter()
    filters.validate()
    english, everything = language() == "en", ("", gettext("All"))
    filters.staff.choices = [
        everything,
        *(
            (str(id_), name_en if english else name_ar)
            for id_, name_ar, name_en in audit_list.everyone(reading(), actor=actor())
        ),
    ]
    filters.noun.choices = [everything, *((noun, gettext(name)) for noun, name in NOUNS.items())]
    filters.action.choices = [
        everything,
        *((action, gettext(name)) for action, name in LOOKS.items()),
    ]
    return filters
