"""Partner networks (réseaux): who federates structures and enrols activators."""

from enum import Enum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.base import enum_column, one_of


class NetworkKind(Enum):
    """What a partner network is."""

    CHAMBER = "CHAMBER"
    REGION = "REGION"
    STATE = "STATE"
    FUNDING = "FUNDING"
    ADVICE = "ADVICE"
    LABEL = "LABEL"


class AdmissionPolicy(Enum):
    """Who admits the activators of a network."""

    BY_STAFF = "BY_STAFF"
    BY_NETWORK = "BY_NETWORK"


class Network(SQLModel, table=True):
    """A partner network, known by its code (`cci`)."""

    __table_args__ = (
        CheckConstraint(one_of("kind", NetworkKind), name="kind_known"),
        CheckConstraint(one_of("admission", AdmissionPolicy), name="admission_known"),
    )

    code: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=200)
    kind: NetworkKind = Field(sa_column=enum_column(NetworkKind))
    admission: AdmissionPolicy = Field(
        default=AdmissionPolicy.BY_STAFF,
        sa_column=enum_column(AdmissionPolicy, default=AdmissionPolicy.BY_STAFF),
    )
