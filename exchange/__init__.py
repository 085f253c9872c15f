"""The durable mailbox (連携): the same code in every zone. Rows are the work orders."""
