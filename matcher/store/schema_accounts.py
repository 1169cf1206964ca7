"""Tables of accounts, sessions, one-time links, settings and the audit log."""

from __future__ import annotations

# Tokens stand here as SHA-256 only: who reads a copy of the file can enter nowhere with it.
ACCOUNTS = """
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    full_name TEXT NOT NULL DEFAULT '',
    role TEXT NOT NULL CHECK (role IN
        ('admin', 'reviewer', 'county_reviewer', 'viewer', 'chain_leader', 'sme')),
    county TEXT NOT NULL DEFAULT '',
    enterprise_id INTEGER REFERENCES enterprises(id),
    password TEXT NOT NULL DEFAULT '',
    password_changed_at TEXT NOT NULL DEFAULT '',
    must_change INTEGER NOT NULL DEFAULT 0 CHECK (must_change IN (0, 1)),
    disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    created_at TEXT NOT NULL,
    CHECK (role <> 'county_reviewer' OR county <> ''),
    CHECK (role NOT IN ('chain_leader', 'sme') OR enterprise_id IS NOT NULL)
) STRICT;

CREATE TABLE past_passwords (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    password TEXT NOT NULL
) STRICT;
CREATE INDEX past_passwords_by_user ON past_passwords(user_id, id);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    started_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions(user_id);

CREATE TABLE links (
    token_hash TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('setup', 'enter', 'password')),
    user_id INTEGER REFERENCES users(id) ON DELETE CASCADE,
    issued_at TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    used_at TEXT NOT NULL DEFAULT '',
    CHECK ((purpose = 'setup') = (user_id IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    name_hash TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
"""

# A row's hash covers the hash of the row before it. The triggers refuse what SQL can refuse; who
# rewrites the file itself is found by the chain, or by a head that was noted elsewhere. No column
# is UNIQUE beside the key: INSERT OR REPLACE would delete the other row without asking a trigger.
AUDIT = """
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    user_id INTEGER,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    before TEXT,
    after TEXT,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_actor ON audit(actor, id);
CREATE INDEX audit_by_object ON audit(object, id);
CREATE TRIGGER audit_keeps_rows BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_loses_nothing BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_grows_by_one BEFORE INSERT ON audit
WHEN NEW.id IS NOT coalesce((SELECT max(id) FROM audit), 0) + 1
  OR NEW.previous IS NOT coalesce((SELECT hash FROM audit ORDER BY id DESC LIMIT 1), '')
BEGIN SELECT RAISE(ABORT, 'the audit log grows at its end'); END;
"""

# Under what name a demand is known to those who must not learn whose it is: its own id and its
# place among others would tell.
ALIASES = """
CREATE TABLE demand_aliases (
    demand_key INTEGER PRIMARY KEY REFERENCES demands(key) ON DELETE CASCADE,
    alias TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO demand_aliases SELECT key, 'X-' || hex(randomblob(8)) FROM demands;
CREATE TRIGGER demands_have_an_alias AFTER INSERT ON demands
BEGIN INSERT INTO demand_aliases VALUES (NEW.key, 'X-' || hex(randomblob(8))); END;
"""
