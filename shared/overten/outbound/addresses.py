"""Which addresses are public hosts. The standard library's own judgement is asked too, but not alone."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IpAddress = IPv4Address | IPv6Address

# IANA's special-purpose registry (RFC 6890 and its updates), and what no website lives at.
_V4_REFUSED = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network, RFC 791
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598; metadata services of some clouds
        "127.0.0.0/8",  # loopback, RFC 1122
        "168.63.129.16/32",  # Azure's host, from within any of its machines
        "169.254.0.0/16",  # link-local, RFC 3927; metadata services
        "172.16.0.0/12",  # private, RFC 1918
        "192.0.0.0/24",  # protocol assignments, RFC 6890; metadata services of some clouds
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.31.196.0/24",  # AS112, RFC 7535
        "192.52.193.0/24",  # multicast tunnels, RFC 7450
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "192.168.0.0/16",  # private, RFC 1918
        "192.175.48.0/24",  # AS112, RFC 7534
        "198.18.0.0/15",  # benchmarks, RFC 2544
        "198.51.100.0/24",  # documentation, RFC 5737
        "203.0.113.0/24",  # documentation, RFC 5737
        "224.0.0.0/4",  # multicast, RFC 5771
        "240.0.0.0/4",  # reserved and broadcast, RFC 1112 and 919
    )
)
# Everything routed to hosts lies here (RFC 4291, 2.4). What lies outside (loopback, link-local, unique local,
# v4-mapped, NAT64's 64:ff9b::/96, multicast…) is refused without being listed.
_V6_HOSTS = IPv6Network("2000::/3")
_V6_REFUSED = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, RFC 2928: Teredo (RFC 4380), ORCHID (RFC 7343), benchmarks and more
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4, RFC 3056: carries any IPv4 address within
        "2620:4f:8000::/48",  # AS112, RFC 7534
        "3fff::/20",  # documentation, RFC 9637
    )
)


def is_public(address: IpAddress) -> bool:
    """Whether a request may go to this address."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _V4_REFUSED)
    # A zone names an interface of this very machine.
    return (
        address.scope_id is None
        and address.is_global
        and address in _V6_HOSTS
        and not any(address in network for network in _V6_REFUSED)
    )


def is_loopback(address: IpAddress) -> bool:
    """Whether an address is this machine's own, in its plain form."""
    return (address.version == 4 and address.is_loopback) or address == IPv6Address("::1")


def parsed(text: str) -> IpAddress | None:
    """An address in its one plain spelling, or None: `127.1`, `0x7f000001` and the like are no addresses here."""
    try:
        return ip_address(text)
    except ValueError:
        return None
