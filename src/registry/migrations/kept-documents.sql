-- What could not be read stands as it was known last
ALTER TABLE documents ADD COLUMN is_kept INTEGER NOT NULL DEFAULT 0;
ALTER TABLE findings ADD COLUMN standing TEXT NOT NULL DEFAULT 'read';
ALTER TABLE facts ADD COLUMN standing TEXT NOT NULL DEFAULT 'read';
