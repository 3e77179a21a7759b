-- When a report was last seen again after it had been missed: one that comes and goes is given more time.
ALTER TABLE reports ADD COLUMN seen_again_at INTEGER;

-- When a row was gone from the middle of its first page; NULL once every page was walked since.
ALTER TABLE listings ADD COLUMN lost_row_at INTEGER;
