-- What the first page of a listing usually shows, and what the reports of a site usually are: a few numbers as JSON.
ALTER TABLE listings ADD COLUMN usual TEXT;
ALTER TABLE sites ADD COLUMN usual TEXT;

-- The page that showed that a listing, or the reports of a site, can no longer be read: one a breakage.
CREATE TABLE evidence (
  id       INTEGER NOT NULL PRIMARY KEY,
  site     TEXT    NOT NULL REFERENCES sites (id),
  -- Null: the reports of the site.
  listing  INTEGER REFERENCES listings (id),
  poll     INTEGER NOT NULL REFERENCES polls (id),
  stage    TEXT    NOT NULL,
  -- The key of the site file whose selector failed, and the selector.
  key      TEXT,
  selector TEXT,
  reason   TEXT    NOT NULL,
  capture  INTEGER NOT NULL REFERENCES captures (id),
  -- The last walk before it that was healthy.
  walk     INTEGER REFERENCES walks (id),
  since_at INTEGER NOT NULL,
  -- When the listing or the site could be read again.
  ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX evidence_open ON evidence (site, coalesce(listing, 0)) WHERE ended_at IS NULL;
CREATE INDEX walks_healthy ON walks (listing, id) WHERE is_healthy = 1;

-- Where a report was before its portal gave all of them other URLs.
CREATE TABLE former_urls (
  site   TEXT    NOT NULL REFERENCES sites (id),
  url    TEXT    NOT NULL,
  report INTEGER NOT NULL REFERENCES reports (id),
  PRIMARY KEY (site, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX former_urls_url ON former_urls (url);
CREATE INDEX former_urls_report ON former_urls (report);

-- Rows are recognised by their titles, and those that nobody wants are vouched for by the walk that is complete.
CREATE INDEX listed_title ON listed (listing, title);
CREATE INDEX passed_over_walk ON passed_over (listing, first_walk);
