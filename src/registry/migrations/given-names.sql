-- What a person calls it
ALTER TABLE services ADD COLUMN given_name TEXT NOT NULL DEFAULT '';
ALTER TABLE services ADD COLUMN given_protocol TEXT NOT NULL DEFAULT '';
