"""Who may enter which view: every view says so, and a view that does not is closed to all.

    @blueprint.get("/requests")
    @requires(Permission.REQUEST_VIEW)
    def index() -> ResponseReturnValue: ...

The rule is recorded on the function, so that a house test can walk `app.url_map` and read it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from flask.typing import ResponseReturnValue

from pharmacy.rules.actor import Actor
from pharmacy.rules.permissions import Permission
from pharmacy.rules.scopes import Scope

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer", bound=ResponseReturnValue)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a view asks of its visitor.

    Attributes:
        signed_in: Whether somebody must be signed in.
        any_of: Permissions of which the role holds at least one; empty asks for none.
        unchanged_password: Whether one may enter before changing a first password.
        scope: What a program's token must carry besides; None where no program comes.
    """

    signed_in: bool = True
    any_of: frozenset[Permission] = field(default_factory=frozenset)
    unchanged_password: bool = False
    scope: Scope | None = None

    def admits(self, actor: Actor) -> bool:
        """Tell whether a member of staff may enter."""
        return not self.any_of or any(actor.may(permission) for permission in self.any_of)


PUBLIC = Rule(signed_in=False, unchanged_password=True)
View = Callable[Parameters, Answer]


def requires(
    *permissions: Permission,
) -> Callable[[View[Parameters, Answer]], View[Parameters, Answer]]:
    """Open a view to roles that hold one of the permissions."""
    return _ruled(Rule(any_of=frozenset(permissions)))


def signed_in(view: View[Parameters, Answer]) -> View[Parameters, Answer]:
    """Open a view to everybody who is signed in."""
    return _ruled(Rule())(view)


def unchanged_password(view: View[Parameters, Answer]) -> View[Parameters, Answer]:
    """Open a view to everybody signed in, even while a first password still stands."""
    return _ruled(Rule(unchanged_password=True))(view)


def public(view: View[Parameters, Answer]) -> View[Parameters, Answer]:
    """Open a view to the whole network; for sign-in, health and files of the interface."""
    return _ruled(PUBLIC)(view)


def rule_of(view: Callable[..., object]) -> Rule | None:
    """Return what a view declared, or None when it declared nothing and so is closed."""
    return getattr(view, "access_rule", None)


def declare(view: Callable[..., object], rule: Rule) -> None:
    """Record a rule on a view that cannot carry a decorator, such as Flask's own for files."""
    view.access_rule = rule  # type: ignore[attr-defined]  # functions carry attributes


def _ruled(rule: Rule) -> Callable[[View[Parameters, Answer]], View[Parameters, Answer]]:
    def record(view: View[Parameters, Answer]) -> View[Parameters, Answer]:
        declare(view, rule)
        return view

    return record
