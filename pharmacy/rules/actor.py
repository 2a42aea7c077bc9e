"""Who does it: handed down to every service, never looked up from below."""

from dataclasses import dataclass

from pharmacy.errors import NotPermitted
from pharmacy.rules.permissions import Permission, may
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
    """

    staff_id: int
    name: str
    role: Role
    site_id: int | None = None
    centre_id: int | None = None

    def may(self, permission: Permission) -> bool:
        """Tell whether the role holds the permission."""
        return may(self.role, permission)

    def require(self, permission: Permission) -> None:
        """Refuse unless the role holds the permission.

        Raises:
            NotPermitted: The role lacks it.
        """
        if not self.may(permission):
            raise NotPermitted(permission=permission.value, role=self.role.value)
