"""The articles of the law on reviews are spelled in one file: a later decree renumbers them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("models", "permissions", "resolvers", "schema")
LABELS = Path("models/review_law.py")
ARTICLE = re.compile(r"[LD]\.\s?111-\d")


def test_articles_are_spelled_in_one_file() -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]

    spelled = {path.relative_to(ROOT) for path in files if ARTICLE.search(path.read_text())}

    assert spelled == {LABELS}
