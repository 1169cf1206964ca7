"""Pages of the administrators: accounts, audit log, settings."""
