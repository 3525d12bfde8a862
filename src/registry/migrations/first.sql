-- Tables that a scan replaces hang on their document: deleting it takes them along. Services are
-- never deleted, so that history, decisions and bookmarks keep meaning the same one: `removed`
-- tells when one was last seen to be gone, and it comes back under its id. Times are µs since 1970.
--
-- services and port_history are read by people and by other programs: their first ten and six
-- columns are fixed.

CREATE TABLE hosts (
  name TEXT PRIMARY KEY,
  first_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE roots (
  host TEXT NOT NULL REFERENCES hosts (name),
  path TEXT NOT NULL,
  added INTEGER NOT NULL,
  PRIMARY KEY (host, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE projects (
  host TEXT NOT NULL REFERENCES hosts (name),
  root TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  is_workspace INTEGER NOT NULL,
  PRIMARY KEY (host, root, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE problems (
  host TEXT NOT NULL REFERENCES hosts (name),
  root TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  file TEXT NOT NULL,
  line INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (host, root, ordinal)
) STRICT, WITHOUT ROWID;

-- Fingerprints of lists that are replaced as a whole: a root's projects, its problems.
CREATE TABLE digests (
  host TEXT NOT NULL REFERENCES hosts (name),
  root TEXT NOT NULL,
  subject TEXT NOT NULL,
  digest INTEGER NOT NULL,
  PRIMARY KEY (host, root, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE services (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project_id TEXT NOT NULL,
  service_name TEXT NOT NULL,
  external_ip TEXT NOT NULL,
  internal_port INTEGER NOT NULL CHECK (internal_port BETWEEN 0 AND 65535),
  external_port INTEGER NOT NULL CHECK (external_port BETWEEN 0 AND 65535),
  protocol TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'inactive', 'conflict')),
  last_updated INTEGER NOT NULL,
  config_files TEXT NOT NULL,
  host TEXT NOT NULL REFERENCES hosts (name),
  root TEXT NOT NULL,
  transport TEXT NOT NULL,
  scope TEXT NOT NULL,
  bind TEXT NOT NULL,
  type TEXT NOT NULL,
  variant TEXT NOT NULL,
  profiles TEXT NOT NULL,
  origin TEXT NOT NULL,
  confidence REAL NOT NULL,
  pinned TEXT NOT NULL DEFAULT '',
  tags TEXT NOT NULL DEFAULT '',
  fingerprint INTEGER NOT NULL,
  removed INTEGER
) STRICT;
CREATE INDEX services_by_host ON services (host, root, project_id, service_name);

CREATE TABLE port_history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  service_id INTEGER NOT NULL REFERENCES services (id),
  old_value TEXT,
  new_value TEXT,
  change_type TEXT NOT NULL,
  timestamp INTEGER NOT NULL,
  internal_port INTEGER NOT NULL, -- after the change
  external_port INTEGER NOT NULL
) STRICT;
CREATE INDEX port_history_by_service ON port_history (service_id, id);

CREATE TABLE documents (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL REFERENCES hosts (name),
  root TEXT NOT NULL,
  project TEXT NOT NULL,
  file TEXT NOT NULL,
  format TEXT NOT NULL,
  variant TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  ctime_ns INTEGER NOT NULL,
  device INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  n_findings INTEGER NOT NULL,
  stamp INTEGER NOT NULL,
  content INTEGER NOT NULL,
  edges INTEGER NOT NULL,
  UNIQUE (host, root, file)
) STRICT;

CREATE TABLE findings (
  document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  line INTEGER NOT NULL,
  column_bytes INTEGER NOT NULL,
  span_start INTEGER NOT NULL,
  span_end INTEGER NOT NULL,
  format TEXT NOT NULL,
  path TEXT NOT NULL,
  kind TEXT NOT NULL,
  role TEXT NOT NULL,
  scope TEXT NOT NULL,
  transport TEXT NOT NULL,
  text_class TEXT NOT NULL,
  port INTEGER NOT NULL,
  port_end INTEGER NOT NULL,
  address TEXT NOT NULL,
  endpoint_host TEXT NOT NULL,
  bind TEXT NOT NULL,
  scheme TEXT NOT NULL,
  protocol TEXT NOT NULL,
  service TEXT NOT NULL,
  variant TEXT NOT NULL,
  profiles TEXT NOT NULL,
  variable TEXT NOT NULL,
  origin TEXT NOT NULL,
  origin_start INTEGER NOT NULL,
  origin_end INTEGER NOT NULL,
  pair INTEGER NOT NULL,
  confidence REAL NOT NULL,
  rule TEXT NOT NULL,
  PRIMARY KEY (document_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
  document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  format TEXT NOT NULL,
  variant TEXT NOT NULL,
  line INTEGER NOT NULL,
  name TEXT NOT NULL,
  image TEXT NOT NULL,
  build TEXT,
  profiles TEXT NOT NULL,
  network TEXT NOT NULL,
  extends TEXT NOT NULL,
  command TEXT NOT NULL,
  tool TEXT NOT NULL,
  aliases TEXT NOT NULL,
  default_port INTEGER NOT NULL,
  default_origin TEXT NOT NULL,
  PRIMARY KEY (document_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
  document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  line INTEGER NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  service TEXT NOT NULL,
  PRIMARY KEY (document_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE edges (
  document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  finding INTEGER NOT NULL, -- its ordinal in the document
  from_service INTEGER REFERENCES services (id),
  to_service INTEGER REFERENCES services (id),
  confidence REAL NOT NULL,
  PRIMARY KEY (document_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX edges_by_target ON edges (to_service) WHERE to_service IS NOT NULL;

-- Those that are open.
CREATE TABLE conflicts (
  host TEXT NOT NULL REFERENCES hosts (name),
  id TEXT NOT NULL,
  port INTEGER NOT NULL,
  severity TEXT NOT NULL,
  data TEXT NOT NULL,
  opened INTEGER NOT NULL,
  PRIMARY KEY (host, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL REFERENCES hosts (name),
  time INTEGER NOT NULL,
  event TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE transactions (
  host TEXT NOT NULL REFERENCES hosts (name),
  id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  started INTEGER NOT NULL,
  finished INTEGER,
  files INTEGER NOT NULL,
  edits INTEGER NOT NULL,
  summary TEXT NOT NULL,
  PRIMARY KEY (host, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE desired (
  host TEXT NOT NULL REFERENCES hosts (name),
  service_id INTEGER NOT NULL, -- 0: about no service
  subject TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  transaction_id INTEGER,
  decided INTEGER NOT NULL,
  PRIMARY KEY (host, service_id, subject, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  created INTEGER NOT NULL,
  expires INTEGER
) STRICT;

CREATE TABLE leases (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL REFERENCES hosts (name),
  transport TEXT NOT NULL,
  port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  pid INTEGER,
  pid_started INTEGER,
  created INTEGER NOT NULL,
  expires INTEGER,
  UNIQUE (host, transport, port)
) STRICT;
