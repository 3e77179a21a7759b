-- Contents by number: a hash of 32 bytes, at each place that points to a content, was a tenth of what a report takes, and
-- read the index of hashes at each step to a base. Rows keep the numbers that they had. Foreign keys are off meanwhile.
-- What follows looks contents up by their hashes: a damaged entry of that index would hide a sound one for good.
REINDEX contents;
-- A content whose row was lost gets one that is no content, so that it is kept anew when it comes again.
INSERT OR IGNORE INTO contents (hash, codec, n_bytes, data) SELECT body, 'raw', 0, x'' FROM captures;
INSERT OR IGNORE INTO contents (hash, codec, n_bytes, data) SELECT document, 'raw', 0, x'' FROM revisions;
INSERT OR IGNORE INTO contents (hash, codec, n_bytes, data) SELECT content, 'raw', 0, x'' FROM bases;
INSERT OR IGNORE INTO contents (hash, codec, n_bytes, data) SELECT base, 'raw', 0, x'' FROM bases WHERE base IS NOT NULL;
INSERT OR IGNORE INTO contents (hash, codec, n_bytes, data) SELECT base, 'raw', 0, x'' FROM contents WHERE base IS NOT NULL;

CREATE TABLE numbered (
  id            INTEGER NOT NULL PRIMARY KEY,
  hash          BLOB    NOT NULL,
  -- Whether `data` is what zstd made of it.
  is_compressed INTEGER NOT NULL CHECK (is_compressed IN (0, 1)),
  n_bytes       INTEGER NOT NULL,
  data          BLOB    NOT NULL,
  -- The content that it is compressed against.
  base          INTEGER REFERENCES numbered (id),
  -- What a Document was compressed behind: its base read in a charset, and a frame by its number (packed.rs). NULL: the
  -- base as it is. No CHECK: there will be other frames, and this table is too large to be made anew for one.
  primer        TEXT,
  -- The pieces that follow `data`: the first of them, and how many.
  first_piece   INTEGER,
  n_pieces      INTEGER
) STRICT;
INSERT INTO numbered
  SELECT c.rowid, c.hash, c.codec = 'zstd', iif(typeof(c.n_bytes) = 'integer', c.n_bytes, 0),
    iif(typeof(c.data) = 'blob', c.data, x''), b.rowid, iif(typeof(c.primer) = 'text', c.primer, NULL),
    iif(typeof(c.first_piece) = 'integer', c.first_piece, NULL), iif(typeof(c.n_pieces) = 'integer', c.n_pieces, NULL)
  FROM contents c LEFT JOIN contents b ON b.hash = c.base ORDER BY c.rowid;

-- Header lines as a portal sends them with each answer, as JSON: pairs of name and value, null where each answer has its own.
CREATE TABLE header_sets (
  id    INTEGER NOT NULL PRIMARY KEY,
  lines TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE captures_numbered (
  id         INTEGER NOT NULL PRIMARY KEY,
  report     INTEGER REFERENCES reports (id),
  -- Empty: that of its report.
  url        TEXT    NOT NULL,
  -- Empty: as it was asked for.
  final_url  TEXT    NOT NULL,
  status     INTEGER NOT NULL,
  header_set INTEGER REFERENCES header_sets (id),
  -- Values of its own, in the order of its set; without a set, whole lines. NULL: none.
  headers    TEXT,
  body       INTEGER NOT NULL REFERENCES contents (id),
  fetched_at INTEGER NOT NULL,
  wire_bytes INTEGER NOT NULL,
  n_requests INTEGER NOT NULL
) STRICT;
INSERT INTO captures_numbered
  SELECT c.id, c.report, iif(c.url = r.url, '', c.url), c.final_url, c.status, NULL, nullif(c.headers, '[]'), b.rowid,
    c.fetched_at, c.wire_bytes, c.n_requests
  FROM captures c JOIN contents b ON b.hash = c.body LEFT JOIN reports r ON r.id = c.report ORDER BY c.id;

CREATE TABLE revisions_numbered (
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
  document         INTEGER NOT NULL REFERENCES contents (id),
  capture          INTEGER REFERENCES captures (id),
  -- Null for a baseline, which is told once for the whole listing.
  change           INTEGER REFERENCES changes (id),
  PRIMARY KEY (report, revision)
) STRICT, WITHOUT ROWID;
INSERT INTO revisions_numbered
  SELECT v.report, v.revision, v.event, v.seen_at, v.fields, v.rules, v.body_hash, v.content_hash, v.metadata_hash,
    v.attachments_hash, v.n_chars, d.rowid, v.capture, v.change
  FROM revisions v JOIN contents d ON d.hash = v.document ORDER BY v.report, v.revision;

-- What pages of a listing are compressed against.
CREATE TABLE bases_numbered (
  id      INTEGER NOT NULL PRIMARY KEY,
  listing INTEGER NOT NULL REFERENCES listings (id),
  content INTEGER NOT NULL REFERENCES contents (id),
  hash    BLOB    NOT NULL,
  n_bytes INTEGER NOT NULL,
  -- A second copy of it as it is compressed, and what against. NULL: no page stands against it yet.
  data    BLOB,
  base    INTEGER REFERENCES contents (id),
  UNIQUE (listing, content)
) STRICT;
INSERT INTO bases_numbered
  SELECT s.id, s.listing, c.rowid, c.hash, s.n_bytes, s.data, b.rowid
  FROM bases s JOIN contents c ON c.hash = s.content LEFT JOIN contents b ON b.hash = s.base ORDER BY s.id;

DROP TABLE bases;
DROP TABLE revisions;
DROP TABLE captures;
DROP TABLE contents;
ALTER TABLE numbered RENAME TO contents;
ALTER TABLE captures_numbered RENAME TO captures;
ALTER TABLE revisions_numbered RENAME TO revisions;
ALTER TABLE bases_numbered RENAME TO bases;
-- The first bytes of a hash find it; two contents that share them are told apart by the rest.
CREATE INDEX contents_hash ON contents (substr(hash, 1, 8));
CREATE INDEX captures_report ON captures (report);
CREATE INDEX bases_content ON bases (content);
-- As before: it went with its table.
CREATE TRIGGER revisions_words BEFORE DELETE ON revisions BEGIN
  DELETE FROM words WHERE rowid = (SELECT id FROM indexed WHERE report = OLD.report AND revision = OLD.revision);
  DELETE FROM indexed WHERE report = OLD.report AND revision = OLD.revision;
  DELETE FROM unindexed WHERE report = OLD.report AND revision = OLD.revision;
END;
