-- Rows of words are numbered by the day of their report, those of a day one by one, so that the index holds them in the
-- order in which they are shown; `place` has a word for the site and one for the kind, which a filter asks for (words.rs).
DROP TABLE words;
CREATE VIRTUAL TABLE words USING fts5 (
  title, body, files, place, content = '', contentless_delete = 1, tokenize = 'ascii'
);
-- As before; where a report stands says nothing of how well it matches.
INSERT INTO words (words, rank) VALUES ('rank', 'bm25(8.0, 1.0, 0.5, 0.0)');
DELETE FROM indexed;
INSERT OR IGNORE INTO unindexed SELECT report, revision FROM revisions;

-- A report of another day, site or kind than before stands in another place of the index.
CREATE TRIGGER reports_words AFTER UPDATE OF published, site, kind ON reports
WHEN substr(OLD.published, 1, 10) IS NOT substr(NEW.published, 1, 10)
  OR OLD.site <> NEW.site OR OLD.kind IS NOT NEW.kind
BEGIN
  INSERT OR IGNORE INTO unindexed SELECT report, revision FROM indexed WHERE report = NEW.id;
END;
