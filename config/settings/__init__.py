"""One settings module per zone; each installs its own applications only."""
