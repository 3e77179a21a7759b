-- A work that was taken apart from others of the same content by hand: nothing joins it, and it joins nothing.
ALTER TABLE works ADD COLUMN is_apart INTEGER NOT NULL DEFAULT 0;
-- Whether its signature was made. Those of before are made little by little, with the polls to come.
ALTER TABLE works ADD COLUMN is_signed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX works_unsigned ON works (id) WHERE is_signed = 0 AND n_reports > 0;

-- What a body is known by; none for a body too short to have one.
CREATE TABLE signatures (
  work      INTEGER NOT NULL PRIMARY KEY REFERENCES works (id),
  signature BLOB    NOT NULL
) STRICT;

-- The keys of each signature: texts alike have one in common.
CREATE TABLE signature_keys (
  key  INTEGER NOT NULL,
  work INTEGER NOT NULL,
  PRIMARY KEY (key, work)
) STRICT, WITHOUT ROWID;

-- Works that resemble each other, both ways, as far as the other one has room for more; the part of the shorter text in the longer, in hundredths.
CREATE TABLE resembling (
  work  INTEGER NOT NULL REFERENCES works (id),
  other INTEGER NOT NULL REFERENCES works (id),
  share INTEGER NOT NULL,
  PRIMARY KEY (work, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX resembling_other ON resembling (other);

-- Reports that left a work which other reports are still in: until this revision they said what these say.
CREATE TABLE former_members (
  work     INTEGER NOT NULL REFERENCES works (id),
  report   INTEGER NOT NULL REFERENCES reports (id),
  revision INTEGER NOT NULL,
  PRIMARY KEY (work, report)
) STRICT, WITHOUT ROWID;
CREATE INDEX former_members_report ON former_members (report);

INSERT INTO former_members (work, report, revision)
SELECT w.id, v.report, max(v.revision) FROM revisions v
  JOIN reports r ON r.id = v.report AND v.revision < r.revision
  JOIN works w ON w.body_hash = v.body_hash AND w.id <> r.work AND w.n_reports > 0
  -- A stock text stands in many works; which of them it was is not known.
WHERE (SELECT count(*) FROM (SELECT 1 FROM works o WHERE o.body_hash = v.body_hash LIMIT 2)) = 1
GROUP BY w.id, v.report;
