"""Template tags of every page of the portal."""
