"""What a review says: its texts are sealed, since not all of them are ever published."""

from resolvers.sealing import Sealer


def seal_comment(sealer: Sealer, comment: str | None) -> str | None:
    """Seal a comment; nothing for stars alone."""
    return None if comment is None else sealer.seal({"comment": comment})


def comment_of(sealer: Sealer, sealed: str | None) -> str | None:
    """Open the comment of a text; None for stars alone, and once it was erased."""
    if sealed is None:
        return None
    comment: str = sealer.open(sealed)["comment"]
    return comment


def words_of(sealer: Sealer, sealed: str | None) -> str | None:
    """Open the words of a step; None for one without, and once they were erased."""
    if sealed is None:
        return None
    words: str = sealer.open(sealed)["words"]
    return words
