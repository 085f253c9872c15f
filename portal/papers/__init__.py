"""Papers (添付書類) of a return: taken in at the question, scanned, shown, and sent with it."""
