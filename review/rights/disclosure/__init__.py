"""The disclosure (開示): everything of one 宛名番号 as a file that a person can read."""
