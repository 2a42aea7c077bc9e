"""Whether the program and its database answer; for watchers, without a sign-in."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from pharmacy.web.access import public
from pharmacy.web.context import reading

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@public
def show() -> ResponseReturnValue:
    """Answer 200 when the database answers; else the door's own 503."""
    reading().execute(text("SELECT 1"))
    return jsonify(status="ok", database="ok")
