-- A walk that goes on where another one was broken off: the first of them. Null: it began by itself.
ALTER TABLE walks ADD COLUMN begun_by INTEGER REFERENCES walks (id);

-- What a listing's last walk came to is told with the status of its site.
CREATE INDEX walks_listing ON walks (listing, id);

-- When its first page was last read, and how far down its whole walks went (JSON); null: to the last page.
ALTER TABLE listings ADD COLUMN looked_at INTEGER;
ALTER TABLE listings ADD COLUMN bound TEXT;

-- The last walk that saw it; null in rows of before.
ALTER TABLE passed_over ADD COLUMN last_walk INTEGER REFERENCES walks (id);

-- Where the walk of a listing goes on if it is broken off: written with each page, gone when the walk is complete.
CREATE TABLE unfinished (
  listing    INTEGER NOT NULL PRIMARY KEY REFERENCES listings (id),
  -- The first walk of the row of walks that go on with one another.
  begun_by   INTEGER NOT NULL REFERENCES walks (id),
  -- The first walk that looked at the top of the listing and was broken off before it met known rows.
  look       INTEGER REFERENCES walks (id),
  moved_at   INTEGER NOT NULL,
  n_pages    INTEGER NOT NULL,
  n_stated   INTEGER,
  -- The day down to which every row was seen.
  oldest_row TEXT,
  -- What the walker needs to go on; the store never looks into it.
  place      TEXT    NOT NULL
) STRICT;

-- Walks that the limit of their listing stopped.
UPDATE listings SET bound = json_object('n_pages', w.n_pages, 'since', NULL, 'oldest_row', w.oldest_row)
FROM (
  SELECT listing, n_pages, reach, oldest_row, max(id) FROM walks
  WHERE is_healthy = 1 AND reach IN ('last_page', 'page_limit') GROUP BY listing
) AS w
WHERE w.listing = listings.id AND w.reach = 'page_limit';
