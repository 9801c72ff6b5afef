"""What is seen. The first import of it loads PySide6, without what is never asked of it."""

from app.ui import lean_enums, lean_qt

lean_enums.install()
lean_qt.load()
