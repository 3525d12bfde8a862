-- External addresses, as each source last told them.
CREATE TABLE addresses (
  host TEXT NOT NULL REFERENCES hosts (name),
  source TEXT NOT NULL,
  slot TEXT NOT NULL,
  address TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (host, source, slot)
) STRICT, WITHOUT ROWID;
