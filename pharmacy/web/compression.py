"""Style sheets and scripts go compressed: on a weak line they are most of the first view.

Pages do not. A page holds its session's token beside what somebody typed, and the length of a
compressed one would betray it letter by letter (BREACH, CVE-2013-3587).
"""

import gzip
from functools import lru_cache

from flask import Flask, request
from werkzeug.wrappers import Response

KINDS = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
_FILES_KEPT = 32


def init_app(app: Flask) -> None:
    """Compress what may be, for browsers that can read it."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Send a file of the interface compressed."""
    if request.endpoint != "static" or response.mimetype not in KINDS:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code != 200 or request.accept_encodings["gzip"] <= 0:  # noqa: PLR2004
        return response
    response.direct_passthrough = False
    response.set_data(_packed(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    # Another body than the plain one's: it is the same file, not the same bytes.
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)
    return response


@lru_cache(maxsize=_FILES_KEPT)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
