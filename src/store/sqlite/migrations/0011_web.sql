-- The timeline of the web page: what was seen last first, by site, by sort and by kind.
CREATE INDEX changes_seen ON changes (seen_at);
CREATE INDEX changes_site_seen ON changes (site, seen_at);
CREATE INDEX changes_event_seen ON changes (event, seen_at);
CREATE INDEX changes_kind_seen ON changes (kind, seen_at) WHERE kind IS NOT NULL;

-- Who is logged in: never what the browser sends, only its digest.
CREATE TABLE sessions (
  hash     BLOB    NOT NULL PRIMARY KEY,
  until_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_until ON sessions (until_at);
