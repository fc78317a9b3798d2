"""Conflicts of interest: a moderator decides nothing about what touches them (charter, article 4).

Administrators neither. Nothing else in the code decides.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interest:
    """What somebody has to do with the activator that a case is about."""

    itself: bool = False
    """It is the activator."""
    colleague: bool = False
    """It is an activator of the same structure."""
    manager: bool = False
    """It manages the activator's structure, or a network that enrols it."""
    competitor: bool = False
    """It is another active activator of the same kind, or manages the structure of one, that
    shares with it a field of expertise and a department served."""
    author: bool = False
    """It is the company that wrote what is to be decided, or who reported it."""


DISINTERESTED = Interest()


def is_conflicted(interest: Interest) -> bool:
    """Say whether such an interest keeps somebody from deciding."""
    return interest != DISINTERESTED
