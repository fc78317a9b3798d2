"""What the viewer may or must do next."""

from models.accounts import Role
from permissions.viewer import Viewer
from resolvers.next_steps.admissions import steps_of_admissions
from resolvers.next_steps.duties import steps_of_duties
from resolvers.next_steps.moderating import steps_of_moderation
from resolvers.next_steps.own_pages import live_pages, read_written, steps_of_page
from resolvers.next_steps.steps import NextStepCode, Step
from resolvers.platform import Platform


async def next_steps(platform: Platform, viewer: Viewer) -> list[Step]:
    """List the viewer's next steps, its own pages first; a portal has none, for it is no person.

    They cost fourteen statements at most, whatever there is to do.
    """
    if viewer.api_key_id is not None:
        return []
    if viewer.account_id is None:
        return [Step(NextStepCode.SIGN_IN), Step(NextStepCode.REGISTER)]
    policy, now = platform.policy, platform.now()
    pages = await live_pages(platform, viewer)
    steps: list[Step] = []
    if not pages and viewer.roles <= {Role.ACTIVATOR}:
        steps.append(Step(NextStepCode.REGISTER))
    async with platform.database.read() as session:
        if pages:
            written = await read_written(session, pages)
            for page in pages:
                steps += steps_of_page(page, written, policy, now)
        steps += [step async for step in steps_of_duties(platform, session, viewer)]
        steps += [step async for step in steps_of_moderation(platform, session, viewer)]
    return steps + list(steps_of_admissions(platform.directory.snapshot, viewer))
