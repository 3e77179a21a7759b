-- The body first: FTS5 writes two bytes for each word of a row in any other column, and most words stand in the body.
DROP TABLE words;
CREATE VIRTUAL TABLE words USING fts5 (
  body, title, files, place, content = '', contentless_delete = 1, tokenize = 'ascii'
);
-- As before.
INSERT INTO words (words, rank) VALUES ('rank', 'bm25(1.0, 8.0, 0.5, 0.0)');
INSERT OR IGNORE INTO unindexed SELECT report, revision FROM indexed;
