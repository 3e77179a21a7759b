-- Instants are integer milliseconds, UTC (`_at`). Stated dates are text in the form of the JSON contract.
-- Hashes are 32-byte BLAKE3 digests. Lists and records that SQL never looks into are JSON text.

CREATE TABLE sites (
  id              TEXT    NOT NULL PRIMARY KEY,
  next_due_at     INTEGER,
  last_success_at INTEGER,
  failures        INTEGER NOT NULL DEFAULT 0,
  class           TEXT,
  error           TEXT,
  is_broken       INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE listings (
  id               INTEGER NOT NULL PRIMARY KEY,
  site             TEXT    NOT NULL REFERENCES sites (id),
  url              TEXT    NOT NULL,
  name             TEXT    NOT NULL,
  baselined_at     INTEGER,
  baseline_told_at INTEGER,
  -- When every page was last walked, and which rows were wanted then.
  walked_whole_at  INTEGER,
  filter           BLOB,
  UNIQUE (site, url)
) STRICT;

CREATE TABLE polls (
  id         INTEGER NOT NULL PRIMARY KEY,
  site       TEXT    NOT NULL REFERENCES sites (id),
  started_at INTEGER NOT NULL,
  ended_at   INTEGER,
  state      TEXT    NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'failed', 'interrupted')),
  class      TEXT,
  stage      TEXT,
  url        TEXT,
  reason     TEXT,
  counts     TEXT,
  rules      BLOB
) STRICT;
CREATE INDEX polls_open ON polls (site) WHERE state = 'open';

CREATE TABLE walks (
  id         INTEGER NOT NULL PRIMARY KEY,
  poll       INTEGER NOT NULL REFERENCES polls (id),
  listing    INTEGER NOT NULL REFERENCES listings (id),
  started_at INTEGER NOT NULL,
  ended_at   INTEGER,
  n_pages    INTEGER NOT NULL DEFAULT 0,
  n_entries  INTEGER NOT NULL DEFAULT 0,
  reach      TEXT    CHECK (reach IN ('last_page', 'settled', 'page_limit', 'cut')),
  is_healthy INTEGER NOT NULL DEFAULT 0,
  reason     TEXT,
  oldest_row TEXT
) STRICT;
CREATE INDEX walks_poll ON walks (poll);

CREATE TABLE contents (
  hash    BLOB    NOT NULL PRIMARY KEY,
  codec   TEXT    NOT NULL CHECK (codec IN ('raw', 'zstd')),
  n_bytes INTEGER NOT NULL,
  data    BLOB    NOT NULL
) STRICT;

CREATE TABLE works (
  id           INTEGER NOT NULL PRIMARY KEY,
  body_hash    BLOB    NOT NULL,
  n_chars      INTEGER NOT NULL,
  title        TEXT,
  published    TEXT,
  n_reports    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX works_body ON works (body_hash, published);

CREATE TABLE reports (
  id              INTEGER NOT NULL PRIMARY KEY,
  site            TEXT    NOT NULL REFERENCES sites (id),
  url             TEXT    NOT NULL,
  listing         INTEGER REFERENCES listings (id),
  title           TEXT,
  published       TEXT,
  kind            TEXT,
  year            INTEGER,
  state           TEXT    NOT NULL DEFAULT 'present' CHECK (state IN ('present', 'suspect', 'withdrawn', 'moved')),
  is_pending      INTEGER NOT NULL DEFAULT 1,
  is_baseline     INTEGER NOT NULL,
  is_row_changed  INTEGER NOT NULL DEFAULT 0,
  first_seen_at   INTEGER NOT NULL,
  last_seen_at    INTEGER NOT NULL,
  last_poll       INTEGER REFERENCES polls (id),
  last_error      TEXT,
  next_recheck_at INTEGER,
  etag            TEXT,
  last_modified   TEXT,
  n_conditional   INTEGER NOT NULL DEFAULT 0,
  misses          INTEGER NOT NULL DEFAULT 0,
  first_miss_at   INTEGER,
  miss_how        TEXT,
  suspicion       BLOB,
  suspicion_at    INTEGER,
  revision        INTEGER,
  rules           BLOB,
  work            INTEGER REFERENCES works (id),
  moved_to        INTEGER REFERENCES reports (id),
  UNIQUE (url, site)
) STRICT;
CREATE INDEX reports_pending ON reports (site) WHERE is_pending = 1;
CREATE INDEX reports_row_changed ON reports (site) WHERE is_row_changed = 1;
CREATE INDEX reports_suspect ON reports (site) WHERE state = 'suspect';
CREATE INDEX reports_recheck ON reports (site, next_recheck_at);
CREATE INDEX reports_rules ON reports (site, rules);
CREATE INDEX reports_work ON reports (work);
CREATE INDEX reports_newest ON reports (coalesce(published, ''), id);
CREATE INDEX reports_site_newest ON reports (site, coalesce(published, ''), id);

CREATE TABLE listed (
  listing     INTEGER NOT NULL REFERENCES listings (id),
  report      INTEGER NOT NULL REFERENCES reports (id),
  -- As the row links it, where that is not the canonical URL.
  url         TEXT,
  title       TEXT    NOT NULL,
  date        TEXT,
  date_shown  TEXT,
  page_no     INTEGER NOT NULL,
  position    INTEGER NOT NULL,
  first_walk  INTEGER NOT NULL REFERENCES walks (id),
  last_walk   INTEGER NOT NULL REFERENCES walks (id),
  is_baseline INTEGER NOT NULL,
  is_settled  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (listing, report)
) STRICT, WITHOUT ROWID;
CREATE INDEX listed_report ON listed (report);
CREATE INDEX listed_date ON listed (listing, date, last_walk);
CREATE INDEX listed_unsettled ON listed (listing, last_walk) WHERE is_settled = 0;
CREATE INDEX listed_url ON listed (url) WHERE url IS NOT NULL;

-- Rows that the site file does not want, remembered so that a walk knows where it has been.
CREATE TABLE passed_over (
  listing    INTEGER NOT NULL REFERENCES listings (id),
  url        TEXT    NOT NULL,
  title      TEXT    NOT NULL,
  first_walk INTEGER NOT NULL REFERENCES walks (id),
  PRIMARY KEY (listing, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE captures (
  id         INTEGER NOT NULL PRIMARY KEY,
  report     INTEGER REFERENCES reports (id),
  url        TEXT    NOT NULL,
  final_url  TEXT    NOT NULL,
  status     INTEGER NOT NULL,
  headers    TEXT    NOT NULL,
  body       BLOB    NOT NULL REFERENCES contents (hash),
  fetched_at INTEGER NOT NULL,
  wire_bytes INTEGER NOT NULL,
  n_requests INTEGER NOT NULL
) STRICT;
CREATE INDEX captures_report ON captures (report);

CREATE TABLE changes (
  id             INTEGER NOT NULL PRIMARY KEY,
  site           TEXT    NOT NULL REFERENCES sites (id),
  report         INTEGER REFERENCES reports (id),
  poll           INTEGER REFERENCES polls (id),
  event          TEXT    NOT NULL,
  kind           TEXT,
  revision       INTEGER,
  seen_at        INTEGER NOT NULL,
  folded_into INTEGER REFERENCES changes (id),
  -- The event object of the JSON contract.
  body           TEXT    NOT NULL
) STRICT;
CREATE INDEX changes_report ON changes (report, id);
CREATE INDEX changes_site ON changes (site, id);

CREATE TABLE revisions (
  report           INTEGER NOT NULL REFERENCES reports (id),
  revision         INTEGER NOT NULL,
  event            TEXT    NOT NULL,
  seen_at          INTEGER NOT NULL,
  fields           TEXT    NOT NULL,
  rules            BLOB    NOT NULL,
  body_hash        BLOB    NOT NULL,
  content_hash     BLOB    NOT NULL,
  metadata_hash    BLOB    NOT NULL,
  attachments_hash BLOB    NOT NULL,
  n_chars          INTEGER NOT NULL,
  document         BLOB    NOT NULL REFERENCES contents (hash),
  capture          INTEGER REFERENCES captures (id),
  -- Null for a baseline, which is told once for the whole listing.
  change           INTEGER REFERENCES changes (id),
  PRIMARY KEY (report, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE alerts (
  id           INTEGER NOT NULL PRIMARY KEY,
  change       INTEGER NOT NULL REFERENCES changes (id),
  site         TEXT    NOT NULL REFERENCES sites (id),
  channel      TEXT    NOT NULL,
  key          TEXT    NOT NULL UNIQUE,
  state        TEXT    NOT NULL CHECK (state IN ('owed', 'held', 'delivered', 'dead')),
  tries        INTEGER NOT NULL DEFAULT 0,
  next_try_at  INTEGER,
  delivered_at INTEGER,
  last_error   TEXT,
  UNIQUE (change, channel)
) STRICT;
CREATE INDEX alerts_owed ON alerts (channel, id) WHERE state = 'owed';
CREATE INDEX alerts_owed_site ON alerts (channel, site, id) WHERE state = 'owed';
CREATE INDEX alerts_held ON alerts (site, id) WHERE state = 'held';

CREATE TABLE hosts (
  host            TEXT    NOT NULL PRIMARY KEY,
  next_request_at INTEGER,
  held_back_until INTEGER,
  owner           TEXT,
  lease_until_at  INTEGER
) STRICT;

-- One an origin (scheme://host:port), however old.
CREATE TABLE robots (
  origin     TEXT    NOT NULL PRIMARY KEY,
  status     INTEGER NOT NULL,
  body       TEXT    NOT NULL,
  fetched_at INTEGER NOT NULL
) STRICT;
