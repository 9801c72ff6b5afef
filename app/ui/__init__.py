"""
What is seen. The first import of it loads PySide6.

PySide6 puts itself in the way of every ``import`` statement, for its own
``from __feature__ import …``, which is used nowhere here: it reads the source
of each module that is loaded after it (shibokensupport/feature.py) and keeps
the lines. That costs a tenth of the time to the first frame, and 3 MB.
"""

import builtins

_own_import = builtins.__import__
import PySide6.QtCore  # noqa: E402, F401

builtins.__import__ = _own_import
