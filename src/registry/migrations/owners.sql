-- The name of the rows in `services`, where the document's own is not enough
ALTER TABLE findings ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE facts ADD COLUMN owner TEXT NOT NULL DEFAULT '';
UPDATE findings SET owner = service;
UPDATE facts SET owner = name;
