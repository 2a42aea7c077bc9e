"""Beneficiaries (مستفيد): who may receive subsidised medicine."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pharmacy.db import Base, Day, Moment, Whole, Word, one_of, unique_where
from pharmacy.rules.vocabulary import AllergyKind, IdentityKind, Sex


class BeneficiaryStatus(StrEnum):
    """Whether the record may receive medicine."""

    ACTIVE = "active"
    MERGED = "merged"
    DECEASED = "deceased"


class Condition(Base):
    """A chronic condition (مرض مزمن), by which funds may be restricted and cost is reported."""

    __tablename__ = "condition"

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]


class Beneficiary(Base):
    """A person; the Arabic name in four parts, the identity, and how to reach them.

    A merged record stays with its requests and dispensings and points to the one that goes on:
    posted facts are never moved, so both histories are kept.
    """

    __tablename__ = "beneficiary"
    __table_args__ = (
        one_of("identity_kind", IdentityKind),
        one_of("sex", Sex),
        one_of("status", BeneficiaryStatus),
        CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged_points"),
        unique_where(
            "uq_beneficiary_active_identity",
            "identity_kind",
            "identity_number",
            where="status = 'active'",
        ),
        Index("ix_beneficiary_folded_name", "folded_name"),
        Index("ix_beneficiary_phone", "phone"),
        Index("ix_beneficiary_merged_into_id", "merged_into_id"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    card_number: Mapped[str] = mapped_column(unique=True)
    given_name: Mapped[str]
    father_name: Mapped[str]
    grandfather_name: Mapped[str]
    family_name: Mapped[str]
    folded_name: Mapped[str]
    identity_kind: Mapped[IdentityKind] = mapped_column(Word(IdentityKind))
    identity_number: Mapped[str | None]
    birth_date: Mapped[date] = mapped_column(Day)
    sex: Mapped[Sex] = mapped_column(Word(Sex))
    birth_governorate: Mapped[str | None]
    phone: Mapped[str | None]
    markaz: Mapped[str]
    village: Mapped[str]
    address: Mapped[str]
    household_size: Mapped[int | None] = mapped_column(Whole)
    eligibility_note: Mapped[str]
    # The day a pregnancy is expected to end: the flag ends with it.
    pregnant_until: Mapped[date | None] = mapped_column(Day)
    consent_version: Mapped[str]
    consent_on: Mapped[date | None] = mapped_column(Day)
    status: Mapped[BeneficiaryStatus] = mapped_column(
        Word(BeneficiaryStatus), default=BeneficiaryStatus.ACTIVE
    )
    merged_into_id: Mapped[int | None] = mapped_column(Whole, ForeignKey("beneficiary.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[int] = mapped_column(Whole, ForeignKey("staff.id"))

    conditions: Mapped[list[Condition]] = relationship(
        secondary="beneficiary_condition", order_by=Condition.name_ar
    )
    allergies: Mapped[list["BeneficiaryAllergy"]] = relationship(
        order_by="BeneficiaryAllergy.id", cascade="all, delete-orphan"
    )

    @property
    def full_name(self) -> str:
        """The name as it is read out and printed."""
        parts = (self.given_name, self.father_name, self.grandfather_name, self.family_name)
        return " ".join(part for part in parts if part)


class BeneficiaryCondition(Base):
    """A condition that a beneficiary has."""

    __tablename__ = "beneficiary_condition"

    beneficiary_id: Mapped[int] = mapped_column(
        Whole, ForeignKey("beneficiary.id"), primary_key=True
    )
    condition_id: Mapped[int] = mapped_column(Whole, ForeignKey("condition.id"), primary_key=True)


class BeneficiaryAllergy(Base):
    """An allergy to an ingredient (folded INN) or to a class (ATC prefix)."""

    __tablename__ = "beneficiary_allergy"
    __table_args__ = (one_of("kind", AllergyKind), UniqueConstraint("beneficiary_id", "code"))

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    beneficiary_id: Mapped[int] = mapped_column(Whole, ForeignKey("beneficiary.id"), index=True)
    kind: Mapped[AllergyKind] = mapped_column(Word(AllergyKind))
    code: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
