"""Every table, for queries: `tables.activator.c.id`. Importing this fills the metadata."""

from sqlmodel import SQLModel

from models import (
    accounts,
    activators,
    api_keys,
    audit,
    charters,
    consultations,
    contact_requests,
    declared_engagements,
    engagements,
    expertise,
    identities,
    invitations,
    jobs,
    links,
    mark_licences,
    moderation,
    networks,
    rate_limits,
    reviews,
    revisions,
    sessions,
    structures,
    territories,
)

DEFINED_IN = (
    accounts,
    activators,
    api_keys,
    audit,
    charters,
    consultations,
    contact_requests,
    declared_engagements,
    engagements,
    expertise,
    identities,
    invitations,
    jobs,
    links,
    mark_licences,
    moderation,
    networks,
    rate_limits,
    reviews,
    revisions,
    sessions,
    structures,
    territories,
)

metadata = SQLModel.metadata
account = metadata.tables["account"]
account_role = metadata.tables["account_role"]
activator = metadata.tables["activator"]
activator_expertise = metadata.tables["activator_expertise"]
activator_sector = metadata.tables["activator_sector"]
activator_territory = metadata.tables["activator_territory"]
api_key = metadata.tables["api_key"]
audit_entry = metadata.tables["audit_entry"]
audit_head = metadata.tables["audit_head"]
change = metadata.tables["change"]
charter_acceptance = metadata.tables["charter_acceptance"]
charter_version = metadata.tables["charter_version"]
consultation = metadata.tables["consultation"]
contact_message = metadata.tables["contact_message"]
contact_request = metadata.tables["contact_request"]
contact_request_link = metadata.tables["contact_request_link"]
contact_request_step = metadata.tables["contact_request_step"]
declared_engagement = metadata.tables["declared_engagement"]
diagnosis = metadata.tables["diagnosis"]
engagement = metadata.tables["engagement"]
enrolment = metadata.tables["enrolment"]
expertise_field = metadata.tables["expertise_field"]
expertise_theme = metadata.tables["expertise_theme"]
identity = metadata.tables["identity"]
invitation = metadata.tables["invitation"]
job = metadata.tables["job"]
link_check = metadata.tables["link_check"]
mark_licence = metadata.tables["mark_licence"]
membership = metadata.tables["membership"]
moderation_case = metadata.tables["moderation_case"]
network = metadata.tables["network"]
profile_report = metadata.tables["profile_report"]
rate_limit = metadata.tables["rate_limit"]
redirection_offer = metadata.tables["redirection_offer"]
refresh_token = metadata.tables["refresh_token"]
registration = metadata.tables["registration"]
review = metadata.tables["review"]
review_history = metadata.tables["review_history"]
review_text = metadata.tables["review_text"]
revision = metadata.tables["revision"]
sanction = metadata.tables["sanction"]
sector = metadata.tables["sector"]
session = metadata.tables["session"]
sign_in_link = metadata.tables["sign_in_link"]
spent_id_token = metadata.tables["spent_id_token"]
structure = metadata.tables["structure"]
territory = metadata.tables["territory"]
territory_postal_code = metadata.tables["territory_postal_code"]
