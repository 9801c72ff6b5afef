"""
What somebody owns on a server of the fediverse: as files, as an archive, on another server.

Files: ``csv_formats`` → ``csv_reading`` (``csv_cells``), ``csv_writing``, ``filters_json``;
out by ``exporting``, in by ``importing`` (``shelves``). Archives: ``archive_kind`` →
``archive_backup`` (``activities``), ``archive_report``, ``archive_posts``, ``archive_zip``.
Moves: ``route`` → ``plan_reading`` and the steps (``steps_…``, ``catching_up``), which
stand on ``ends`` and ``carried``.
"""
