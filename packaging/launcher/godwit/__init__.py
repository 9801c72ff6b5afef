"""What the installers start: Briefcase wants a package named like the app."""
