"""Who looks at a page, read from the headers of a request.

A portal asks for many people. Its pages come from their browsers, its servers may name them:
`Maillage-Visitor` is whatever it tells its visitors apart by, `Maillage-Visitor-Agent` the
User-Agent of the visitor's browser. Both count with a key alone; nothing else depends on them.
"""

import re

from starlette.requests import Request

from permissions.viewer import Viewer
from resolvers.consultations.visitors import Visitor
from schema.http import HttpRefusal

NAMED = re.compile(r"[\x21-\x7e]{1,128}")


def visitor_of(request: Request, viewer: Viewer, address: str) -> Visitor:
    """Say who looks; raises HttpRefusal for a name that a portal gave and that is none.

    Who signed in is no robot, and neither is a portal's server: it is who it asks for that may be.
    """
    headers = request.headers
    agent = headers.get("user-agent", "")
    if viewer.account_id is not None:
        return Visitor(f"account {viewer.account_id}", None)
    if viewer.api_key_id is None:
        return Visitor(f"address {address} {agent}", agent)
    named = headers.get("maillage-visitor")
    of_page = agent if "origin" in headers else None
    visitor_agent = headers.get("maillage-visitor-agent", of_page)
    if named is None:
        return Visitor(f"key {viewer.api_key_id} at {address} {agent}", visitor_agent)
    if not NAMED.fullmatch(named):
        message = "Maillage-Visitor: expected 1 to 128 visible ASCII characters."
        raise HttpRefusal(400, "BAD_REQUEST", message)
    return Visitor(f"key {viewer.api_key_id} for {named}", visitor_agent)
