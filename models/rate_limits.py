"""Rate limits over all workers: the generic cell rate algorithm keeps one moment a key."""

from sqlalchemy import Column, Float
from sqlmodel import Field, SQLModel


class RateLimit(SQLModel, table=True):
    """A key (hashed: it may hold an address) and its theoretical arrival time, in Unix seconds."""

    __tablename__ = "rate_limit"

    key: str = Field(primary_key=True, max_length=64)
    arrival: float = Field(sa_column=Column(Float, nullable=False, index=True))
