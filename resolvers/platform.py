"""The platform: what every action works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models.database import Database
from resolvers.audit import Audit
from resolvers.consultations.counting import Consultations
from resolvers.directory.directory import Directory
from resolvers.key_secrets import KeySecrets
from resolvers.link_secrets import LinkSecrets
from resolvers.links.asking import LinkAsker
from resolvers.mail.outgoing import OutgoingMail
from resolvers.openid.issuers import Issuers
from resolvers.policy import Policy
from resolvers.rate_limits import RateLimits
from resolvers.sealing import Sealer
from resolvers.tokens import Tokens


@dataclass(frozen=True)
class Platform:
    """What one worker has: its database, its clock, and its ways to reach people and others."""

    database: Database
    directory: Directory
    audit: Audit
    tokens: Tokens
    key_secrets: KeySecrets
    link_secrets: LinkSecrets
    sealer: Sealer
    issuers: Issuers
    policy: Policy
    rate_limits: RateLimits
    clock: Callable[[], datetime]
    mail: OutgoingMail
    link_asker: LinkAsker
    consultations: Consultations

    def now(self) -> datetime:
        """Tell the time, in UTC."""
        return self.clock()
