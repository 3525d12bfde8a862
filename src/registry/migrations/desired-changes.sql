-- What each transaction made of `desired`. NULL values: there was, or is, no such row. What
-- was decided before is taken as decided for the first time.
CREATE TABLE desired_changes (
  host TEXT NOT NULL REFERENCES hosts (name),
  transaction_id INTEGER NOT NULL,
  service_id INTEGER NOT NULL,
  subject TEXT NOT NULL,
  field TEXT NOT NULL,
  old_value TEXT,
  old_reason TEXT NOT NULL,
  old_transaction_id INTEGER,
  old_decided INTEGER NOT NULL,
  new_value TEXT,
  new_transaction_id INTEGER,
  PRIMARY KEY (host, transaction_id, service_id, subject, field)
) STRICT, WITHOUT ROWID;
INSERT INTO desired_changes (host, transaction_id, service_id, subject, field, old_reason,
  old_decided, new_value, new_transaction_id)
  SELECT host, transaction_id, service_id, subject, field, '', 0, value, transaction_id
  FROM desired WHERE transaction_id IS NOT NULL;
