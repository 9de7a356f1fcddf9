"""Webhooks as standardwebhooks.com asks: owed in the transaction, signed, sent to the internet only, tried again."""
