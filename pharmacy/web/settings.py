"""Settings that the governorate changes without a programmer."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from pharmacy.models import Setting, Staff
from pharmacy.rules.permissions import Permission
from pharmacy.rules.settings import SETTINGS
from pharmacy.services.settings import all_settings, change_setting
from pharmacy.web.access import requires
from pharmacy.web.answers import form_page, say
from pharmacy.web.context import actor, database, now, reading
from pharmacy.web.forms.settings import setting_label, settings_form
from pharmacy.web.language import gettext, ngettext

blueprint = Blueprint("settings", __name__)


@blueprint.get("/admin/settings")
@requires(Permission.SETTINGS_MANAGE)
def index() -> ResponseReturnValue:
    """Show every setting, and who changed which."""
    form = settings_form(all_settings(reading()))
    return render_template("settings/index.html", form=form, **_changed())


def _changed() -> dict[str, object]:
    rows = reading().execute(
        select(Setting.name, Setting.changed_at, Staff.name_ar, Staff.name_en)
        .outerjoin(Staff, Staff.id == Setting.changed_by)
        .order_by(Setting.changed_at.desc())
    )
    return {
        "names": list(SETTINGS),
        "changed": [(setting_label(row.name), row) for row in rows if row.name in SETTINGS],
    }


@blueprint.post("/admin/settings")
@requires(Permission.SETTINGS_MANAGE)
def change() -> ResponseReturnValue:
    """Keep what differs from before; all of it, or nothing."""
    form = settings_form()
    if form.validate():
        with form.explaining():
            with database().transaction() as write:
                before = all_settings(write)
                differing = {n: v for n, v in form.values().items() if v != before[n]}
                for name, value in differing.items():
                    change_setting(write, name, value, actor=actor(), now=now())
            count = len(differing)
            say(
                "ok" if count else "info",
                ngettext("%(num)s setting was changed.", "%(num)s settings were changed.", count)
                if count
                else gettext("Nothing was changed."),
            )
            return redirect(url_for("settings.index"), 303)
    return form_page("settings/index.html", form, **_changed())
