"""What the pages of a chain need to find their rows among very many (产业链)."""

# Actions that change no row, suggestion or decision; a word, for SQL to know its index again.
ONLY_LOOKED = "'view', 'denied', 'login', 'login.failed', 'login.locked', 'logout', 'link.issue'"

CHAIN = f"""
CREATE INDEX audit_changes ON audit(id) WHERE action NOT IN ({ONLY_LOOKED});
"""
