"""The official names of a request's states, as the governorate writes them; read once a page.

They are Arabic and stand on Arabic pages and papers; without one the program's own word stands.
"""

from flask import g, has_request_context

from pharmacy.rules.request_vocabulary import RequestState
from pharmacy.rules.settings import official_setting
from pharmacy.services.settings import all_settings
from pharmacy.web.context import reading
from pharmacy.web.language import language


def official_name(state: RequestState) -> str:
    """Return the name set for a state, empty when there is none or the reader reads English."""
    if not has_request_context() or language() != "ar":
        return ""
    if "official_names" not in g:
        known = all_settings(reading())
        g.official_names = {one: known[official_setting(one)] for one in RequestState}
    name: str = g.official_names[state]
    return name
