"""What people may say in their profile, field by field, and what they may not."""

from typing import Any, cast

import pytest

from models.territories import PositionPrecision
from resolvers.directory.reference import Reference
from resolvers.given_address import GivenAddress
from resolvers.input_checks import InputChecks
from resolvers.policy import Policy
from resolvers.profile_checks import CheckedProfile, GivenProfile, checked_profile
from resolvers.profile_lists import GivenReference, GivenVideo
from resolvers.refusal import Refusals
from tests.service import Service

HOSTS = Policy().video_hosts


@pytest.fixture
async def reference(shared_service: Service) -> Reference:
    """The reference data of the service."""
    return shared_service.directory.snapshot.reference


def check(reference: Reference, **given: Any) -> CheckedProfile:
    """Check what somebody says, and that nothing is wrong."""
    checks = InputChecks()
    said = cast("GivenProfile", given)
    checked = checked_profile(
        checks, reference, said, video_hosts=HOSTS, postal_code=given.pop("living_at", "")
    )
    checks.end()
    return checked


def wrong(reference: Reference, **given: Any) -> list[str | None]:
    """Check what somebody says; give the fields that are wrong."""
    with pytest.raises(Refusals) as raised:
        check(reference, **given)
    assert {one.code for one in raised.value.refusals} == {"BAD_USER_INPUT"}
    return [one.field for one in raised.value.refusals]


def test_what_is_not_said_is_not_changed(reference: Reference) -> None:
    assert check(reference) == ({}, {})


def test_texts_are_composed_and_spaced_once(reference: Reference) -> None:
    columns, _ = check(reference, given_name="  Zoe\u0301  Anne ", headline="Un\nsite", phone=None)

    assert columns == {"given_name": "Zoé Anne", "headline": "Un site", "phone": None}


@pytest.mark.parametrize("empty", [None, "", "   "])
def test_what_may_be_empty_is_emptied(reference: Reference, empty: str | None) -> None:
    names = ("phone", "headline", "presentation", "website_url", "pricing")

    assert check(reference, **dict.fromkeys(names, empty)).columns == dict.fromkeys(names)


@pytest.mark.parametrize("name", ["references", "videos", "languages", "sectors", "serves"])
@pytest.mark.parametrize("empty", [None, []])
def test_lists_are_emptied(reference: Reference, name: str, empty: Any) -> None:
    columns, codes = check(reference, **{name: empty})

    assert [*columns.values(), *codes.values()] in ([[]], [frozenset()])


REQUIRED = {
    "given_name": "givenName",
    "family_name": "familyName",
    "email": "email",
    "publishes_coordinates": "publishesCoordinates",
    "remote": "remote",
    "expertise": "expertise",
    "address": "address",
}


def test_what_a_profile_must_have_is_not_emptied(reference: Reference) -> None:
    said: dict[str, Any] = dict.fromkeys(REQUIRED)

    assert sorted(map(str, wrong(reference, **said))) == sorted(REQUIRED.values())


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a name that is long": ({"family_name": "x" * 101}, "familyName"),
    "a name with NUL": ({"given_name": "Zo\x00e"}, "givenName"),
    "a name that is half a character": ({"given_name": "\ud800"}, "givenName"),
    "no address": ({"email": "zoe at example.org"}, "email"),
    "no number": ({"phone": "12"}, "phone"),
    "a line that is long": ({"headline": "x" * 201}, "headline"),
    "a long text": ({"presentation": "x" * 5001}, "presentation"),
    "a text with NUL": ({"presentation": "a\x00b"}, "presentation"),
    "a text turned round": ({"pricing": "10 \u202e€"}, "pricing"),
    "a long price": ({"pricing": "x" * 2001}, "pricing"),
    "no web address": ({"website_url": "javascript:alert(1)"}, "websiteUrl"),
    "a language that nobody speaks": ({"languages": ["fr", "zz"]}, "languages"),
    "a language by its name": ({"languages": ["français"]}, "languages"),
    "21 languages": ({"languages": [str(number) for number in range(21)]}, "languages"),
    "21 references": ({"references": [GivenReference("x")] * 21}, "references"),
    "a reference without a title": (
        {"references": [GivenReference("x"), GivenReference(" ")]},
        "references.1.title",
    ),
    "a reference to a file": (
        {"references": [GivenReference("x", "file:///etc/passwd")]},
        "references.0.url",
    ),
    "a reference that tells a lot": (
        {"references": [GivenReference("x", None, "x" * 1001)]},
        "references.0.description",
    ),
    "11 videos": ({"videos": [GivenVideo("x", "https://youtu.be/1")] * 11}, "videos"),
    "a video in the clear": ({"videos": [GivenVideo("x", "http://youtu.be/1")]}, "videos.0.url"),
    "a video elsewhere": ({"videos": [GivenVideo("x", "https://example.org/1")]}, "videos.0.url"),
    "a video on a host that ends alike": (
        {"videos": [GivenVideo("x", "https://notyoutube.com/1")]},
        "videos.0.url",
    ),
    "a video on a host that begins alike": (
        {"videos": [GivenVideo("x", "https://youtube.com.example.org/1")]},
        "videos.0.url",
    ),
    "a video by a stranger's name": (
        {"videos": [GivenVideo("x", "https://youtube.com@example.org/1")]},
        "videos.0.url",
    ),
    "no video": ({"videos": [GivenVideo("x", "")]}, "videos.0.url"),
    "no expertise": ({"expertise": []}, "expertise"),
    "an expertise of nobody": ({"expertise": ["magic"]}, "expertise"),
    "half a character of expertise": ({"expertise": ["\ud800"]}, "expertise"),
    "many fields": ({"expertise": [str(number) for number in range(31)]}, "expertise"),
    "a sector of nobody": ({"sectors": ["Z"]}, "sectors"),
    "a territory of nobody": ({"serves": ["DEP-999"]}, "serves"),
    "51 territories": ({"serves": [f"DEP-{number}" for number in range(51)]}, "serves"),
    "a postal code of letters": ({"address": GivenAddress("ABCDE", "Lyon")}, "address.postalCode"),
    "a postal code of nowhere": ({"address": GivenAddress("00000", "Lyon")}, "address.postalCode"),
    "no city": ({"address": GivenAddress("69003", " ")}, "address.city"),
    "a long street": ({"address": GivenAddress("69003", "Lyon", "x" * 301)}, "address.addressLine"),
    "a department for a commune": (
        {"address": GivenAddress("69003", "Lyon", None, "DEP-69")},
        "address.communeCode",
    ),
}


@pytest.mark.parametrize(("given", "field"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_told_by_its_field(
    reference: Reference, given: dict[str, Any], field: str
) -> None:
    assert set(wrong(reference, **given)) == {field}


def test_all_that_is_wrong_is_told_at_once(reference: Reference) -> None:
    fields = wrong(
        reference, given_name="", email="x", languages=["zz"], address=GivenAddress("0", "")
    )

    assert fields == ["givenName", "email", "languages", "address.postalCode", "address.city"]


SAFE = [
    "Je vous aide.\n\nDeux paragraphes, 1 < 2 & 3 > 2.",
    "# Titre\n\n- *un*\n- **deux**\n\n> cité `<b>` [ici](https://www.example.org/à?b=1#c)",
    "<https://www.example.org> <mailto:zoe@example.org> [moi](mailto:zoe@example.org)",
    "Un [lien][1].\n\n[1]: http://example.org",
]


@pytest.mark.parametrize("text", SAFE)
def test_safe_markdown_is_kept_as_it_was_written(reference: Reference, text: str) -> None:
    assert check(reference, presentation=text).columns == {"presentation": text}


def test_lines_end_alike_and_blanks_around_are_dropped(reference: Reference) -> None:
    columns, _ = check(reference, presentation=" a\r\nb\rc\td\n", pricing="10 €\n\nl'heure ")

    assert columns == {"presentation": "a\nb\nc    d", "pricing": "10 €\n\nl'heure"}


UNSAFE = {
    "<script>alert(1)</script>": "'<script>",
    "un <b>mot</b>": "'<b>'",
    "<!-- rien -->": "'<!-- rien -->'",
    "<img src=x onerror=alert(1)>": "'<img",
    "![suivi](https://example.org/a.png)": "'https://example.org/a.png'",
    "[x](javascript:alert(1))": "'javascript:alert(1)'",
    "[x](JaVaScRiPt&#58;alert(1))": "'JaVaScRiPt:alert(1)'",
    "[x](data:text/html,a)": "'data:text/html,a'",
    "<javascript:alert(1)>": "'javascript:alert(1)'",
    "[x][1]\n\n[1]: vbscript:a": "'vbscript:a'",
    "[x](/chemin)": "'/chemin'",
    "[x](https://banque.fr@example.org)": "'https://banque.fr@example.org'",
    "> " * 30 + "<script>": "'> > >",
}


@pytest.mark.parametrize("text", UNSAFE)
def test_what_a_browser_might_run_or_load_is_refused_by_name(
    reference: Reference, text: str
) -> None:
    with pytest.raises(Refusals) as raised:
        check(reference, presentation=text)

    (refusal,) = raised.value.refusals
    assert refusal.field == "presentation"
    assert f"got {UNSAFE[text]}" in refusal.message


@pytest.mark.parametrize("text", ["[" * 5000, "![" * 2500, "> " * 2500, "*a _b " * 800])
def test_no_text_takes_long_to_read(reference: Reference, text: str) -> None:
    given: GivenProfile = {"presentation": text}

    checked_profile(InputChecks(), reference, given, video_hosts=HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "https://youtu.be/abc",
        "https://WWW.YouTube.com/watch?v=1",
        "https://player.vimeo.com/video/1",
        "https://tube.numerique.gouv.fr/w/1",
    ],
)
def test_videos_are_taken_on_the_hosts_of_the_operator_and_below(
    reference: Reference, url: str
) -> None:
    columns, _ = check(reference, videos=[GivenVideo(" Un  film ", url)])

    assert columns == {"videos": [{"title": "Un film", "url": url}]}


def test_work_that_is_quoted_keeps_its_order(reference: Reference) -> None:
    given = [GivenReference("B", "https://example.org/b"), GivenReference("A", None, " deux  mots")]

    columns, _ = check(reference, references=given)

    assert columns == {
        "profile_references": [
            {"title": "B", "url": "https://example.org/b", "description": None},
            {"title": "A", "url": None, "description": "deux mots"},
        ]
    }


def test_codes_are_taken_once_each(reference: Reference) -> None:
    field = reference.fields.items[0].code

    columns, codes = check(
        reference,
        languages=["fr", "en", "fr"],
        expertise=[field, field],
        sectors=["C", "A"],
        serves=["DEP-69", "REG-84", "COM-01283"],
    )

    assert columns == {"languages": ["fr", "en"]}
    assert codes == {
        "expertise": {field},
        "sectors": {"A", "C"},
        "serves": {"DEP-69", "REG-84", "COM-01283"},
    }


def test_an_address_stands_where_its_commune_does(reference: Reference) -> None:
    commune = reference.territories["COM-01283"]
    assert commune.position is not None

    columns, _ = check(reference, address=GivenAddress("01100", "Oyonnax", " 1  rue ", "COM-01283"))

    assert columns == {
        "address_line": "1 rue",
        "postal_code": "01100",
        "city": "Oyonnax",
        "commune_code": "COM-01283",
        "latitude": commune.position.latitude,
        "longitude": commune.position.longitude,
        "precision": commune.position.precision,
    }


def test_without_a_commune_an_address_stands_where_its_postal_code_does(
    reference: Reference,
) -> None:
    columns, _ = check(reference, address=GivenAddress("01100", "Oyonnax"))

    assert columns["commune_code"] is None
    assert columns["latitude"] is not None
    assert columns["precision"] is PositionPrecision.POSTAL_CODE


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ({"phone": "01 99 00 12 34"}, "+33199001234"),
        ({"phone": "0262 12 34 56", "living_at": "97400"}, "+262262123456"),
        (
            {
                "phone": "0596 30 12 34",
                "living_at": "69003",
                "address": GivenAddress("97200", "Fort-de-France", None, "COM-01283"),
            },
            "+596596301234",
        ),
    ],
)
def test_a_phone_number_is_of_the_plan_of_where_one_works(
    reference: Reference, given: dict[str, Any], number: str
) -> None:
    assert check(reference, **given).columns["phone"] == number
