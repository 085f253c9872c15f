"""Returns filed by an agent (代理人による申告): what the office has to confirm of each."""
