-- What a host keeps about itself is no other's; what was kept before is of whoever was there
CREATE TABLE settings_16 (
  host TEXT NOT NULL REFERENCES hosts (name),
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (host, key)
) STRICT, WITHOUT ROWID;
INSERT INTO settings_16 (host, key, value)
  SELECT hosts.name, settings.key, settings.value FROM settings CROSS JOIN hosts;
DROP TABLE settings;
ALTER TABLE settings_16 RENAME TO settings;
