-- Reports of a kind and year are looked through for the names of offices: their titles stand in the index, so that the
-- rows of a whole country are not read for it.
DROP INDEX reports_kind_year;
CREATE INDEX reports_kind_year ON reports (kind, year, title, site) WHERE kind IS NOT NULL;
