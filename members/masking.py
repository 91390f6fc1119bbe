"""Addresses shown to somebody who may not be their owner."""


def masked_address(address: str) -> str:
    """``k…@firma.no``: enough for the owner to know it."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
