-- Changes of an external address, until each is dealt with
CREATE TABLE address_changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL REFERENCES hosts (name),
  source TEXT NOT NULL,
  slot TEXT NOT NULL,
  old_address TEXT NOT NULL,
  new_address TEXT NOT NULL,
  stage TEXT NOT NULL,
  confirmed INTEGER NOT NULL,
  finished INTEGER,
  report TEXT NOT NULL
) STRICT;
CREATE INDEX address_changes_open ON address_changes (host, id)
  WHERE finished IS NULL;
