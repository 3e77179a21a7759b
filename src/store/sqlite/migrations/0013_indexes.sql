-- The walks that prove something, by their time: one that was not there for months is not looked for among all.
CREATE INDEX walks_whole ON walks (listing, started_at)
WHERE is_healthy = 1 AND reach IN ('last_page', 'page_limit');

-- The copies of a work on one site: a law stands on thousands.
DROP INDEX reports_work;
CREATE INDEX reports_work ON reports (work, site);
