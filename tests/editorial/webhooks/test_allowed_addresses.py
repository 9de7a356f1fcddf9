"""Where webhooks may go: nowhere but to the public internet, however an address is spelled."""

import socket
from ipaddress import ip_address

import pytest

from editorial.webhooks.allowed_addresses import AddressError, is_public, places, target
from editorial.webhooks.http_client import Parcel, send

PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "168.63.129.16",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "2002:7f00:1::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "3fff::1",
    "fe80::1",
    "fe80::1%1",
    "2606:4700::1%1",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
]
PUBLIC = ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e"]


def leading_to(*numbers):
    """A resolver that knows one name."""

    def look_up(_host, port, **_how):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    return look_up


@pytest.mark.parametrize("number", PRIVATE)
def test_number_that_is_not_public_is_refused_written_out_and_behind_a_name(number):
    assert not is_public(ip_address(number))
    with pytest.raises(AddressError, match="not public"):
        target(f"https://{f'[{number}]' if ':' in number else number}/", to_loopback=False)
    with pytest.raises(AddressError, match="not public"):
        places(target("https://a.example/", to_loopback=False), to_loopback=True, look_up=leading_to(number))


@pytest.mark.parametrize("number", PUBLIC)
def test_public_number_is_let_in(number):
    aim = target(f"https://{f'[{number}]' if ':' in number else number}/", to_loopback=False)
    assert places(aim, to_loopback=False, look_up=leading_to(number)) == [number]


def test_one_bad_number_among_good_ones_refuses_the_name():
    aim = target("https://a.example/", to_loopback=False)
    with pytest.raises(AddressError):
        places(aim, to_loopback=False, look_up=leading_to("8.8.8.8", "10.0.0.1"))


SPELLED = ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "017700000001", "127.0.0.1.", "localhost"]


@pytest.mark.parametrize("host", [*SPELLED, "LOCALHOST", "localhost.", "intranet", "a..b", "-a.example", "a_b.example"])
def test_other_spelling_of_this_machine_is_no_name_on_the_internet(host):
    with pytest.raises(AddressError, match="host on the internet"):
        target(f"https://{host}/", to_loopback=False)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
def test_name_that_the_machine_itself_resolves_to_loopback_is_refused_when_looked_up(host):
    """As if such a name had passed the look at its spelling: the real resolver turns each into 127.0.0.1."""
    aim = target("https://a.example/", to_loopback=False)

    def look_up(_host, port, **how):
        return socket.getaddrinfo(host, port, **how)

    with pytest.raises(AddressError, match="not public"):
        places(aim, to_loopback=False, look_up=look_up)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://a.example/", "https"),
        ("ftp://a.example/", "https"),
        ("file:///etc/passwd", "https"),
        ("a.example", "https"),
        ("https:///hook", "name a host"),
        ("https://user:pass@a.example/", "no password"),
        ("https://a.example@127.0.0.1/", "no password"),
        ("https://@a.example/", "no password"),
        ("https://a.example/#part", "never sent"),
        ("https://a.example/#", "never sent"),
        ("https://a.example:22/", "ports 443 and 8443"),
        ("https://a.example:6379/", "ports 443 and 8443"),
        ("https://a.example:0/", "ports 443 and 8443"),
        ("https://a.example:99999/", "cannot be read"),
        ("https://[::1/", "cannot be read"),
        ("https://a.example\\@127.0.0.1/", "printable"),
        ("https://a.example/\r\nX-Evil: 1", "printable"),
        ("https://a.example/ HTTP/1.1", "printable"),
        ("https://a.example/\t", "printable"),
        ("https://a.example/\0", "printable"),
        ("https://bücher.example/", "printable"),
        ("https://127。0。0。1/", "printable"),
        ("https://a.example/" + "x" * 500, "printable"),
        ("", "printable"),
    ],
)
def test_address_that_is_not_a_plain_https_address_is_refused_in_words(address, words):
    with pytest.raises(AddressError, match=words):
        target(address, to_loopback=False)


@pytest.mark.parametrize("address", ["https://a.example/\r\nX-Evil: 1", "https://a.example/hook\nHost: b"])
def test_line_break_in_a_kept_address_never_reaches_the_wire(address):
    answer = send(Parcel(address, {}, b"{}"), to_loopback=True)
    assert answer.status is None
    assert "printable" in answer.error


def test_good_address_is_taken_apart():
    aim = target("https://Front.Example.org:8443/hook/a?b=c", to_loopback=False)
    assert (aim.host, aim.port, aim.path, aim.is_secure) == ("front.example.org", 8443, "/hook/a?b=c", True)
    assert target("https://xn--bcher-kva.example", to_loopback=False).path == "/"


def test_loopback_is_let_in_for_tests_alone_and_nothing_else_with_it():
    aim = target("http://localhost:9000/", to_loopback=True)
    assert places(aim, to_loopback=True, look_up=leading_to("127.0.0.1", "::1")) == ["127.0.0.1", "::1"]
    assert target("http://127.0.0.1/", to_loopback=True).port == 80
    with pytest.raises(AddressError):
        places(aim, to_loopback=True, look_up=leading_to("10.0.0.1"))
    with pytest.raises(AddressError):
        places(aim, to_loopback=False, look_up=leading_to("127.0.0.1"))
    for address in ("http://10.0.0.1/", "http://a.example/", "https://a.example:9000/"):
        with pytest.raises(AddressError):
            target(address, to_loopback=True)
