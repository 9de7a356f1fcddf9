"""Webhooks by standardwebhooks.com: recorded in the transaction, signed, sent only to the internet, retried."""
