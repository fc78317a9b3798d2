"""Where a client is: trusted proxies say it, and what anybody else writes counts for nothing."""

import pytest
from starlette.requests import Request

from schema.client_address import ClientAddresses, ForwardedHeader, read_network

PROXIES = [read_network(text) for text in ("10.0.0.0/8", "192.0.2.7", "2001:db8:ffff::/48")]


def request_from(peer: str | None, header: str = "", *lines: str) -> Request:
    """Make a request that a peer sent, with some lines of a header."""
    headers = [(header.lower().encode(), line.encode("latin-1")) for line in lines]
    client = None if peer is None else (peer, 4711)
    return Request({"type": "http", "client": client, "headers": headers})


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        (None, "unknown"),
        ("", "unknown"),
        ("/run/maillage.sock", "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_who_comes_by_itself_is_the_peer_and_ipv6_counts_by_household(
    peer: str | None, counted: str
) -> None:
    forged = ("X-Forwarded-For", "198.51.100.1")

    assert ClientAddresses([], "X-Forwarded-For").of(request_from(peer)) == counted
    assert ClientAddresses([], "X-Forwarded-For").of(request_from(peer, *forged)) == counted
    assert ClientAddresses(PROXIES, "X-Forwarded-For").of(request_from(peer, *forged)) == counted


@pytest.mark.parametrize(
    ("lines", "counted"),
    [
        (("203.0.113.9",), "203.0.113.9"),
        ((" 203.0.113.9 ",), "203.0.113.9"),
        (("203.0.113.9:8080",), "203.0.113.9"),
        (("2001:db8:1:2::1",), "2001:db8:1:2::/64"),
        (("[2001:db8:1:2::1]",), "2001:db8:1:2::/64"),
        (("[2001:db8:1:2::1]:8080",), "2001:db8:1:2::/64"),
        (("198.51.100.1, 203.0.113.9",), "203.0.113.9"),
        (("198.51.100.1", "203.0.113.9"), "203.0.113.9"),
        (("203.0.113.9, 10.1.1.1",), "203.0.113.9"),
        (("198.51.100.1, 203.0.113.9, 192.0.2.7, 10.1.1.1",), "203.0.113.9"),
        (("203.0.113.9, 2001:db8:ffff::1",), "203.0.113.9"),
        (("10.2.2.2, 10.1.1.1",), "10.2.2.2"),
        (("203.0.113.9, unknown",), "10.0.0.1"),
        (("203.0.113.9, ",), "10.0.0.1"),
        (("203.0.113.9, 10.1.1.1, 999.1.1.1",), "10.0.0.1"),
        (("203.0.113.9, \xff\x00",), "10.0.0.1"),
        (("",), "10.0.0.1"),
        ((), "10.0.0.1"),
    ],
)
def test_behind_trusted_proxies_it_is_the_last_address_that_is_none_of_theirs(
    lines: tuple[str, ...], counted: str
) -> None:
    addresses = ClientAddresses(PROXIES, "X-Forwarded-For")

    assert addresses.of(request_from("10.0.0.1", "X-Forwarded-For", *lines)) == counted


@pytest.mark.parametrize(
    ("line", "counted"),
    [
        ("for=203.0.113.9", "203.0.113.9"),
        ("For=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9"),
        ('proto=https; for="203.0.113.9:8080"', "203.0.113.9"),
        ('for="[2001:db8:1:2::1]:8080"', "2001:db8:1:2::/64"),
        ("for=198.51.100.1, for=203.0.113.9, for=10.1.1.1", "203.0.113.9"),
        ('for=", for=203.0.113.9', "203.0.113.9"),
        ("for=_hidden", "10.0.0.1"),
        ("for=unknown, for=10.1.1.1", "10.1.1.1"),
        ("proto=https", "10.0.0.1"),
        ("for", "10.0.0.1"),
    ],
)
def test_or_what_they_say_in_the_header_of_rfc_7239(line: str, counted: str) -> None:
    assert ClientAddresses(PROXIES, "Forwarded").of(
        request_from("10.0.0.1", "Forwarded", line)
    ) == (counted)


@pytest.mark.parametrize(
    ("read", "other"), [("Forwarded", "X-Forwarded-For"), ("X-Forwarded-For", "Forwarded")]
)
def test_a_header_that_the_proxies_do_not_write_is_the_client_s_own_and_not_read(
    read: ForwardedHeader, other: str
) -> None:
    for forged in ("198.51.100.1", "for=198.51.100.1"):
        request = request_from("10.0.0.1", other, forged)
        assert ClientAddresses(PROXIES, read).of(request) == "10.0.0.1"


def test_a_peer_that_is_a_socket_is_no_proxy() -> None:
    for peer in (None, "", "/run/proxy.sock"):
        request = request_from(peer, "X-Forwarded-For", "203.0.113.9")
        assert ClientAddresses(PROXIES, "X-Forwarded-For").of(request) == "unknown"


@pytest.mark.parametrize("text", ["", "10.0.0.0/33", "10.0.0.1/8", "proxy.example.org", "*"])
def test_what_is_no_network_cannot_be_trusted(text: str) -> None:
    with pytest.raises(ValueError, match="expected networks such as"):
        read_network(text)
