"""Real PostgreSQL and Redis for one command, on a machine that has only Python.

``python -m config.servers [--data DIR] -- COMMAND…`` starts both servers, names them to COMMAND as ``DATABASE_URL``
and ``REDIS_URL``, waits for it, stops them and exits with COMMAND's exit code (128 + n if signal n ended it).
A server whose variable is already set is not started. Without ``--data`` everything is thrown away at the end.
``python -m config.servers --data DIR --delete`` removes what was kept.

For development and tests only: PostgreSQL trusts whoever reaches its socket, in a directory closed to others.
"""
