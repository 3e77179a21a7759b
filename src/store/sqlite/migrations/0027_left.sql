-- When a row left its listing together with many others, their reports still being served: it is expected there no more,
-- until it is seen there again.
ALTER TABLE listed ADD COLUMN left_at INTEGER;
