"""How long a city's year takes, from documents to decisions, and how fast notices are set."""
