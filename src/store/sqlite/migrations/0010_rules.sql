-- By what the rows of a listing were read when every page of it was last walked; null: by what is not known, and other
-- rules are not noticed before the next such walk.
ALTER TABLE listings ADD COLUMN rows BLOB;
