//! Reports of a site that are withheld for one and the same thing: then it is the portal's doing.
//!
//! In: a site. Out: each such thing with its number of reports. Never: a judgement; or one of the others read, where too few
//! are withheld to tell anything.

use rusqlite::{Connection, Row, params};

use super::row::Count;
use crate::model::SiteId;
use crate::store::{Together, WithheldFor};

/// What several suspects of a site are withheld for, and since when the first of them is.
pub(super) const GROUPS: &str = "SELECT suspicion_form, count(*), min(suspicion_at)
        FROM reports INDEXED BY reports_suspect
        WHERE site = ?1 AND state = 'suspect' AND suspicion_form IS NOT NULL GROUP BY suspicion_form
    UNION ALL
    SELECT NULL, count(*), min(first_miss_at) FROM reports INDEXED BY reports_suspect
        WHERE site = ?1 AND state = 'suspect' AND miss_how = 'dead_link' AND suspicion IS NULL";

/// How many reports of a site were well since, of those that say something; no more are counted than decide.
const WELL: &str = "SELECT count(*) FROM (SELECT 1 FROM reports r WHERE r.site = ? AND r.state = 'present'
    AND r.last_seen_at >= ? AND EXISTS (SELECT 1 FROM revisions v WHERE v.report = r.id AND v.revision = r.revision
        AND v.n_chars > 0) LIMIT ?)";

/// What several reports of a site are withheld for together, and how many of the others were well since: as many at most.
pub(in crate::store) fn withheld_together(
    conn: &Connection,
    site: &SiteId,
    least: usize,
) -> rusqlite::Result<Vec<Together>> {
    let mut groups = conn.prepare_cached(GROUPS)?;
    let group = |row: &Row<'_>| {
        let why = row.get::<_, Option<_>>(0)?.map_or(WithheldFor::DeadLinks, WithheldFor::Text);
        Ok((why, row.get::<_, Count>(1)?.0, row.get::<_, Option<i64>>(2)?))
    };
    let groups: Vec<_> = groups.query_map(params![site], group)?.collect::<rusqlite::Result<_>>()?;
    let mut well = conn.prepare_cached(WELL)?;
    let groups = groups.into_iter().filter(|(_, n, _)| *n >= least);
    groups
        .map(|(why, n, since)| {
            let n_well: Count = well.query_row(params![site, since, Count(n)], |row| row.get(0))?;
            Ok(Together { why, n, n_well: n_well.0 })
        })
        .collect()
}
