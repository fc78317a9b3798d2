"""Marks (a field's metadata): its answer depends on its row, grants and literals alone."""

from enum import Enum


class Mark(Enum):
    """What else must hold."""

    PURE = "nothing"
    PURE_ON_MAP = "the viewer sees the activator on the map"


PURE = {"mark": Mark.PURE}
PURE_ON_MAP = {"mark": Mark.PURE_ON_MAP}
