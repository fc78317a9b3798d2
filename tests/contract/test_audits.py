"""The GraphQL-over-HTTP specification, by the audits of its reference implementation."""

import asyncio
import json
import shutil
from pathlib import Path

from tests.required import skip_or_fail

WEB = Path(__file__).parents[2] / "web"


async def test_every_audit_of_graphql_over_http_passes(live_server: str) -> None:
    node = shutil.which("node")
    if node is None or not (WEB / "node_modules" / "graphql-http").is_dir():
        skip_or_fail("the audits need Node and the packages of web/: run `make setup`")

    process = await asyncio.create_subprocess_exec(
        node, "audits.mjs", f"{live_server}/graphql", cwd=WEB, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()

    findings = json.loads(printed)
    assert len(findings) == 61
    assert [one for one in findings if one["status"] != "ok"] == []
