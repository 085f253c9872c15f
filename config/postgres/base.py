"""How a kept connection (接続) is looked at before it is used again.

Django asks the server `SELECT 1` at the beginning of every request. A server that has restarted, or
ended the connection, has closed its end, which the socket tells without being asked: only where
there is something to be read, or a transaction is open that may have failed, is the server asked.
"""

import select

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL but for the look at a kept connection."""

    def is_usable(self) -> bool:
        """Tell whether the connection can be used; a quiet socket is one that nobody has closed."""
        if self.connection is None or self.connection.closed:
            return False
        if self.connection.info.transaction_status != TransactionStatus.IDLE:
            return bool(super().is_usable())
        watch = select.poll()
        watch.register(self.connection.fileno(), select.POLLIN)
        return not watch.poll(0) or bool(super().is_usable())
