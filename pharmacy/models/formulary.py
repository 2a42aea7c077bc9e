"""The formulary: drugs (صنف), their GTINs and known interactions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pharmacy.db import Base, Flag, Moment, Whole, Word, one_of
from pharmacy.rules.vocabulary import (
    ControlledLaw,
    DrugForm,
    PregnancyRisk,
    Severity,
    Storage,
    UnitOfIssue,
    Ven,
)


class Drug(Base):
    """An item of the formulary: a medicine, a supply or infant milk.

    `pack_size` is the number of smallest units of issue in a pack; `reference_price` is piastres
    for a pack as last heard of, for searching and planning only: cost comes from batches.
    """

    __tablename__ = "drug"
    __table_args__ = (
        one_of("form", DrugForm),
        one_of("unit", UnitOfIssue),
        one_of("storage", Storage),
        one_of("ven", Ven),
        one_of("controlled_law", ControlledLaw),
        one_of("pregnancy_risk", PregnancyRisk),
        CheckConstraint("minimum_age_months > 0", name="minimum_age"),
        CheckConstraint("pack_size > 0", name="pack_size"),
        CheckConstraint("reference_price >= 0", name="reference_price"),
        CheckConstraint(
            "(controlled_law IS NULL) = (controlled_schedule IS NULL)", name="schedule_names_law"
        ),
        Index("ix_drug_folded_name", "folded_name"),
        Index("ix_drug_atc", "atc"),
    )

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_ar: Mapped[str]
    name_en: Mapped[str]
    folded_name: Mapped[str]
    inn: Mapped[str]
    # The active ingredients as `rules.safety.ingredient_key` folds them, sorted, joined by "+":
    # kept on the row since every dispensing asks for them.
    ingredient_keys: Mapped[str]
    strength: Mapped[str]
    form: Mapped[DrugForm] = mapped_column(Word(DrugForm))
    unit: Mapped[UnitOfIssue] = mapped_column(Word(UnitOfIssue))
    pack_size: Mapped[int] = mapped_column(Whole)
    atc: Mapped[str | None]
    maker: Mapped[str] = mapped_column(default="")
    drug_class: Mapped[str] = mapped_column(default="")
    route: Mapped[str] = mapped_column(default="")
    storage: Mapped[Storage] = mapped_column(Word(Storage), default=Storage.ROOM)
    controlled_law: Mapped[ControlledLaw | None] = mapped_column(Word(ControlledLaw))
    controlled_schedule: Mapped[str | None]
    ven: Mapped[Ven | None] = mapped_column(Word(Ven))
    pregnancy_risk: Mapped[PregnancyRisk | None] = mapped_column(Word(PregnancyRisk))
    minimum_age_months: Mapped[int | None] = mapped_column(Whole)
    warnings_ar: Mapped[str] = mapped_column(default="")
    warnings_en: Mapped[str] = mapped_column(default="")
    usual_dose: Mapped[str] = mapped_column(default="")
    reference_price: Mapped[int | None] = mapped_column(Whole)
    market_status: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(Flag, default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)

    gtins: Mapped[list["DrugGtin"]] = relationship(
        order_by="DrugGtin.gtin", cascade="all, delete-orphan"
    )


class DrugGtin(Base):
    """A GTIN (14 digits) under which a pack of the drug is sold."""

    __tablename__ = "drug_gtin"

    gtin: Mapped[str] = mapped_column(primary_key=True)
    drug_id: Mapped[int] = mapped_column(Whole, ForeignKey("drug.id"), index=True)


class Interaction(Base):
    """A pair of ATC codes that must raise a notice when both are in hand."""

    __tablename__ = "interaction"
    __table_args__ = (one_of("severity", Severity), UniqueConstraint("atc_a", "atc_b"))

    id: Mapped[int] = mapped_column(Whole, primary_key=True)
    atc_a: Mapped[str]
    atc_b: Mapped[str]
    severity: Mapped[Severity] = mapped_column(Word(Severity))
    effect_en: Mapped[str]
    effect_ar: Mapped[str]
