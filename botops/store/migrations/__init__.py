"""Migrations: the steps from one shape of the database to the next, each a frozen file."""
