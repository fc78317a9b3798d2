"""Who does what: a handler for each kind of job."""

from collections.abc import Mapping

from resolvers.activator_mails import STATE_CHANGED, tell_state
from resolvers.jobs.handling import Handler
from resolvers.purge import PURGE, purge_daily
from resolvers.sign_in_actions import SIGN_IN_LINK
from resolvers.sign_in_mails import send_sign_in_link
from resolvers.withdrawals import ERASE_WITHDRAWN, erase_withdrawn

HANDLERS: Mapping[str, Handler] = {
    STATE_CHANGED: tell_state,
    SIGN_IN_LINK: send_sign_in_link,
    PURGE: purge_daily,
    ERASE_WITHDRAWN: erase_withdrawn,
}

DAILY: tuple[str, ...] = (PURGE, ERASE_WITHDRAWN)
"""Kinds of jobs that are done once a day."""
