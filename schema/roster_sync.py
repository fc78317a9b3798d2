"""Bringing the roster of a network up to date (mutation)."""

from typing import Annotated, Self

import strawberry
from strawberry.utils.str_converters import to_camel_case

from permissions.guard import describe_values
from resolvers.imports import Rejection
from resolvers.refusal import Refusal
from resolvers.roster_absence import Absentee
from resolvers.roster_changes import Decided, Outcome
from resolvers.roster_sync import SyncReport, outcome_of, sync_roster
from schema.context import Info
from schema.nodes import global_id
from schema.roster_entry import RosterEntryInput
from schema.user_error import UserError

MOST_ABSENT = 1_000
"""Absent activators that are listed; all are counted."""

strawberry.enum(Outcome, name="RosterOutcome", description="What became of an entry of a roster.")
describe_values(
    {
        Outcome.INSERTED: "It is a new activator, active at once: its network vouches for it.",
        Outcome.UPDATED: "It, or its structure, is as the entry says, but for what it edited "
        "itself. Its profile counts as confirmed today.",
        Outcome.UNCHANGED: "It was as the entry says, or what differs was edited by itself; or it "
        "left the programme, for good: a roster does not bring it back.",
        Outcome.REJECTED: "The entry is not what was expected, and was left out.",
    }
)


@strawberry.input(description="A roster, or a part of it.")
class SyncRosterInput:
    """What is asked."""

    network: str = strawberry.field(description="The code of the network.")
    entries: list[RosterEntryInput] = strawberry.field(
        description="At most 1,000; the request weighs at most what the operator chose, 2,000,000 "
        "bytes. Send more in several calls."
    )
    keep: list[str] = strawberry.field(
        default_factory=list,
        description="External ids that are in the roster, too, and that no entry of this call "
        "describes: those of the other calls, where the roster is `full`. They count as named.",
    )
    dry_run: bool = strawberry.field(
        default=False, description="Answer the same, and write nothing."
    )
    full: bool = strawberry.field(
        default=False,
        description="Whether `entries` and `keep` name the whole roster: whom they do not name is "
        "unenrolled, and withdrawn from the programme where no other network enrols it.",
    )
    force: bool = strawberry.field(
        default=False,
        description="Whether a `full` roster may take away more than 20 % of the network's "
        "activators; otherwise such a call is refused with `CONFLICT`, and nothing is written.",
    )


@strawberry.type(description="What became of one entry, or would, in a dry run.")
class RosterEntryResult:
    """An outcome."""

    index: int = strawberry.field(description="The entry's place in the call, from 0.")
    external_id: str = strawberry.field(description="As the entry says it.")
    outcome: Outcome = strawberry.field(description="What became of it.")
    activator_id: strawberry.ID | None = strawberry.field(
        description="The activator; null for an entry that was rejected, or would be inserted."
    )
    field: str | None = strawberry.field(description="Of one that was rejected: its wrong field.")
    value: str | None = strawberry.field(
        description="The wrong value, or the part of it that is wrong, cut to 80 characters."
    )
    expected: str | None = strawberry.field(description="What was expected instead.")

    @classmethod
    def of(cls, one: Decided | Rejection, external_id: str, *, dry_run: bool) -> Self:
        """Tell one."""
        told = cls(
            index=one.line,
            external_id=external_id,
            outcome=outcome_of(one),
            activator_id=None,
            field=None,
            value=None,
            expected=None,
        )
        if isinstance(one, Rejection):
            told.field = to_camel_case(one.column)
            told.value, told.expected = one.value, one.expected
        elif not (dry_run and one.outcome is Outcome.INSERTED):
            told.activator_id = global_id("Activator", one.activator_id)
        return told


@strawberry.type(description="An activator that the network's roster enrolled, and does not name.")
class AbsentActivator:
    """One who is absent."""

    row: strawberry.Private[Absentee]

    @strawberry.field(description="The network's own number for it.")
    def external_id(self) -> str:
        """Give its number."""
        return self.row.external_id

    @strawberry.field(description="The activator.")
    def activator_id(self) -> strawberry.ID:
        """Give its id."""
        return global_id("Activator", self.row.activator_id)


@strawberry.type(description="What a roster changed, or would change, in a dry run.")
class RosterReport:
    """A report."""

    entries: list[RosterEntryResult] = strawberry.field(
        description="What became of each entry, in their order."
    )
    inserted: int = strawberry.field(description="How many were inserted.")
    updated: int = strawberry.field(description="How many were updated.")
    unchanged: int = strawberry.field(description="How many were left as they were.")
    rejected: int = strawberry.field(description="How many were rejected.")
    absent_count: int = strawberry.field(
        description="How many activators rosters of this network enrolled that neither `entries` "
        "nor `keep` name. Those that registered by themselves are none of them."
    )
    absent: list[AbsentActivator] = strawberry.field(
        description="The first 1,000 of these, by external id."
    )
    unenrolled: int = strawberry.field(
        description="How many of these were unenrolled: all where the roster is `full`, else none."
    )
    withdrawn: int = strawberry.field(
        description="How many of those that were unenrolled are in no network any more, and were "
        "withdrawn; they are told by mail."
    )

    @classmethod
    def of(cls, report: SyncReport, entries: list[RosterEntryInput], *, dry_run: bool) -> Self:
        """Tell all of it."""
        absentees, departures = report.absence.absentees, report.departures
        return cls(
            entries=[
                RosterEntryResult.of(one, entries[one.line].external_id, dry_run=dry_run)
                for one in report.outcomes
            ],
            inserted=report.count(Outcome.INSERTED),
            updated=report.count(Outcome.UPDATED),
            unchanged=report.count(Outcome.UNCHANGED),
            rejected=report.count(Outcome.REJECTED),
            absent_count=len(absentees),
            absent=[AbsentActivator(row=one) for one in absentees[:MOST_ABSENT]],
            unenrolled=len(departures.absentees) if departures else 0,
            withdrawn=len(departures.withdrawn) if departures else 0,
        )


@strawberry.type(description="What became of a roster.")
class SyncRosterPayload:
    """The answer."""

    report: RosterReport | None = strawberry.field(description="Null where it was refused.")
    user_errors: list[UserError] = strawberry.field(
        description="Why all of it was refused; else empty. What is wrong of one entry is in the "
        "report."
    )


@strawberry.type
class RosterMutations:
    """The mutations of rosters."""

    @strawberry.mutation(
        description="Bring the roster of a network up to date: for its portal's key with the scope "
        "`roster:write`, its managers, and administrators. New activators are inserted, those that "
        "differ updated, the others left; what somebody edited of their own profile here stays, "
        "and so does the state of a membership. The same call twice changes nothing the second "
        "time. All of a call is written, but for rejected entries, or nothing."
    )
    async def sync_roster(
        self,
        info: Info,
        input: Annotated[SyncRosterInput, strawberry.argument(description="What roster.")],
    ) -> SyncRosterPayload:
        """Sync one."""
        try:
            report = await sync_roster(
                info.context.platform,
                info.context.viewer,
                network=input.network,
                entries=[one.plain() for one in input.entries],
                keep=input.keep,
                dry_run=input.dry_run,
                full=input.full,
                force=input.force,
            )
        except Refusal as refusal:
            return SyncRosterPayload(report=None, user_errors=UserError.each(refusal))
        told = RosterReport.of(report, input.entries, dry_run=input.dry_run)
        return SyncRosterPayload(report=told, user_errors=[])
