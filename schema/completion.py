"""How complete a profile is, for whoever keeps it."""

import strawberry

from permissions.guard import describe_values, of_row
from resolvers.directory import completion
from resolvers.directory.completion import ProfileField

strawberry.enum(
    ProfileField,
    description="A part of a profile by which companies find and judge an activator (charter, "
    "article 3).",
)
describe_values(
    {
        ProfileField.HEADLINE: "What it does, in a line.",
        ProfileField.PRESENTATION: "What it does, in its own words.",
        ProfileField.EMAIL: "Its e-mail address, to which reminders and requests go.",
        ProfileField.PHONE: "Its phone number.",
        ProfileField.WEBSITE: "Its website: « découvrir les offres ».",
        ProfileField.POSITION: "Where it is on the map: nobody knows where its address is.",
        ProfileField.EXPERTISE: "Where it advises.",
        ProfileField.SERVES: "The territories where it works.",
        ProfileField.LANGUAGES: "The languages that it speaks.",
        ProfileField.PRICING: "What it asks for its services (article 4); not asked of "
        "`INSTITUTIONAL` ones.",
        ProfileField.REFERENCES: "Work that it quotes.",
        ProfileField.VIDEOS: "Videos that it shows.",
    }
)


@strawberry.type(description="How much of a profile is filled in.")
class ProfileCompletion:
    """A profile's completion."""

    row: strawberry.Private[completion.Completion]
    percent: int = of_row("0 to 100: each part weighs the same.")
    missing: list[ProfileField] = of_row("The parts that are empty.")
