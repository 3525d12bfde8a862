-- As each service is now: one row for each that is checked.
CREATE TABLE health (
  service_id INTEGER PRIMARY KEY REFERENCES services (id),
  state TEXT NOT NULL CHECK (state IN ('unknown', 'up', 'down')),
  since INTEGER NOT NULL,
  last_up INTEGER NOT NULL,
  checked INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  latency INTEGER NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  cause TEXT NOT NULL,
  caused_by INTEGER REFERENCES services (id),
  certificate_expires INTEGER NOT NULL,
  muted_until INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Each look of the last hour, gathered by minutes: "MS:LATENCY" with "!" in front of one that failed
-- and "?" of one that tells nothing, behind each other, each ended by a blank.
CREATE TABLE health_samples (
  minute INTEGER NOT NULL,
  service_id INTEGER NOT NULL REFERENCES services (id),
  samples TEXT NOT NULL,
  PRIMARY KEY (minute, service_id)
) STRICT, WITHOUT ROWID;

-- The same counted, by minutes, hours and days (`span`, in seconds). By time first: what is written
-- at one moment lies together, and so does what is taken away.
CREATE TABLE health_rollups (
  span INTEGER NOT NULL,
  start INTEGER NOT NULL,
  service_id INTEGER NOT NULL REFERENCES services (id),
  up INTEGER NOT NULL,
  down INTEGER NOT NULL,
  unknown INTEGER NOT NULL,
  latency TEXT NOT NULL,
  PRIMARY KEY (span, start, service_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE incidents (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL REFERENCES hosts (name),
  service_id INTEGER NOT NULL REFERENCES services (id),
  opened INTEGER NOT NULL,
  closed INTEGER,
  cause TEXT NOT NULL,
  ended TEXT NOT NULL DEFAULT '',
  caused_by INTEGER REFERENCES services (id),
  acknowledged INTEGER,
  acknowledged_by TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  muted_until INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX incidents_open ON incidents (service_id) WHERE closed IS NULL;
CREATE INDEX incidents_by_service ON incidents (service_id, id);
