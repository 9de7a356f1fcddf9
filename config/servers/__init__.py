"""Run a command with its own PostgreSQL and Redis, on a machine that has only Python.

``python -m config.servers [--data DIR] -- COMMAND…`` starts both servers, passes them to COMMAND as ``DATABASE_URL``
and ``REDIS_URL``, waits for it, stops them and exits with COMMAND's exit code (128 + n if signal n ended it).
A server whose variable is already set is not started. Without ``--data`` all data is deleted at the end.
``python -m config.servers --data DIR --delete`` deletes the data of earlier runs.

For development and tests only: PostgreSQL asks for no password on its socket, which is in a private directory.
"""
