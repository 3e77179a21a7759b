-- What a Document was compressed behind: its base read in a charset, and a frame by its number (packed.rs). NULL: the base
-- as it is. No CHECK: there will be other frames, and this table is too large to be made anew for one.
ALTER TABLE contents ADD COLUMN primer TEXT;
