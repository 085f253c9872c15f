"""A pensioner's and a part-timer's return, filed in a browser by what a person sees and touches."""
