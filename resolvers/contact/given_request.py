"""What a company fills in to ask for help, and the checks of it: all fields at once."""

from functools import partial
from typing import NamedTuple

from models.accounts import Language
from models.contact_requests import CompanySize
from models.territories import PREFIXES, TerritoryLevel
from resolvers import cells
from resolvers.cells import Unexpected, required
from resolvers.contact.content import Content
from resolvers.contact.suspicions import has_address, links_in
from resolvers.directory.reference import Reference
from resolvers.input_checks import InputChecks
from resolvers.profile_lists import checked_codes
from resolvers.safe_markdown import lines

LONGEST_NEED = 5_000
SHORTEST_KEY, LONGEST_KEY = 8, 200


class GivenCompany(NamedTuple):
    """What is said of the company; `sector` is a section of the NAF, `commune` as `COM-01283`."""

    name: str
    size: CompanySize
    commune: str
    siret: str | None = None
    sector: str | None = None


class GivenPerson(NamedTuple):
    """What is said of who speaks for it."""

    name: str
    email: str
    phone: str | None = None


class GivenRequest(NamedTuple):
    """What a company asks, and of whom."""

    activator_id: int
    company: GivenCompany
    person: GivenPerson
    need: str
    consent: bool
    idempotency_key: str
    expertise: list[str]
    language: Language
    agrees_to_redirection: bool


class CheckedRequest(NamedTuple):
    """The same once checked: `content` is what will be sealed, the rest stands in clear."""

    content: Content
    size: CompanySize
    sector_code: str | None
    department_code: str | None
    expertise: list[str]
    key: str


def checked_request(reference: Reference, given: GivenRequest) -> CheckedRequest:
    """Check all fields; raises Refusals with all that is wrong."""
    checks = InputChecks()
    content = _content(checks, reference, given)
    sector = given.company.sector
    if sector is not None and reference.sectors.get(sector) is None:
        checks.refuse("company.sector", sector, "a section of the NAF, A to U")
    about = checked_codes(
        checks,
        "expertise",
        given.expertise,
        reference.fields,
        expected="codes of fields of expertise, as site-internet",
        least=0,
        most=10,
    )
    if not given.consent:
        checks.refuse("consent", given.consent, "true: nothing is transmitted without it")
    key = checks.field("idempotencyKey", given.idempotency_key, _key)
    checks.end()
    place = reference.territories.get(given.company.commune)
    department = None if place is None else place.department()
    return CheckedRequest(
        content=content,
        size=given.company.size,
        sector_code=sector,
        department_code=None if department is None else department.code,
        expertise=sorted(about),
        key=key or "",
    )


def _content(checks: InputChecks, reference: Reference, given: GivenRequest) -> Content:
    """Check what will be sealed; of a field that `checks` told to be wrong, believe nothing."""
    of_company, of_person = checks.within("company"), checks.within("person")
    company, person = given.company, given.person
    siret = company.siret and of_company.field("siret", company.siret, cells.siret)
    place = reference.territories.get(company.commune)
    if place is None or place.level is not TerritoryLevel.COMMUNE:
        of_company.refuse("commune", company.commune, "the code of a commune, as COM-01283")
    digits = company.commune.removeprefix(PREFIXES[TerritoryLevel.COMMUNE])
    phone = partial(cells.phone, postal=digits)  # overseas, both codes begin alike
    return Content(
        company=of_company.field("name", company.name, _company) or "",
        siret=siret or None,
        commune=company.commune,
        name=of_person.field("name", person.name, _person) or "",
        email=of_person.field("email", person.email, _email) or "",
        phone=of_person.field("phone", person.phone, phone),
        need=checks.as_given("need", given.need, _need) or "",
    )


def _company(text: str) -> str:
    """Take a name, be it that of its site."""
    if has_address(text):
        raise Unexpected("a name, without links")
    return required(text, 200)


def _person(text: str) -> str:
    """Take a name; a link in one would be mailed to whoever's address was given."""
    if links_in(text):
        raise Unexpected("a name, without links")
    return required(text, 100)


def _email(text: str) -> str:
    address = cells.email(text)
    if address is None:
        raise Unexpected("an e-mail address, as name@example.org")
    return address


def _need(text: str) -> str:
    need = lines(text, LONGEST_NEED)
    if need is None:
        raise Unexpected(f"1 to {LONGEST_NEED} characters")
    return need


def _key(text: str) -> str:
    if not SHORTEST_KEY <= len(text) <= LONGEST_KEY:
        raise Unexpected(f"{SHORTEST_KEY} to {LONGEST_KEY} characters, such as a new UUID")
    return text
