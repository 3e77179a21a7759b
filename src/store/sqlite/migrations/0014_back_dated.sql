-- Of a report that was dated back: when the last walk began that went without it.
ALTER TABLE reports ADD COLUMN absent_at INTEGER;
