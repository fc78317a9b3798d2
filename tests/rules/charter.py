"""The law of the charter (articles 2-5), spelled out cell by cell, apart from the code.

A row is a viewer, a column a permission; each cell says by kind, in the order of `KINDS`, `y` for
what is granted and `.` for what is refused. The first table is about activators that are active,
the second about those that are pending, suspended or withdrawn, the third about those that are
active and not listed. The network of all of them is allowed to admit.
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
    "REVIEW",
    "SEE_STARS",
    "SEE_STARS, rated",
    "SEE_CONSULTATIONS",
    "READ_MEMBERSHIP",
    "EDIT",
    "ADMIT",
    "CHANGE_STATE",
    "COMMIT",
)
"""Coordinates have two columns: of one who keeps them from the public, of one who does not. Stars
too: of one with four published reviews, of one with five."""

ACTIVE = """
                                  SEE   MAP   WEB   COORD PUBL. ASK   REV.  STARS RATED CONS. MEMB. EDIT  ADMIT STATE COMM.
                                  AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI
a visitor                       | yyyy. yyy.. yyyy. ..... yyy.. yyy.. ..... ..... yy.y. ..... ..... ..... ..... ..... .....
an account without a role       | yyyy. yyy.. yyyy. ..... yyy.. yyy.. ..... ..... yy.y. ..... ..... ..... ..... ..... .....
a company that it helped        | yyyy. yyy.. yyyy. ..... yyy.. yyy.. yy.y. ..... yy.y. ..... ..... ..... ..... ..... .....
a pending activator elsewhere   | yyyy. yyy.. yyyy. ..... yyy.. yyy.. ..... ..... yy.y. ..... ..... ..... ..... ..... .....
an active activator elsewhere   | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... ..... yy.y. ..... ..... ..... ..... ..... .....
the active ones themselves      | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... yy.y. yy.y. yyyyy yyyyy yyyyy ..... ..... yyyyy
the others themselves           | yyyy. yyy.. yyyy. ..... yyy.. yyy.. ..... ..... yy.y. ..... ..... ..... ..... ..... .....
manager of its structure        | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... yy.y. yy.y. yyyyy yyyyy yyyyy ..... ..... .....
manager of another structure    | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... ..... yy.y. ..... ..... ..... ..... ..... .....
manager of its network          | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... yy.y. yy.y. yyyyy yyyyy yyyyy yyyyy ..... .....
manager of another network      | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... ..... yy.y. ..... ..... ..... ..... ..... .....
national institution            | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... yy.y. yy.y. yyyyy ..... ..... ..... ..... .....
institution of its region       | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... yy.y. yy.y. yyyyy ..... ..... ..... ..... .....
institution of another region   | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... yy.y. yy.y. yyyyy ..... ..... ..... ..... .....
moderator                       | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... yy.y. yy.y. yyyyy yyyyy yyyyy yyyyy yyyyy .....
administrator                   | yyyyy yyyyy yyyyy yyyyy yyyyy yyy.. ..... yy.y. yy.y. yyyyy yyyyy yyyyy yyyyy yyyyy .....
"""

NOT_ACTIVE = """
                                  SEE   MAP   WEB   COORD PUBL. ASK   REV.  STARS RATED CONS. MEMB. EDIT  ADMIT STATE COMM.
                                  AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI
a visitor                       | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
an account without a role       | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
a company that it helped        | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
a pending activator elsewhere   | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
an active activator elsewhere   | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
the active ones themselves      | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
the others themselves           | yyyyy yyyyy yyyyy yyyyy yyyyy ..... ..... yy.y. yy.y. yyyyy yyyyy yyyyy ..... ..... yyyyy
manager of its structure        | yyyyy yyyyy yyyyy yyyyy yyyyy ..... ..... yy.y. yy.y. yyyyy yyyyy yyyyy ..... ..... .....
manager of another structure    | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
manager of its network          | yyyyy yyyyy yyyyy yyyyy yyyyy ..... ..... yy.y. yy.y. yyyyy yyyyy yyyyy yyyyy ..... .....
manager of another network      | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
national institution            | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
institution of its region       | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
institution of another region   | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
moderator                       | yyyyy yyyyy yyyyy yyyyy yyyyy ..... ..... yy.y. yy.y. yyyyy yyyyy yyyyy yyyyy yyyyy .....
administrator                   | yyyyy yyyyy yyyyy yyyyy yyyyy ..... ..... yy.y. yy.y. yyyyy yyyyy yyyyy yyyyy yyyyy .....
"""

NOT_LISTED = """
                                  SEE   MAP   WEB   COORD PUBL. ASK   REV.  STARS RATED CONS. MEMB. EDIT  ADMIT STATE COMM.
                                  AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI AFCSI
a visitor                       | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
an account without a role       | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
a company that it helped        | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
a pending activator elsewhere   | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
an active activator elsewhere   | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
the active ones themselves      | yyyyy yyyyy yyyyy yyyyy yyyyy ..... ..... yy.y. yy.y. yyyyy yyyyy yyyyy ..... ..... yyyyy
the others themselves           | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
manager of its structure        | yyyyy yyyyy yyyyy yyyyy yyyyy ..... ..... yy.y. yy.y. yyyyy yyyyy yyyyy ..... ..... .....
manager of another structure    | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
manager of its network          | yyyyy yyyyy yyyyy yyyyy yyyyy ..... ..... yy.y. yy.y. yyyyy yyyyy yyyyy yyyyy ..... .....
manager of another network      | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
national institution            | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
institution of its region       | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
institution of another region   | ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
moderator                       | yyyyy yyyyy yyyyy yyyyy yyyyy ..... ..... yy.y. yy.y. yyyyy yyyyy yyyyy yyyyy yyyyy .....
administrator                   | yyyyy yyyyy yyyyy yyyyy yyyyy ..... ..... yy.y. yy.y. yyyyy yyyyy yyyyy yyyyy yyyyy .....
"""


class Cell(NamedTuple):
    """An activator, as far as the law looks at it."""

    kind: ActivatorKind
    state: ActivatorState
    published: bool
    listed: bool = True
    rated: bool = False

    def __str__(self) -> str:
        """Name it in a failed test."""
        coordinates = "published" if self.published else "kept"
        listed = "" if self.listed else ", not listed"
        rated = ", rated" if self.rated else ""
        return f"{self.kind.value} {self.state.value}, coordinates {coordinates}{listed}{rated}"


CELLS = [
    Cell(kind, state, published)
    for kind in KINDS
    for state in ActivatorState
    for published in (False, True)
]
CELLS += [Cell(kind, ActivatorState.ACTIVE, published=False, listed=False) for kind in KINDS]
CELLS += [Cell(kind, ActivatorState.ACTIVE, published=False, rated=True) for kind in KINDS]


def _read(table: str) -> dict[str, dict[str, str]]:
    rows = (line.split("|") for line in table.splitlines() if "|" in line)
    return {
        viewer.strip(): dict(zip(COLUMNS, cells.split(), strict=True)) for viewer, cells in rows
    }


LAW, LAW_OF_OTHERS, LAW_OF_UNLISTED = _read(ACTIVE), _read(NOT_ACTIVE), _read(NOT_LISTED)
VIEWERS = tuple(LAW)


def allowed(viewer: str, permission: str, cell: Cell) -> bool:
    """Read one cell of the law."""
    if permission == "READ_COORDINATES" and cell.published:
        permission = "READ_COORDINATES, published"
    if permission == "SEE_STARS" and cell.rated:
        permission = "SEE_STARS, rated"
    law = LAW if cell.listed else LAW_OF_UNLISTED
    table = law if cell.state is ActivatorState.ACTIVE else LAW_OF_OTHERS
    return table[viewer][permission][KINDS.index(cell.kind)] == "y"
