"""Loading structures: those that are asked for in one turn of the loop are read together."""

from contextlib import suppress

from sqlalchemy import or_, select

from models import tables
from models.database import Database
from resolvers.directory.cards import read_memberships, structure_row
from resolvers.directory.reference import NotRead, Reference
from resolvers.directory.rows import StructureRow
from resolvers.loader import BatchLoader


class Structures(BatchLoader[int | str, StructureRow]):
    """Finds structures by id or by SIRET, in two statements a batch. Nothing is kept."""

    def __init__(self, database: Database) -> None:
        """Read from a database; `reference` comes with the directory."""
        super().__init__()
        self.reference: Reference | None = None
        self._database = database

    async def read(self, keys: list[int | str]) -> dict[int | str, StructureRow]:
        """Load structures; one that quotes what this worker has not read yet is left out."""
        reference = self.reference
        if reference is None:
            raise RuntimeError("structures are read once the reference is")
        table = tables.structure
        ids = [key for key in keys if isinstance(key, int)]
        sirets = [key for key in keys if isinstance(key, str)]
        query = select(table).where(or_(table.c.id.in_(ids), table.c.siret.in_(sirets)))
        async with self._database.read() as session:
            rows = (await session.execute(query)).all()
            networks = await read_memberships(session, [row.id for row in rows])
        found: dict[int | str, StructureRow] = {}
        for row in rows:
            with suppress(NotRead):
                one = structure_row(row, networks.get(row.id, []), reference, prefix="")
                found |= {one.id: one, one.siret: one}
        return found
