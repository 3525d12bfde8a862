-- What the configuration calls the project of a service; '' none.
ALTER TABLE services ADD COLUMN project_name TEXT NOT NULL DEFAULT '';
