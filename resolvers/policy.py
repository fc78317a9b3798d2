"""The operator's choices: delays and limits, each a setting with a sane default."""

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from resolvers.mark.settings import MarkPolicy

MOST_UNITS = 1_000_000_000

LONGEST_KEY_DAYS = 730
"""What nobody may ask for more than: two years."""


class Policy(MarkPolicy):
    """What actions and jobs go by. `server.Settings` reads it from the environment."""

    sign_in_url: str | None = None
    """The page of a portal to which links lead (`#token=…` follows); GraphiQL by default."""
    sign_in_link_minutes: float = Field(default=15, gt=0, le=24 * 60)
    """How long a link sent by e-mail opens a session."""
    access_minutes: float = Field(default=15, gt=0, le=24 * 60)
    """How long an access token lasts; its session gives the next one."""
    session_days: float = Field(default=30, gt=0, le=366)
    """How long a session lasts when it is not used."""
    job_attempts: int = Field(default=8, ge=1, le=100)
    """How often a job is tried before it is given up."""
    job_lease_seconds: float = Field(default=60, ge=1, le=3600)
    """How long a job belongs to the worker that took it; a handler may take four fifths of it."""
    key_days: int = Field(default=365, ge=1, le=LONGEST_KEY_DAYS)
    """How long an API key lasts where its maker does not say."""
    key_overlap_hours: float = Field(default=24, ge=0, le=24 * 30)
    """How long the secret before serves after a rotation, at most."""

    registration_hours: float = Field(default=48, gt=0, le=24 * 30)
    """How long the link lasts by which somebody who registers proves their address."""
    invitation_days: int = Field(default=30, ge=1, le=366)
    """How long an invitation to a structure may be accepted."""
    charter_days: int = Field(default=60, ge=1, le=3660)
    """How long members have to accept a new version of the charter, before they are suspended."""
    profile_reminder_days: int = Field(default=183, ge=1, le=3660)
    """Days after which a profile that was not confirmed has its owner reminded: six months."""
    profile_notice_days: int = Field(default=213, ge=1, le=3660)
    """Days after which its owner gets a last notice."""
    profile_lapse_days: int = Field(default=243, ge=1, le=3660)
    """Days after which it leaves the directory until it is confirmed."""
    employment_days: int = Field(default=365, ge=1, le=3660)
    """How often the managers of a structure say who still works there."""
    video_hosts: tuple[str, ...] = (
        "youtube.com",
        "youtu.be",
        "vimeo.com",
        "dailymotion.com",
        "tube.numerique.gouv.fr",
    )
    """Hosts, with their subdomains, whose videos a profile may show; as JSON."""
    check_links: bool = True
    """Whether the links of members are asked if they still answer."""
    link_check_days: int = Field(default=30, ge=1, le=3660)
    """Days between two times that one link is asked, at least."""
    contact_answer_days: int = Field(default=2, ge=1, le=60)
    """Working days within which a contact request is to be answered."""
    contact_escalation_days: int = Field(default=3, ge=1, le=60)
    """Working days after that until managers are told, and the company is offered others."""
    contact_expiry_days: int = Field(default=15, ge=1, le=250)
    """Working days after the answer was due until an unanswered request expires."""
    contact_offers: int = Field(default=3, ge=1, le=10)
    """How many others a company is offered."""
    contact_redirections: int = Field(default=3, ge=1, le=20)
    """Redirections of one request after which the network's managers are told."""
    contact_kept_months: int = Field(default=24, ge=1, le=120)
    """Months after a request was closed until what identifies the company is erased."""
    contact_spam_links: int = Field(default=3, ge=1, le=100)
    """Links in a text from which on a request is held for a moderator."""
    contact_spam_repeats: int = Field(default=3, ge=1, le=1_000)
    """Activators to whom the same text was sent within a week, from which on it is held."""
    contact_request_url: str | None = None
    """The page of a portal to which private links lead (`#request=…` follows); GraphiQL else."""
    engagement_reminder_days: int = Field(default=10, ge=1, le=60)
    """Working days after which a solution provider is reminded of what was declared of it."""
    engagement_answer_days: int = Field(default=15, ge=1, le=60)
    """Working days for it to confirm or dispute that; then a moderator decides."""
    engagement_kept_months: int = Field(default=24, ge=1, le=120)
    """Months after a declared engagement was decided until what tells the company is erased."""
    engagement_url: str | None = None
    """The page of a portal to which links about declared engagements lead (`#engagement=…`
    follows); GraphiQL else."""
    review_invitation_days: int = Field(default=30, ge=1, le=366)
    """Days after the first answer until the company is invited to say how it went."""
    review_moderation_days: int = Field(default=7, ge=1, le=60)
    """Days within which a comment of a review is decided; after them its stars stand alone."""
    review_doubt_days: int = Field(default=15, ge=1, le=60)
    """Days within which a doubt about a review is examined (`review_law.FAIR_INFORMATION`)."""
    review_published_months: int = Field(default=36, ge=1, le=120)
    """Months for which a review is published, at most (`review_law.DISPLAY`)."""
    review_kept_months: int = Field(default=12, ge=1, le=120)
    """Months after a review was closed until its words are erased."""
    report_days: int = Field(default=15, ge=1, le=365)
    """Days within which a report of a profile is decided."""
    moderation_kept_months: int = Field(default=24, ge=1, le=120)
    """Months after a decision until its case, its report, and a sanction that was lifted go."""
    moderation_lease_minutes: float = Field(default=30, ge=1, le=24 * 60)
    """How long a case belongs to the moderator that claimed it."""
    withdrawn_days: int = Field(default=90, ge=1, le=3660)
    """How long after a withdrawal what is personal is erased."""
    done_job_days: int = Field(default=30, ge=8, le=3660)
    """How long a job that is done is kept, so that its cause makes no second one: more than the
    week in which each day finds the same members to remind of a charter."""
    dead_job_days: int = Field(default=180, ge=1, le=3660)
    """How long a job that was given up is kept, so that it can be tried again."""
    session_record_days: int = Field(default=90, ge=1, le=3660)
    """How long a session that is over is kept, with its tokens."""

    rate_limits: Literal["memory", "database", "off"] | None = None
    """Where it is counted what clients use: in each worker, or in the database for all of them.
    `serve` chooses where nobody says: memory for one worker, the database for several."""
    rate_portal_factor: float = Field(default=50, ge=1, le=1_000)
    """How many times as much a portal may that comes with its key, for it asks for many people.
    The rates below are those of any other client: an account, or else a network address."""
    rate_units_per_minute: int = Field(default=600_000, ge=1, le=MOST_UNITS)
    """What a client may ask for, in units of `schema.limits.measure`; as are all rates, at once or
    over the time."""
    rate_places_per_minute: int = Field(default=300, ge=1, le=MOST_UNITS)
    """How often a client may complete a place, as somebody types."""
    rate_links_per_hour: int = Field(default=60, ge=1, le=MOST_UNITS)
    """How many sign-in links a client may ask for."""
    rate_secrets_per_hour: int = Field(default=300, ge=1, le=MOST_UNITS)
    """How many secrets of links a client may try."""
    rate_registrations_per_hour: int = Field(default=30, ge=1, le=MOST_UNITS)
    """How many people a client may register."""
    rate_mails_per_hour: int = Field(default=10, ge=1, le=MOST_UNITS)
    """How often one e-mail address may be given: for a link, a registration, an invitation."""
    rate_keys_per_hour: int = Field(default=20, ge=1, le=MOST_UNITS)
    """How many API keys a client may make."""
    rate_letters_per_hour: int = Field(default=60, ge=1, le=MOST_UNITS)
    """How many letters to others a client may cause: invitations, arrivals in structures."""

    rate_contacts_per_hour: int = Field(default=20, ge=1, le=MOST_UNITS)
    """How many contact requests a client may send."""
    rate_contacts_to_one_per_hour: int = Field(default=60, ge=1, le=MOST_UNITS)
    """How many contact requests one activator may be sent by all."""
    rate_clicks_per_hour: int = Field(default=600, ge=1, le=MOST_UNITS)
    """How many clicks on pages a client may tell of."""
    consultation_kept_months: int = Field(default=36, ge=13, le=120)
    """Months for which it is kept how often pages were consulted: a year to compare at least."""

    live_connections_per_client: int = Field(default=100, ge=1, le=1_000_000)
    """How many sockets and streams one client may keep open on a worker; a portal as many times
    more as `rate_portal_factor` says."""
    live_connections: int = Field(default=10_000, ge=1, le=1_000_000)
    """How many a worker keeps open in all."""
    live_subscriptions_per_socket: int = Field(default=50, ge=1, le=10_000)
    """How many subscriptions may share one socket."""
    live_check_seconds: float = Field(default=15, ge=0.05, le=300)
    """How often a socket or a stream is asked whether who holds it still may, where nothing says
    so before; a stream that has nothing to tell says as often that it is there."""
    live_init_seconds: float = Field(default=10, ge=0.05, le=300)
    """How long a socket may take to say who holds it."""

    @model_validator(mode="after")
    def _escalate_before_expiring(self) -> Self:
        """Refuse an order in which a request would expire before anybody is told."""
        if not self.contact_escalation_days < self.contact_expiry_days:
            raise ValueError(
                "MAILLAGE_CONTACT_ESCALATION_DAYS must be less than MAILLAGE_CONTACT_EXPIRY_DAYS: "
                f"they are {self.contact_escalation_days} and {self.contact_expiry_days}"
            )
        return self

    @model_validator(mode="after")
    def _remind_before_referring(self) -> Self:
        """Refuse an order in which a moderator is asked before the provider is reminded."""
        if not self.engagement_reminder_days < self.engagement_answer_days:
            raise ValueError(
                "MAILLAGE_ENGAGEMENT_REMINDER_DAYS must be less than "
                "MAILLAGE_ENGAGEMENT_ANSWER_DAYS: they are "
                f"{self.engagement_reminder_days} and {self.engagement_answer_days}"
            )
        return self

    @model_validator(mode="after")
    def _remind_before_lapsing(self) -> Self:
        """Refuse an order in which a profile would lapse before its owner is told."""
        days = self.profile_reminder_days, self.profile_notice_days, self.profile_lapse_days
        if not days[0] < days[1] < days[2]:
            raise ValueError(
                "MAILLAGE_PROFILE_REMINDER_DAYS must be less than MAILLAGE_PROFILE_NOTICE_DAYS, "
                "and that less than MAILLAGE_PROFILE_LAPSE_DAYS: they are "
                f"{days[0]}, {days[1]} and {days[2]}"
            )
        return self

    @property
    def sign_in_link_lifetime(self) -> timedelta:
        """`sign_in_link_minutes`."""
        return timedelta(minutes=self.sign_in_link_minutes)

    @property
    def access_lifetime(self) -> timedelta:
        """`access_minutes`."""
        return timedelta(minutes=self.access_minutes)

    @property
    def session_lifetime(self) -> timedelta:
        """`session_days`."""
        return timedelta(days=self.session_days)

    @property
    def registration_lifetime(self) -> timedelta:
        """`registration_hours`."""
        return timedelta(hours=self.registration_hours)

    @property
    def employment_time(self) -> timedelta:
        """`employment_days`."""
        return timedelta(days=self.employment_days)

    @property
    def withdrawn_time(self) -> timedelta:
        """`withdrawn_days`."""
        return timedelta(days=self.withdrawn_days)

    @property
    def job_lease(self) -> timedelta:
        """`job_lease_seconds`."""
        return timedelta(seconds=self.job_lease_seconds)
