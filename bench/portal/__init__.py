"""The residents' site under load, its CPU beside an empty view, and its first view on a phone."""
