"""One person at a counter, as a process of its own: post, wait for the answer, post the next.

Standard library only, so that a client weighs little beside the server it measures.
"""

import http.client
import json
import re
import sys
import time
from urllib.parse import urlencode

_HIDDEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Visitor:
    """A browser with one connection and one jar of cookies."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, fields: list[tuple[str, str]] | None = None) -> int:
        """Send a request and return the status; the page is kept in `page`."""
        headers = {**_FORM, "Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        body = urlencode(fields) if fields else None
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        self.page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def token(self) -> str:
        """Return the form token of the page last seen, if it has one."""
        found = _HIDDEN.search(self.page)
        return found.group(1) if found else ""


def main() -> None:
    """Sign in, say so, wait for the word, and work until the time is over."""
    asked = json.loads(sys.stdin.readline())
    visitor = Visitor(asked["port"])
    visitor.ask("GET", "/login")
    named = [("username", asked["username"]), ("password", asked["password"])]
    visitor.ask("POST", "/login", [("csrf_token", visitor.token()), *named])
    visitor.ask("GET", asked["page"])
    token = visitor.token()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    times, wrong = [], 0
    end = time.perf_counter() + asked["seconds"]
    for request, items in asked["orders"]:
        fields = [("csrf_token", token)]
        if asked["drafts"]:
            address = f"/counter/{request}/dispense"
            fields += [("version", "1")]
        else:
            address = "/dispensings"
            fields += [("submission_id", f"bench-{request}"), ("request_id", str(request))]
            for item in items:
                fields += [("item", str(item)), ("quantity", asked["units"])]
        begun = time.perf_counter()
        wrong += visitor.ask("POST", address, fields) != http.client.SEE_OTHER
        now = time.perf_counter()
        times.append(now - begun)
        if now > end:
            break
    json.dump({"times": times, "wrong": wrong}, sys.stdout)


if __name__ == "__main__":
    main()
