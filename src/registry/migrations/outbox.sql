-- Messages that wait to be sent, what became of those before, and what has been told
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL REFERENCES hosts (name),
  channel TEXT NOT NULL,
  key TEXT NOT NULL, -- what a receiver knows a repeat by
  grouping TEXT NOT NULL, -- those that wait with the same one become one
  severity TEXT NOT NULL,
  message TEXT NOT NULL, -- a JSON object
  created INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  attempts INTEGER NOT NULL, -- one that may have arrived is not changed any more
  cause TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (host, channel, not_before);

CREATE TABLE outbox_results (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL REFERENCES hosts (name),
  channel TEXT NOT NULL,
  key TEXT NOT NULL,
  grouping TEXT NOT NULL,
  severity TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL, -- sent, dropped
  time INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  cause TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_results_by_channel ON outbox_results (host, channel, id);

CREATE TABLE outbox_channels (
  host TEXT NOT NULL REFERENCES hosts (name),
  channel TEXT NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0, -- attempts
  dropped INTEGER NOT NULL DEFAULT 0,
  last_sent INTEGER,
  last_failed INTEGER,
  cause TEXT NOT NULL DEFAULT '', -- of the last failure, '' since one was sent
  PRIMARY KEY (host, channel)
) STRICT, WITHOUT ROWID;

-- Up to where the event log has been told.
CREATE TABLE outbox_cursors (
  host TEXT NOT NULL PRIMARY KEY REFERENCES hosts (name),
  event_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was last told of each thing, so that nothing is told twice.
CREATE TABLE outbox_told (
  host TEXT NOT NULL REFERENCES hosts (name),
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (host, subject)
) STRICT, WITHOUT ROWID;
