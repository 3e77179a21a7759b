-- What is known of a file that a report links to, since it was last asked for. What each revision says of its files
-- stands in its Document; bytes and texts are contents, each once.
CREATE TABLE attachments (
  report        INTEGER NOT NULL REFERENCES reports (id),
  url           TEXT    NOT NULL,
  asked_at      INTEGER NOT NULL,
  etag          TEXT,
  last_modified TEXT,
  media_type    TEXT,
  -- What it is compared by; null while it has not been loaded.
  hash          BLOB,
  -- What was received, as in the Document.
  file          TEXT,
  -- The version of the readers of files that read it.
  readers       INTEGER,
  n_conditional INTEGER NOT NULL DEFAULT 0,
  failures      INTEGER NOT NULL DEFAULT 0,
  error         TEXT,
  PRIMARY KEY (report, url)
) STRICT, WITHOUT ROWID;

-- The captures of an article's further pages, in order; the first page is the revision's own capture.
CREATE TABLE parts (
  report   INTEGER NOT NULL REFERENCES reports (id),
  revision INTEGER NOT NULL,
  position INTEGER NOT NULL,
  capture  INTEGER NOT NULL REFERENCES captures (id),
  PRIMARY KEY (report, revision, position)
) STRICT, WITHOUT ROWID;
