"""The record of scheduled tasks (バッチの状況): what ran when, how it ended, what comes next."""
