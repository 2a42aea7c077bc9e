"""Which addresses are for other programs: a bearer token opens them, no cookie does."""

from flask import has_request_context, request

API_PREFIX = "/api/"
OPEN311_PREFIX = "/open311/"
PREFIXES = (API_PREFIX, OPEN311_PREFIX)


def for_programs() -> bool:
    """Tell whether the request at hand is one of another program."""
    return has_request_context() and request.path.startswith(PREFIXES)
