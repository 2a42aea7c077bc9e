"""Signed notices to other systems: where they may go, and how they are signed.

The signature is that of Standard Webhooks 1.0 (standardwebhooks.com): HMAC-SHA-256 in base64 over
`id.timestamp.body`, under a secret that is written `whsec_` and base64.
"""

import base64
import hashlib
import hmac
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from pharmacy.errors import WebhookAddressRefused

PREFIX = "whsec_"
URL_MAX = 500
_LABEL = b"pharmacy webhook:"
_LOOPBACK_NAME = "localhost"


def check_url(url: str) -> str:
    """Return an address to which notices may go: https, or a program of this machine.

    Raises:
        WebhookAddressRefused: It is no such address, or holds a name and password.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise WebhookAddressRefused(reason="unreadable") from error
    if not host or not url.isascii() or not url.isprintable() or " " in url or len(url) > URL_MAX:
        raise WebhookAddressRefused(reason="unreadable")
    if parts.username or parts.password or parts.fragment:
        raise WebhookAddressRefused(reason="unreadable")
    if parts.scheme != "https" and not (parts.scheme == "http" and names_this_machine(host)):
        raise WebhookAddressRefused(reason="not_https")
    return url


def names_this_machine(host: str) -> bool:
    """Tell whether a host is this machine itself, by name or by number."""
    if host == _LOOPBACK_NAME:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def reachable(address: str, *, this_machine: bool, private: bool) -> bool:
    """Tell whether a resolved number may be called.

    Args:
        address: An IPv4 or IPv6 number.
        this_machine: The address named this machine itself, so only it may answer.
        private: Networks that are not the internet (10.0.0.0/8 and the like) are allowed.
    """
    number = _plain(ip_address(address.partition("%")[0]))
    if number.is_loopback or this_machine:
        return number.is_loopback and this_machine
    if number.is_multicast or number.is_unspecified or number.is_link_local:
        return False
    return number.is_global or (private and number.is_private)


def _plain(number: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    mapped = number.ipv4_mapped if isinstance(number, IPv6Address) else None
    return mapped or number


def secret_of(key: bytes, salt: str) -> str:
    """Return the secret of a webhook, made of the instance's key and the webhook's salt."""
    made = hmac.digest(key, _LABEL + salt.encode(), hashlib.sha256)
    return PREFIX + base64.b64encode(made).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return what stands in the header `webhook-signature`; `timestamp` is seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
