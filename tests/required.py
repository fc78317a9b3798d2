"""What a test needs of the machine and may not find: a server, a browser, Node."""

import os
from typing import NoReturn

import pytest


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test for `reason`; where `MAILLAGE_REQUIRE_ALL` is 1, as in CI, fail it instead."""
    if os.environ.get("MAILLAGE_REQUIRE_ALL") == "1":
        pytest.fail(f"MAILLAGE_REQUIRE_ALL is set, and {reason}")
    pytest.skip(reason)
