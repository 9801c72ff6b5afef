"""Blurhash of a picture (github.com/woltapp/blurhash, Algorithm.md)."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
Color = tuple[float, float, float]


def blurhash(image: QImage, across: int = 4, down: int = 3) -> str:
    """The hash of *image* with so many components."""
    small = image.scaled(
        48, 48, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    pixels = [[_linear(small.pixelColor(x, y)) for x in range(48)] for y in range(48)]
    parts = [_component(pixels, i, j) for j in range(down) for i in range(across)]
    mean, *others = parts
    largest = max(abs(value) for part in others for value in part)
    step = max(0, min(82, math.floor(largest * 166 - 0.5)))
    scale = (step + 1) / 166
    text = _base83(across - 1 + (down - 1) * 9, 1) + _base83(step, 1)
    r, g, b = (_srgb(value) for value in mean)
    text += _base83((r << 16) + (g << 8) + b, 4)
    return text + "".join(_detail(part, scale) for part in others)


def _component(pixels: list[list[Color]], i: int, j: int) -> Color:
    total = [0.0, 0.0, 0.0]
    for y, row in enumerate(pixels):
        for x, color in enumerate(row):
            weight = math.cos(math.pi * i * x / 48) * math.cos(math.pi * j * y / 48)
            for channel in range(3):
                total[channel] += weight * color[channel]
    share = (1 if i == j == 0 else 2) / (48 * 48)
    return total[0] * share, total[1] * share, total[2] * share


def _detail(part: Color, scale: float) -> str:
    number = 0
    for value in part:
        signed = math.copysign(math.sqrt(abs(value / scale)), value)
        number = number * 19 + max(0, min(18, math.floor(signed * 9 + 9.5)))
    return _base83(number, 2)


def _linear(color: QColor) -> Color:
    def one(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return one(color.redF()), one(color.greenF()), one(color.blueF())


def _srgb(value: float) -> int:
    value = max(0.0, min(1.0, value))
    value = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return round(value * 255)


def _base83(number: int, length: int) -> str:
    return "".join(_DIGITS[number // 83 ** (length - n) % 83] for n in range(1, length + 1))
