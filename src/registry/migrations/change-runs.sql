-- Changes by hand run like those of an address that changed by itself, and each is kept stage by
-- stage: "applied" is one of the stages now, and what was called so has ended as "committed"
ALTER TABLE address_changes ADD COLUMN kind TEXT NOT NULL DEFAULT 'ip-change';
UPDATE address_changes SET stage = 'committed' WHERE stage = 'applied';
ALTER TABLE addresses ADD COLUMN last_seen INTEGER NOT NULL DEFAULT 0;

-- What the healer knows of each thing that it would restart
CREATE TABLE healing (
  host TEXT NOT NULL REFERENCES hosts (name),
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  saved INTEGER NOT NULL,
  PRIMARY KEY (host, subject)
) STRICT, WITHOUT ROWID;
