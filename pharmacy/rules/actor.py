"""Who does it: handed down to every service, never looked up from below."""

from dataclasses import dataclass

from pharmacy.errors import NotPermitted, ScopeMissing
from pharmacy.rules.permissions import Permission, may
from pharmacy.rules.scopes import scopes_with
from pharmacy.rules.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff at work.

    Attributes:
        staff_id: The row in `staff`.
        name: As printed on papers.
        role: Decides what may be done.
        site_id: The stock-holding place where this person works, if any.
        centre_id: The centre whose requests this person sees, or None for all.
        limits: The rights that another program may use in this person's name; None for a person.
    """

    staff_id: int
    name: str
    role: Role
    site_id: int | None = None
    centre_id: int | None = None
    limits: frozenset[Permission] | None = None

    def may(self, permission: Permission) -> bool:
        """Tell whether the role holds the permission, and no limit stands in the way."""
        within = self.limits is None or permission in self.limits
        return within and may(self.role, permission)

    def require(self, permission: Permission) -> None:
        """Refuse unless the role holds the permission.

        Raises:
            NotPermitted: The role lacks it.
            ScopeMissing: The role holds it, but not the program that acts in its name.
        """
        if self.may(permission):
            return
        if may(self.role, permission):
            wanted = scopes_with(permission)
            raise ScopeMissing(scopes=tuple(scope.value for scope in wanted))
        raise NotPermitted(permission=permission.value, role=self.role.value)
