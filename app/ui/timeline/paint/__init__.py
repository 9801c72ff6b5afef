"""Layout values → pixels. Nothing is measured here."""
