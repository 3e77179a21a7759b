-- The words of every revision: title, body, and the texts of its files. Ours are cut before they are given (store/words),
-- each set apart by a space; the text itself stays where it is, in contents.
CREATE VIRTUAL TABLE words USING fts5 (
  title, body, files, content = '', contentless_delete = 1, tokenize = 'ascii'
);
-- A word in a title says more of a report than one in its body, and that more than one in a file.
INSERT INTO words (words, rank) VALUES ('rank', 'bm25(8.0, 1.0, 0.5)');

-- Which revision a row of words is. Numbered one by one: the index stores the steps between numbers.
CREATE TABLE indexed (
  id       INTEGER NOT NULL PRIMARY KEY,
  report   INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  UNIQUE (report, revision),
  FOREIGN KEY (report, revision) REFERENCES revisions (report, revision)
) STRICT;

-- Revisions of before, whose words are yet to be indexed.
CREATE TABLE unindexed (
  report   INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  PRIMARY KEY (report, revision)
) STRICT, WITHOUT ROWID;
INSERT INTO unindexed SELECT report, revision FROM revisions;

-- Whoever deletes a revision, its words go with it.
CREATE TRIGGER revisions_words BEFORE DELETE ON revisions BEGIN
  DELETE FROM words WHERE rowid = (SELECT id FROM indexed WHERE report = OLD.report AND revision = OLD.revision);
  DELETE FROM indexed WHERE report = OLD.report AND revision = OLD.revision;
  DELETE FROM unindexed WHERE report = OLD.report AND revision = OLD.revision;
END;
