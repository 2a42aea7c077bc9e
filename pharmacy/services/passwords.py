"""Hashing and verifying passwords and PINs with Argon2id."""

import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from pharmacy.rules.passwords import LENGTH_MAX


class Passwords:
    """The one place that hashes.

    Args:
        passes: Argon2's time cost.
        memory: Argon2's memory cost in KiB.
        lanes: Argon2's parallelism.
    """

    def __init__(self, *, passes: int = 3, memory: int = 65536, lanes: int = 1) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes, memory_cost=memory, parallelism=lanes, type=Type.ID
        )
        # Verified in place of a missing hash, so that an unknown name takes as long as a known one.
        self._nobody = self._hasher.hash("nobody signs in with this")

    def hash(self, password: str) -> str:
        """Return the hash to store; takes tens of milliseconds, so never inside a transaction."""
        return self._hasher.hash(unicodedata.normalize("NFC", password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password is the one hashed; None takes as long and is never it."""
        normal = unicodedata.normalize("NFC", password)
        try:
            matches = self._hasher.verify(password_hash or self._nobody, normal[: LENGTH_MAX + 1])
        except (VerificationError, InvalidHashError):
            return False
        return matches and password_hash is not None

    def rehashed(self, password_hash: str, password: str) -> str | None:
        """Return a new hash of a verified password when the costs have changed, else None."""
        if not self._hasher.check_needs_rehash(password_hash):
            return None
        return self.hash(password)
