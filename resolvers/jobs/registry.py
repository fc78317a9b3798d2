"""Who does what: a handler for each kind of job."""

from collections.abc import Mapping

from resolvers import account_letters, profile_mails
from resolvers.account_mails import ACCOUNT_DELETED, tell_deletion
from resolvers.activator_mails import STATE_CHANGED, tell_state
from resolvers.charter_calls import (
    CHARTER_CALL,
    CHARTER_REMINDERS,
    call_members,
    remind_or_suspend,
)
from resolvers.charter_mails import CHARTER_LETTER, send_letter
from resolvers.contact.acknowledgement import CONTACT_ACKNOWLEDGEMENT, acknowledge
from resolvers.contact.deadlines import CONTACT_DUE, CONTACT_EXPIRY, CONTACT_LATE
from resolvers.contact.delays import escalate, expire, remind_activator
from resolvers.contact.held import CONTACT_HELD, tell_held
from resolvers.contact.letters import CONTACT_LETTER, send_contact_letter
from resolvers.contact.letters_to_managers import CONTACT_MANAGER_LETTER, send_manager_letter
from resolvers.contact.link_renewal import LINK_RENEWAL, renew_link
from resolvers.contact.orphans import CONTACT_ORPHANED, offer_orphans_others
from resolvers.contact.revealing import CONTACT_REVEALED, tell_revealed
from resolvers.declarations.letters import ENGAGEMENT_LETTER, send_engagement_letter
from resolvers.declarations.silence import (
    ENGAGEMENT_REMINDER,
    ENGAGEMENT_SILENCE,
    refer_to_moderator,
    remind_provider,
)
from resolvers.employment_reminders import EMPLOYMENT_REMINDERS, ask_who_works_there
from resolvers.invitation_actions import INVITATION
from resolvers.jobs.handling import Handler
from resolvers.links.checks import LINK_CHECKS, check_links
from resolvers.links.letters import DEAD_LINKS, tell_dead_links
from resolvers.mark.ending import MARK_EXPIRY, expire_licence
from resolvers.mark.failing import MARK_CONDITIONS, look_at_conditions
from resolvers.mark.letters import MARK_LETTER
from resolvers.mark.letters import send_letter as send_mark_letter
from resolvers.moderation.letters import (
    REPORT_LETTER,
    SANCTION_LETTER,
    send_report_letter,
    send_sanction_letter,
)
from resolvers.moderation.reminding import (
    MODERATION_OVERDUE,
    MODERATION_REMINDERS,
    remind_moderators,
    tell_overdue,
)
from resolvers.profile_reminders import PROFILE_REMINDERS, remind_of_profiles
from resolvers.purge import PURGE, purge_daily
from resolvers.registering import REGISTRATION
from resolvers.registration_mails import (
    REGISTRATION_AWAITS,
    tell_registration_awaits,
    write_to_registered,
)
from resolvers.reviews.ending import REVIEW_ENDS, end_reviews
from resolvers.reviews.invitations import (
    REVIEW_INVITATION,
    REVIEW_INVITATIONS,
    invite_to_review,
    send_review_invitation,
)
from resolvers.reviews.letters import REVIEW_LETTER, send_review_letter
from resolvers.reviews.overdue import REVIEW_STARS, publish_stars
from resolvers.sign_in_actions import SIGN_IN_LINK
from resolvers.sign_in_mails import send_sign_in_link
from resolvers.structure_mails import MANAGER_REMOVED, send_invitation, tell_removed_manager
from resolvers.withdrawals import ERASE_WITHDRAWN, erase_withdrawn

HANDLERS: Mapping[str, Handler] = {
    STATE_CHANGED: tell_state,
    SIGN_IN_LINK: send_sign_in_link,
    PURGE: purge_daily,
    ACCOUNT_DELETED: tell_deletion,
    ERASE_WITHDRAWN: erase_withdrawn,
    INVITATION: send_invitation,
    MANAGER_REMOVED: tell_removed_manager,
    REGISTRATION: write_to_registered,
    REGISTRATION_AWAITS: tell_registration_awaits,
    PROFILE_REMINDERS: remind_of_profiles,
    profile_mails.PROFILE_LETTER: profile_mails.send_letter,
    profile_mails.PARTING: profile_mails.tell_parting,
    account_letters.ACCOUNT_LETTER: account_letters.send_letter,
    EMPLOYMENT_REMINDERS: ask_who_works_there,
    CHARTER_CALL: call_members,
    CHARTER_LETTER: send_letter,
    CHARTER_REMINDERS: remind_or_suspend,
    LINK_CHECKS: check_links,
    DEAD_LINKS: tell_dead_links,
    CONTACT_LETTER: send_contact_letter,
    CONTACT_ORPHANED: offer_orphans_others,
    CONTACT_REVEALED: tell_revealed,
    CONTACT_ACKNOWLEDGEMENT: acknowledge,
    CONTACT_MANAGER_LETTER: send_manager_letter,
    CONTACT_DUE: remind_activator,
    CONTACT_LATE: escalate,
    CONTACT_EXPIRY: expire,
    CONTACT_HELD: tell_held,
    LINK_RENEWAL: renew_link,
    REPORT_LETTER: send_report_letter,
    SANCTION_LETTER: send_sanction_letter,
    MODERATION_REMINDERS: remind_moderators,
    MODERATION_OVERDUE: tell_overdue,
    REVIEW_ENDS: end_reviews,
    REVIEW_LETTER: send_review_letter,
    REVIEW_INVITATIONS: invite_to_review,
    REVIEW_INVITATION: send_review_invitation,
    MARK_LETTER: send_mark_letter,
    MARK_EXPIRY: expire_licence,
    MARK_CONDITIONS: look_at_conditions,
    REVIEW_STARS: publish_stars,
    ENGAGEMENT_LETTER: send_engagement_letter,
    ENGAGEMENT_REMINDER: remind_provider,
    ENGAGEMENT_SILENCE: refer_to_moderator,
}

DAILY: tuple[str, ...] = (
    PURGE,
    ERASE_WITHDRAWN,
    PROFILE_REMINDERS,
    EMPLOYMENT_REMINDERS,
    CHARTER_REMINDERS,
    LINK_CHECKS,
    REVIEW_INVITATIONS,
    MARK_CONDITIONS,
    MODERATION_REMINDERS,
    REVIEW_ENDS,
)
"""Kinds of jobs that are done once a day."""
