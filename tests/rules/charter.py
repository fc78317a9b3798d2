"""The law of the charter (articles 2-3), spelled out cell by cell, apart from the code.

A row is a viewer, a column a permission; each cell says by kind, in the order of `KINDS`, `y` for
what is granted and `.` for what is refused. The first table is about activators that are active,
the second about those that are pending, suspended or withdrawn.
"""

from typing import NamedTuple

from models.activators import ActivatorKind, ActivatorState

KINDS = (
    ActivatorKind.ADVISER,
    ActivatorKind.FUNDING_ADVISER,
    ActivatorKind.CHAMPION,
    ActivatorKind.SOLUTION_PROVIDER,
    ActivatorKind.INSTITUTIONAL,
)

COLUMNS = (
    "SEE",
    "SEE_ON_MAP",
    "FOLLOW_WEBSITE",
    "READ_COORDINATES",
    "READ_COORDINATES, published",
    "REQUEST_CONTACT",
    "READ_MEMBERSHIP",
    "EDIT",
    "CHANGE_STATE",
)
"""Coordinates have two columns: of one who keeps them from the public, of one who does not."""

ACTIVE = """
                                  SEE   MAP   WEB   COORD PUBL. ASK   MEMB. EDIT  STATE
                                  AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI
a visitor                       | yyyy. yyy.. yyyy. ..... yyy.. yyy.. ..... ..... .....
an account without a role       | yyyy. yyy.. yyyy. ..... yyy.. yyy.. ..... ..... .....
a pending activator elsewhere   | yyyy. yyy.. yyyy. ..... yyy.. yyy.. ..... ..... .....
an active activator elsewhere   | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... ..... .....
the active ones themselves      | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. yyyyy yyyyy .....
the others themselves           | yyyy. yyy.. yyyy. ..... yyy.. yyy.. ..... ..... .....
manager of its structure        | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. yyyyy yyyyy .....
manager of another structure    | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... ..... .....
manager of its network          | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. yyyyy yyyyy .....
manager of another network      | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... ..... .....
national institution            | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... ..... .....
institution of its region       | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... ..... .....
institution of another region   | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... ..... .....
moderator                       | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. yyyyy yyyyy yyyyy
administrator                   | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. yyyyy yyyyy yyyyy
"""

NOT_ACTIVE = """
                                  SEE   MAP   WEB   COORD PUBL. ASK   MEMB. EDIT  STATE
                                  AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI
a visitor                       | ..... ..... ..... ..... ..... ..... ..... ..... .....
an account without a role       | ..... ..... ..... ..... ..... ..... ..... ..... .....
a pending activator elsewhere   | ..... ..... ..... ..... ..... ..... ..... ..... .....
an active activator elsewhere   | ..... ..... ..... ..... ..... ..... ..... ..... .....
the active ones themselves      | ..... ..... ..... ..... ..... ..... ..... ..... .....
the others themselves           | yyyyy yyyyy yyyyy yyyyy yyyyy ..... yyyyy yyyyy .....
manager of its structure        | yyyyy yyyyy yyyyy yyyyy yyyyy ..... yyyyy yyyyy .....
manager of another structure    | ..... ..... ..... ..... ..... ..... ..... ..... .....
manager of its network          | yyyyy yyyyy yyyyy yyyyy yyyyy ..... yyyyy yyyyy .....
manager of another network      | ..... ..... ..... ..... ..... ..... ..... ..... .....
national institution            | ..... ..... ..... ..... ..... ..... ..... ..... .....
institution of its region       | ..... ..... ..... ..... ..... ..... ..... ..... .....
institution of another region   | ..... ..... ..... ..... ..... ..... ..... ..... .....
moderator                       | yyyyy yyyyy yyyyy yyyyy yyyyy ..... yyyyy yyyyy yyyyy
administrator                   | yyyyy yyyyy yyyyy yyyyy yyyyy ..... yyyyy yyyyy yyyyy
"""


class Cell(NamedTuple):
    """An activator, as far as the law looks at it."""

    kind: ActivatorKind
    state: ActivatorState
    published: bool

    def __str__(self) -> str:
        """Name it in a failed test."""
        coordinates = "published" if self.published else "kept"
        return f"{self.kind.value} {self.state.value}, coordinates {coordinates}"


CELLS = [
    Cell(kind, state, published)
    for kind in KINDS
    for state in ActivatorState
    for published in (False, True)
]


def _read(table: str) -> dict[str, dict[str, str]]:
    rows = (line.split("|") for line in table.splitlines() if "|" in line)
    return {
        viewer.strip(): dict(zip(COLUMNS, cells.split(), strict=True)) for viewer, cells in rows
    }


TABLES = {active: _read(ACTIVE if active else NOT_ACTIVE) for active in (True, False)}
VIEWERS = tuple(TABLES[True])


def allowed(viewer: str, permission: str, cell: Cell) -> bool:
    """Read one cell of the law."""
    if permission == "READ_COORDINATES" and cell.published:
        permission = "READ_COORDINATES, published"
    row = TABLES[cell.state is ActivatorState.ACTIVE][viewer]
    return row[permission][KINDS.index(cell.kind)] == "y"
