"""Who looks at a page, as far as consultations are counted: no robot, and each one once."""

from dataclasses import dataclass

import crawleruseragents
from cachetools import LRUCache

LONGEST_AGENT = 256
"""Characters of a User-Agent that are looked at; browsers' are shorter."""
REMEMBERED = 4_096
"""Agents of which it is remembered whether they are robots, by a hash: looking takes 0.2 ms."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks; it lives as long as its request, and only a hash of its name is kept.

    `name` tells it from others: an account, a network address with a User-Agent, what a portal
    calls its own visitor. `agent` is its User-Agent; None where nobody knows it.
    """

    name: str
    agent: str | None


_robots: LRUCache[int, bool] = LRUCache(REMEMBERED)


def is_robot(agent: str | None) -> bool:
    """Whether a User-Agent is that of a robot; browsers all have one, so none at all is a robot's.

    What nobody knows is given the benefit of the doubt.
    """
    if agent is None:
        return False
    key = hash(agent)
    if key not in _robots:
        looked_at = agent[:LONGEST_AGENT]
        _robots[key] = not looked_at.strip() or crawleruseragents.is_crawler(looked_at)
    return _robots[key]
