"""
Whether windows may be partly transparent, as rounded corners and shadows need.

X11 without a compositing manager (plain window managers, many remote desktops)
paints what is transparent black: there free panels are cut to their shape.
"""

from __future__ import annotations

import ctypes

from PySide6.QtCore import QRectF
from PySide6.QtGui import QGuiApplication, QPainterPath, QRegion
from PySide6.QtWidgets import QWidget


def is_transparent() -> bool:
    """Whether transparent parts of a window show what is behind it, as of now."""
    if QGuiApplication.platformName() != "xcb":
        return True
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return True
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = x11.XGetSelectionOwner.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    if not display:
        return True
    try:
        # Extended Window Manager Hints: a compositing manager owns this selection.
        name = f"_NET_WM_CM_S{x11.XDefaultScreen(display)}".encode()
        atom = ctypes.c_ulong(x11.XInternAtom(display, name, 0))
        return bool(x11.XGetSelectionOwner(display, atom))
    finally:
        x11.XCloseDisplay(display)


def cut_to_shape(panel: QWidget, radius: float, margin: float = 0.0) -> None:
    """Let *panel* consist of a rounded rectangle, *margin* px inside its edges."""
    path = QPainterPath()
    area = QRectF(panel.rect()).adjusted(margin, margin, -margin, -margin)
    path.addRoundedRect(area, radius, radius)
    panel.setMask(QRegion(path.toFillPolygon().toPolygon()))
