"""Links lead us to the public Internet alone, whatever they say and however it is written."""

from ipaddress import ip_address

import httpx
import pytest

from resolvers.links.addresses import NotPublic, addresses_to_ask, is_public
from resolvers.links.profile_links import is_somebodys, links_of

PUBLIC = ("8.8.8.8", "193.252.19.3", "2001:4860:4860::8888", "2a01:e0c:1::1", "::ffff:8.8.8.8")
OURS = {
    "127.0.0.1": "loopback",
    "127.8.9.10": "loopback",
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "192.168.1.1": "private",
    "100.64.0.1": "a provider's own network",
    "169.254.169.254": "link-local, where clouds tell secrets",
    "0.0.0.0": "unspecified",  # noqa: S104  nothing listens
    "0.1.2.3": "this network",
    "192.0.2.1": "documentation",
    "198.18.0.1": "measurements",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "::": "unspecified",
    "::1": "loopback",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local, of an interface",
    "fec0::1": "site-local",
    "fc00::1": "private",
    "fd12:3456::1": "private",
    "ff02::1": "multicast",
    "2001:db8::1": "documentation",
    "4000::1": "reserved",
    "::ffff:127.0.0.1": "loopback, within IPv6",
    "::ffff:10.0.0.1": "private, within IPv6",
    "::ffff:169.254.169.254": "link-local, within IPv6",
    "::127.0.0.1": "loopback, in an old form",
    "2002:7f00:1::": "loopback, by 6to4",
    "2001:0:a00:1::": "Teredo",
    "64:ff9b::7f00:1": "loopback, by NAT64",
}
"""Addresses, and what they are."""

SPELLINGS = (
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://localhost/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "https://169.254.169.254/latest/meta-data/",
    "http://user:secret@10.0.0.1/",
    "http://8.8.8.8:22/",
    "http://8.8.8.8:8080/",
    "https://8.8.8.8:65535/",
    "ftp://8.8.8.8/",
    "file:///etc/passwd",
    "gopher://8.8.8.8:80/",
    "/only/a/path",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_machines_of_the_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(("address", "_what"), OURS.items())
def test_all_others_are_not(address: str, _what: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("url", SPELLINGS)
async def test_a_link_into_our_networks_is_refused_however_it_is_written(url: str) -> None:
    with pytest.raises((NotPublic, OSError, httpx.InvalidURL)):
        await addresses_to_ask(httpx.URL(url), local=False)


@pytest.mark.parametrize(
    "url", ["http://8.8.8.8/", "https://8.8.8.8/", "http://8.8.8.8:443/", "http://8.8.8.8:80/"]
)
async def test_a_link_to_the_internet_is_asked_at_its_address(url: str) -> None:
    assert await addresses_to_ask(httpx.URL(url), local=False) == [ip_address("8.8.8.8")]


@pytest.mark.parametrize("url", ["http://127.0.0.2/", "http://10.0.0.1/", "http://8.8.8.8:8080/"])
async def test_where_a_test_lets_it_ask_this_machine_it_asks_no_more_than_that(url: str) -> None:
    allowed = await addresses_to_ask(httpx.URL("http://127.0.0.1:8080/"), local=True)

    assert allowed == [ip_address("127.0.0.1")]
    with pytest.raises(NotPublic):
        await addresses_to_ask(httpx.URL(url), local=True)


def test_links_of_a_profile_stand_in_its_order_and_once_each() -> None:
    quoted = {"title": "Site", "description": None}
    references = [
        {**quoted, "url": "https://one.fr"},
        {**quoted, "url": None},
        {**quoted, "url": "https://two.fr"},
    ]
    videos = [{"title": "Film", "url": "https://youtu.be/a"}]

    assert links_of("https://two.fr", references, videos) == [  # type: ignore[arg-type]
        "https://two.fr",
        "https://one.fr",
        "https://youtu.be/a",
    ]
    assert links_of(None, [], []) == []


@pytest.mark.parametrize(
    ("link", "somebody"),
    [
        ("https://example.org/page", False),
        ("https://www.example.org.", False),
        ("http://shop.test/", False),
        ("https://notexample.org/", True),
        ("https://example.org.fr/", True),
        ("https://www.maillage.fr/", True),
    ],
)
def test_names_for_examples_are_nobody_s(link: str, somebody: bool) -> None:
    assert is_somebodys(link) is somebody
