-- Whom a reference points at by the user's word ([[rule]] means); '' nobody says
ALTER TABLE findings ADD COLUMN means TEXT NOT NULL DEFAULT '';
