-- When the rate of a channel lets its next message pass, while it lets none pass: what waits for that is shown.
ALTER TABLE channels ADD COLUMN rate_until_at INTEGER;

-- A site that breaks and is well again many times a day: since when, its last turn, how many were not told. Null: it does not.
ALTER TABLE sites ADD COLUMN flapping_since_at INTEGER;
ALTER TABLE sites ADD COLUMN turned_at INTEGER;
ALTER TABLE sites ADD COLUMN n_turns INTEGER NOT NULL DEFAULT 0;

-- How often its reports are to be read again, as its file said at the last poll (a digest): another rule moves what it
-- makes due earlier. Null: not known, and taken for the same.
ALTER TABLE sites ADD COLUMN recheck BLOB;

-- When walks and polls of long ago that prove nothing were last forgotten. Null: never.
ALTER TABLE sites ADD COLUMN thinned_at INTEGER;
