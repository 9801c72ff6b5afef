"""
Draw all pictures of the demo into ``resources/demo`` and print their table.

``QT_QPA_PLATFORM=offscreen python -m tests.demo_pictures``; the table goes
into ``app/protocols/demo/pictures.py`` when a picture has changed.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication, QImage

from tests.demo_pictures.avatars import AVATARS, avatar, gull, rope
from tests.demo_pictures.blurhash import blurhash
from tests.demo_pictures.scenes import SCENES

PLACE = Path(__file__).resolve().parent.parent.parent / "resources" / "demo"
QUALITY = {"jpg": 80, "webp": 80, "png": 0}


def save(image: QImage, name: str) -> None:
    """Write *image* in the form that its name asks for."""
    if not image.save(str(PLACE / name), quality=QUALITY[name.rsplit(".", 1)[1]]):
        raise SystemExit(f"{name} could not be written")


def main() -> None:
    """All of them."""
    app = QGuiApplication([])
    PLACE.mkdir(parents=True, exist_ok=True)
    for name, draw in SCENES.items():
        image = draw()
        save(image, name)
        print(f'    "{name}": ({image.width()}, {image.height()}, "{blurhash(image)}"),')
    for name in AVATARS:
        save(avatar(name), f"avatar-{name}.png")
    save(rope(), "emoji-rope.png")
    save(gull(), "emoji-gull.png")
    app.quit()


if __name__ == "__main__":
    main()
