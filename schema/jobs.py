"""Jobs, for administrators: what the service was to do later and gave up."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from models.jobs import JobState
from permissions.guard import describe_values, of_row
from resolvers.jobs.dead import JobRow, list_dead_jobs, retry_job
from resolvers.paging import Stretch, window
from resolvers.refusal import Refusal
from schema.context import Info
from schema.nodes import find_number, global_id
from schema.pages import After, First, PageInfo
from schema.user_error import UserError

strawberry.enum(JobState, name="JobState", description="Where a job stands.")
describe_values(
    {
        JobState.WAITING: "It is to be done, now or later, or is being done.",
        JobState.DONE: "It was done.",
        JobState.DEAD: "It was given up: it failed too often, or would fail each time.",
    }
)


@strawberry.type(
    description="A piece of work that the service does later, such as a mail. What it is about is "
    "not shown: it may be a secret of somebody's."
)
class Job:
    """A job."""

    row: strawberry.Private[JobRow]
    id: strawberry.ID = of_row("Opaque and unique.", wrap=lambda key: global_id("Job", key))
    kind: str = of_row("What is to be done, such as `state_changed`.")
    state: JobState = of_row("Where it stands.")
    attempts: int = of_row("How often it was tried since it was written or tried again.")
    created_at: datetime = of_row("When it was written.")
    run_at: datetime = of_row("When it is to be done, or was to be done last.")
    finished_at: datetime | None = of_row("When it was done or given up.")
    last_error: str | None = of_row("The name of what went wrong last.")


@strawberry.type(description="A dead job in a list.")
class DeadJobEdge:
    """An edge."""

    cursor: str = strawberry.field(description="Its place in the list; opaque.")
    node: Job = strawberry.field(description="The job.")


@strawberry.type(description="A page of dead jobs.")
class DeadJobConnection:
    """A page."""

    page: strawberry.Private[Stretch[JobRow]]

    @strawberry.field(description="The page, with places.")
    def edges(self) -> list[DeadJobEdge]:
        """List the edges."""
        return [DeadJobEdge(cursor=row.cursor, node=Job(row=row)) for row in self.page.rows]

    @strawberry.field(description="The page, without them.")
    def nodes(self) -> list[Job]:
        """List the nodes."""
        return [Job(row=row) for row in self.page.rows]

    @strawberry.field(description="Where the page stands in the list.")
    def page_info(self) -> PageInfo:
        """Say where the page stands."""
        return PageInfo.of(self.page)


@strawberry.input(description="A dead job, to be tried again.")
class RetryJobInput:
    """A job."""

    id: strawberry.ID = strawberry.field(description="The job.")


@strawberry.type(description="What became of it.")
class RetryJobPayload:
    """The answer."""

    job: Job | None = strawberry.field(description="The job after it; null where it was refused.")
    user_errors: list[UserError] = strawberry.field(description="Why it was refused; else empty.")

    @classmethod
    def of(cls, refusal: Refusal) -> Self:
        """Say a refusal."""
        return cls(job=None, user_errors=UserError.each(refusal))


@strawberry.type
class JobQueries:
    """Queries about jobs."""

    @strawberry.field(
        description="Jobs that were given up, the last one first: administrators; an error with "
        "the code `FORBIDDEN` for anybody else."
    )
    async def dead_jobs(
        self, info: Info, first: First = None, after: After = None
    ) -> DeadJobConnection:
        """List them."""
        context = info.context
        asked = window(first, after)
        return DeadJobConnection(
            page=await list_dead_jobs(context.platform, context.viewer, window=asked)
        )


@strawberry.type
class JobMutations:
    """Mutations of jobs."""

    @strawberry.mutation(
        description="Have a dead job tried again, now, and as often as a new one: administrators. "
        "It is recorded in the audit."
    )
    async def retry_job(
        self,
        info: Info,
        input: Annotated[RetryJobInput, strawberry.argument(description="Which one.")],
    ) -> RetryJobPayload:
        """Try again."""
        context = info.context
        try:
            number = find_number("id", input.id, "Job")
            row = await retry_job(context.platform, context.viewer, job_id=number)
        except Refusal as refusal:
            return RetryJobPayload.of(refusal)
        return RetryJobPayload(job=Job(row=row), user_errors=[])
