-- What each office owes by which day, as it was last found, and what was told of it.
CREATE TABLE obligations (
  site              TEXT    NOT NULL REFERENCES sites (id),
  kind              TEXT    NOT NULL,
  -- The year that the report is about.
  year              INTEGER NOT NULL,
  state             TEXT    NOT NULL CHECK (state IN ('not_due', 'on_time', 'late', 'overdue', 'unknown')),
  state_since_at    INTEGER NOT NULL,
  first_assessed_at INTEGER NOT NULL,
  -- Its day was over when it was first assessed: nothing is told of it but an arrival.
  is_silent         INTEGER NOT NULL,
  is_reminded       INTEGER NOT NULL DEFAULT 0,
  is_overdue_told   INTEGER NOT NULL DEFAULT 0,
  n_follow_ups      INTEGER NOT NULL DEFAULT 0,
  is_arrival_told   INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (site, kind, year)
) STRICT, WITHOUT ROWID;

-- The reports of a kind, of a site and of all.
CREATE INDEX reports_kind ON reports (site, kind) WHERE kind IS NOT NULL;
CREATE INDEX reports_kind_year ON reports (kind, year) WHERE kind IS NOT NULL;
