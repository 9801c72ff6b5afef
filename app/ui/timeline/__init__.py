"""The timeline: ``view.TimelineView`` shows rows, ``media_pictures`` feeds it pictures."""
