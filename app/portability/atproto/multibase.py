"""
Base 58 as Bitcoin writes it, with multibase's letter ``z`` before it.

Only keys are written so; they are short, and what is longer is refused before
it is counted through (the decoding is quadratic).
Source: multibase; the alphabet is base58btc's.
"""

from __future__ import annotations

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {char: value for value, char in enumerate(_ALPHABET)}
_LONGEST = 256


def base58(data: bytes) -> str:
    """*data* in base 58; each leading zero byte is a leading 1."""
    number = int.from_bytes(data, "big")
    chars = []
    while number:
        number, value = divmod(number, 58)
        chars.append(_ALPHABET[value])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(chars))


def base58_bytes(text: str) -> bytes:
    """
    The bytes that are written *text*.

    Raises:
        ValueError: It holds another letter, or is longer than any key.
    """
    if len(text) > _LONGEST:
        raise ValueError("too long for a key")
    number = 0
    for char in text:
        if char not in _VALUES:
            raise ValueError("not base 58")
        number = number * 58 + _VALUES[char]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multibase58(data: bytes) -> str:
    """*data* in base 58, saying so."""
    return "z" + base58(data)


def multibase58_bytes(text: str) -> bytes:
    """
    The bytes of *text*, which says that it is base 58.

    Raises:
        ValueError: It is another base, or none.
    """
    if not text.startswith("z"):
        raise ValueError("a key that is not written in base 58 (z…)")
    return base58_bytes(text[1:])
