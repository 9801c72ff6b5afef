"""Blurhash → a rough picture. Pure Python, some 20 × 20 px: for worker threads."""

from __future__ import annotations

from functools import lru_cache
from math import cos, pi

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}

Color = tuple[float, float, float]


def decode_blurhash(text: str, width: int = 20, height: int = 20) -> bytes | None:
    """
    RGB bytes of the picture *text* stands for, None when it is not a blurhash.

    Source: the algorithm as published with the format (woltapp/blurhash, Algorithm.md).
    """
    values = [_VALUES.get(letter, -1) for letter in text[:200]]
    if len(values) < 6 or -1 in values:
        return None
    across, down = values[0] % 9 + 1, values[0] // 9 + 1
    if len(text) != 4 + 2 * across * down:
        return None
    most = (values[1] + 1) / 166
    colors = [_first(_number(values[2:6]))]
    colors += [_other(_number(values[at : at + 2]), most) for at in range(6, len(values), 2)]
    return _draw(colors, across, down, width, height)


def _draw(colors: list[Color], across: int, down: int, width: int, height: int) -> bytes:
    made = bytearray()
    columns, rows = _waves(width, across), _waves(height, down)
    for row in rows:
        for column in columns:
            red = green = blue = 0.0
            at = 0
            for vertical in row:
                for horizontal in column:
                    share = vertical * horizontal
                    one = colors[at]
                    red += one[0] * share
                    green += one[1] * share
                    blue += one[2] * share
                    at += 1
            made += bytes((_to_srgb(red), _to_srgb(green), _to_srgb(blue)))
    return bytes(made)


@lru_cache(maxsize=64)
def _waves(size: int, count: int) -> list[list[float]]:
    return [[cos(pi * place * wave / size) for wave in range(count)] for place in range(size)]


def _number(values: list[int]) -> int:
    number = 0
    for value in values:
        number = number * 83 + value
    return number


def _first(number: int) -> Color:
    return tuple(_to_linear(number >> shift & 255) for shift in (16, 8, 0))  # type: ignore[return-value]


def _other(number: int, most: float) -> Color:
    parts = (number // 361, number // 19 % 19, number % 19)
    return tuple(_signed_square((part - 9) / 9) * most for part in parts)  # type: ignore[return-value]


def _signed_square(value: float) -> float:
    return value * abs(value)


def _to_linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _to_srgb(value: float) -> int:
    share = min(max(value, 0.0), 1.0)
    share = share * 12.92 if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055
    return int(share * 255 + 0.5)
