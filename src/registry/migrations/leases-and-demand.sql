-- Leases stay as their own history, and what analytics read is counted as it happens
CREATE TABLE leases_4 (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL REFERENCES hosts (name),
  transport TEXT NOT NULL,
  port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
  type TEXT NOT NULL,
  project TEXT NOT NULL, -- the directory that the name is of; '' none
  name TEXT NOT NULL,
  pid INTEGER,
  pid_started INTEGER,
  pid_namespace INTEGER NOT NULL,
  boot TEXT NOT NULL, -- which one pid_started and expires_boottime count from
  created INTEGER NOT NULL,
  expires INTEGER,
  expires_boottime INTEGER,
  released INTEGER,
  outcome TEXT
) STRICT;
INSERT INTO leases_4 (id, host, transport, port, type, project, name, pid, pid_started,
  pid_namespace, boot, created, expires)
  SELECT id, host, transport, port, type, '', name, pid, pid_started, 0, '', created, expires
  FROM leases;
-- SQLite alone: ids go on from where they were (of a server, nothing is as old)
DELETE FROM sqlite_sequence WHERE name = 'leases_4';
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'leases_4', seq FROM sqlite_sequence WHERE name = 'leases';
-- both:
DROP TABLE leases;
ALTER TABLE leases_4 RENAME TO leases;
CREATE UNIQUE INDEX leases_held ON leases (host, transport, port) WHERE released IS NULL;
CREATE INDEX leases_by_port ON leases (host, port);

-- The port that a name had last, and gets again.
CREATE TABLE remembered_ports (
  host TEXT NOT NULL REFERENCES hosts (name),
  project TEXT NOT NULL,
  name TEXT NOT NULL,
  transport TEXT NOT NULL,
  port INTEGER NOT NULL,
  last_used INTEGER NOT NULL,
  PRIMARY KEY (host, project, name, transport)
) STRICT, WITHOUT ROWID;

-- How full a pool was, by hours since 1970.
CREATE TABLE pool_hours (
  host TEXT NOT NULL REFERENCES hosts (name),
  pool TEXT NOT NULL,
  hour INTEGER NOT NULL,
  size INTEGER NOT NULL,
  in_use INTEGER NOT NULL, -- when it was looked at last
  peak INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  released INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  PRIMARY KEY (host, pool, hour)
) STRICT, WITHOUT ROWID;

-- How often a port was leased, was wanted in vain, and was in conflict.
CREATE TABLE port_demand (
  host TEXT NOT NULL REFERENCES hosts (name),
  transport TEXT NOT NULL,
  port INTEGER NOT NULL,
  leased INTEGER NOT NULL,
  lost INTEGER NOT NULL,
  conflicts INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (host, transport, port)
) STRICT, WITHOUT ROWID;
-- SQLite alone:
CREATE INDEX port_demand_contested ON port_demand (host, lost + conflicts, leased)
  WHERE lost + conflicts > 0;
-- PostgreSQL alone: CREATE INDEX port_demand_contested ON port_demand (host, (lost + conflicts), leased) WHERE lost + conflicts > 0;
-- both:

-- Which lines of port_history have to do with a port, so that none is looked at in vain.
CREATE TABLE port_history_ports (
  port INTEGER NOT NULL,
  timestamp INTEGER NOT NULL,
  history_id INTEGER NOT NULL REFERENCES port_history (id),
  PRIMARY KEY (port, timestamp, history_id)
) STRICT, WITHOUT ROWID;
-- SQLite alone: of a server, nothing is as old
INSERT OR IGNORE INTO port_history_ports (port, timestamp, history_id)
  SELECT internal_port, timestamp, id FROM port_history WHERE internal_port > 0
  UNION ALL SELECT external_port, timestamp, id FROM port_history WHERE external_port > 0
  UNION ALL SELECT CAST (old_value AS INTEGER), timestamp, id FROM port_history
   WHERE change_type NOT IN ('status', 'external_ip') AND CAST (old_value AS INTEGER) > 0
  UNION ALL SELECT CAST (new_value AS INTEGER), timestamp, id FROM port_history
   WHERE change_type NOT IN ('status', 'external_ip') AND CAST (new_value AS INTEGER) > 0;
-- both:
DROP INDEX port_history_by_service;
CREATE INDEX port_history_by_service ON port_history (service_id, timestamp);
CREATE INDEX port_history_by_time ON port_history (timestamp);
CREATE INDEX port_history_moves ON port_history (timestamp)
  WHERE change_type = 'external_port';

CREATE INDEX services_by_name ON services (service_name);
CREATE INDEX findings_bound ON findings (port, port_end, document_id)
  WHERE kind = 'port' AND scope = 'host' AND role IN ('publish', 'listen');

-- Pins of the configuration, as the last scan found it; `pinned` is what a person told us.
ALTER TABLE services ADD COLUMN pinned_by_config TEXT NOT NULL DEFAULT '';
