"""The landscapes of the demo, all of them invented."""

from __future__ import annotations

import random

from PySide6.QtGui import QImage

from tests.demo_pictures.brush import Brush


def sea() -> QImage:
    """Birds over a bay at sunrise."""
    b = Brush(960, 640)
    b.sky("#8FB0B8", "#C9CBB8", "#F1E2C0", bottom=0.72)
    b.disc(0.72, 0.66, 0.11, "#FBF0CF")
    b.hill([(0, 0.66), (0.3, 0.62), (0.6, 0.68), (1, 0.64)], "#5F8694")
    b.sky("#4F7A8A", "#7B98A0", top=0.7, bottom=0.76)
    b.hill([(0, 0.75), (0.35, 0.78), (0.7, 0.74), (1, 0.77)], "#B99A7C")
    for n, y in enumerate((0.80, 0.84, 0.89, 0.95)):
        light = "#E3C9A4" if n % 2 else "#CDAE8A"
        b.hill([(0, y), (0.3, y + 0.02), (0.62, y - 0.02), (1, y + 0.02)], light)
    for n in range(4):
        b.box(0.68 - 0.008 * n, 0.735 + n * 0.012, 0.08 + 0.016 * n, 0.005, "#FBF0CF")
    for x, y, span in (
        (0.30, 0.33, 0.035),
        (0.37, 0.44, 0.026),
        (0.47, 0.36, 0.030),
        (0.55, 0.42, 0.020),
        (0.24, 0.24, 0.020),
    ):
        b.bird(x, y, span, "#3E4B50")
    return b.done()


def forest() -> QImage:
    """A pale sun between wet trunks."""
    b = Brush(960, 640)
    b.sky("#DDE9DC", "#BCD3BE", "#9DB9A0")
    for x, w in (
        (0.04, 0.03),
        (0.2, 0.025),
        (0.47, 0.03),
        (0.58, 0.02),
        (0.83, 0.03),
        (0.93, 0.02),
    ):
        b.box(x, 0, w, 1, "#9CB8A0")
    b.disc(0.64, 0.31, 0.17, "#EDF0D6")
    for x, w in ((0.11, 0.045), (0.34, 0.035), (0.75, 0.04), (0.97, 0.05)):
        b.box(x, 0, w, 1, "#5F8069")
    for x, w in ((0.24, 0.05), (0.53, 0.055), (0.88, 0.045)):
        b.box(x, 0, w, 1, "#33513F")
    b.hill([(0, 0.9), (0.4, 0.95), (0.7, 0.92), (1, 0.95)], "#2A4435")
    return b.done()


def _houses(b: Brush, dice: random.Random, ground: float, dark: str, lit: str) -> None:
    x = 0.0
    while x < 1.0:
        w, h = dice.uniform(0.07, 0.14), dice.uniform(0.16, 0.42)
        b.box(x, ground - h, w, h, dark)
        for column in range(int(w / 0.035)):
            for row in range(int(h / 0.08)):
                if dice.random() < 0.3:
                    top = ground - h + 0.04 + row * 0.08
                    b.box(x + 0.012 + column * 0.035, top, 0.014, 0.032, lit)
        x += w + dice.choice((0.0, 0.02, 0.05))


def boat() -> QImage:
    """A red boat before a town at night."""
    b = Brush(960, 640)
    b.sky("#48566B", "#5B6B7C", "#7D8D97", bottom=0.75)
    _houses(b, random.Random(4), 0.74, "#17262F", "#F0C873")
    b.sky("#1F4450", "#142F3A", top=0.74)
    for n in range(9):
        b.box(0.06 + (n * 0.37) % 0.8, 0.79 + n * 0.021, 0.14, 0.005, "#54808A")
    b.line([(0.655, 0.22), (0.655, 0.74)], "#3A2A22", 0.008)
    b.shape([(0.645, 0.24), (0.645, 0.70), (0.50, 0.70)], "#EBDDC0")
    b.shape([(0.668, 0.30), (0.668, 0.70), (0.78, 0.70)], "#F6ECD6")
    b.shape([(0.49, 0.735), (0.82, 0.735), (0.78, 0.82), (0.53, 0.82)], "#B9472F")
    b.shape([(0.49, 0.735), (0.82, 0.735), (0.815, 0.755), (0.50, 0.755)], "#D9694C")
    return b.done()


def town() -> QImage:
    """Rain over roofs."""
    b = Brush(720, 480)
    dice = random.Random(11)
    b.sky("#3D4A5E", "#55657A", "#6C7B8A")
    _houses(b, random.Random(7), 0.86, "#232F3E", "#E8C071")
    b.sky("#2B3848", "#1C2733", top=0.86)
    for _ in range(110):
        x, y = dice.random(), dice.random()
        b.line([(x, y), (x - 0.012, y + 0.05)], "#7F93A8", 0.003)
    return b.done()


def bowl() -> QImage:
    """A teal bowl on a shelf."""
    b = Brush(720, 480)
    b.sky("#E5D3C0", "#D6BCA2", bottom=0.72)
    b.sky("#A9805F", "#8D684B", top=0.72)
    b.hill([(0.2, 0.80), (0.5, 0.785), (0.8, 0.80)], "#7D5B41")
    b.sky("#A07957", "#8D684B", top=0.82)
    points = [(0.27 + 0.46 * n / 40, 0.36) for n in range(41)]
    under = [
        (0.73 - 0.46 * n / 40, 0.36 + 0.42 * (1 - (2 * n / 40 - 1) ** 2) ** 0.7) for n in range(41)
    ]
    b.shape(points + under, "#2E6E70")
    b.box(0.42, 0.76, 0.16, 0.05, "#24585B")
    for y, color in ((0.42, "#7FC1B6"), (0.49, "#D9E8DA"), (0.56, "#7FC1B6")):
        span = [(0.32 + 0.36 * n / 60, y + 0.015 * (-1) ** (n // 3)) for n in range(61)]
        b.line(span, color, 0.012)
    b.box(0.26, 0.33, 0.48, 0.045, "#3F8B8A")
    return b.done()


def chart() -> QImage:
    """Two tides over a day."""
    b = Brush(480, 480)
    b.sky("#10242C", "#0C1B22")
    for n in range(1, 6):
        b.line([(0, n / 6), (1, n / 6)], "#1D3842", 0.004)
        b.line([(n / 6, 0), (n / 6, 1)], "#1D3842", 0.004)
    b.wave(0.5, 0.26, 1.4, "#5FCBBE", 0.016)
    b.wave(0.56, -0.12, 1.0, "#E9A94F", 0.012, dashed=True)
    return b.done()


def tower() -> QImage:
    """Leeks hung up to dry, much taller than wide."""
    b = Brush(420, 900)
    b.sky("#EFE6D2", "#DDCDB0")
    b.box(0, 0.03, 1, 0.02, "#7A5B3E")
    dice = random.Random(3)
    for n in range(6):
        x = 0.07 + n * 0.155
        low = 0.62 + dice.uniform(-0.06, 0.2)
        b.line([(x + 0.04, 0.04), (x + 0.04, 0.12)], "#8F7350", 0.003)
        b.shape([(x, 0.12), (x + 0.09, 0.12), (x + 0.07, low), (x + 0.02, low)], "#5E8B53")
        b.shape(
            [(x + 0.02, low), (x + 0.07, low), (x + 0.06, low + 0.1), (x + 0.03, low + 0.1)],
            "#EDEBD3",
        )
        b.line([(x + 0.045, 0.13), (x + 0.045, low)], "#41693D", 0.002)
    b.sky("#B08D66", "#94744F", top=0.93)
    return b.done()


def coast() -> QImage:
    """A very wide, low coast."""
    b = Brush(1280, 360)
    b.sky("#AEBFD0", "#D5D8D3", "#F0DFC2", bottom=0.66)
    b.hill([(0, 0.34), (0.25, 0.26), (0.55, 0.32), (0.8, 0.24), (1, 0.3)], "#C3CAD0")
    b.sky("#D7D9D4", "#F0DFC2", top=0.42, bottom=0.66)
    b.hill([(0, 0.62), (0.2, 0.58), (0.45, 0.64), (0.8, 0.6), (1, 0.63)], "#6C8472")
    b.sky("#6E97A3", "#3F6C7B", top=0.66)
    b.box(0.62, 0.46, 0.006, 0.16, "#F4EFE3")
    b.box(0.617, 0.44, 0.012, 0.03, "#B9472F")
    for n in range(8):
        b.box(0.05 + (n * 0.29) % 0.85, 0.7 + 0.035 * n, 0.12, 0.008, "#8FB3BB")
    return b.done()


def dune() -> QImage:
    """Dunes with marram grass."""
    b = Brush(720, 720)
    b.sky("#B7CBD2", "#E9E3CF", bottom=0.6)
    b.disc(0.24, 0.24, 0.07, "#FBF3DA")
    b.hill([(0, 0.55), (0.4, 0.42), (0.75, 0.56), (1, 0.5)], "#D9C08F")
    b.hill([(0, 0.62), (0.3, 0.70), (0.7, 0.55), (1, 0.68)], "#C9AA74")
    b.hill([(0, 0.86), (0.45, 0.72), (1, 0.84)], "#B5935E")
    dice = random.Random(2)
    for _ in range(60):
        x = dice.uniform(0.05, 0.95)
        y = 0.82 + 0.15 * dice.random()
        b.line([(x, y), (x + dice.uniform(-0.05, 0.05), y - 0.14)], "#5E7A4C", 0.004)
    return b.done()


SCENES = {
    "sea.jpg": sea,
    "forest.jpg": forest,
    "boat.jpg": boat,
    "town.jpg": town,
    "bowl.jpg": bowl,
    "chart.png": chart,
    "tower.jpg": tower,
    "coast.webp": coast,
    "dune.webp": dune,
}
