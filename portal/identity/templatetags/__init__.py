"""Template tags of signing in with the app."""
