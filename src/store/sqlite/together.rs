//! Reports of a site that are withheld for one and the same thing: then it is the portal's doing.
//!
//! In: a site. Out: each such thing with its number of reports. Never: a judgement, or more than the suspects read.

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

/// What reports of a site are withheld for together, and how many of the others were well since.
pub(in crate::store) fn withheld_together(conn: &Connection, site: &SiteId) -> rusqlite::Result<Vec<Together>> {
    let mut groups = conn.prepare_cached(GROUPS)?;
    let group = |row: &Row<'_>| {
        let why = row.get::<_, Option<_>>(0)?.map_or(WithheldFor::DeadLinks, WithheldFor::Text);
        Ok((why, row.get::<_, Count>(1)?.0, row.get::<_, Option<i64>>(2)?))
    };
    let groups: Vec<_> = groups.query_map(params![site], group)?.collect::<rusqlite::Result<_>>()?;
    let sql = "SELECT count(*) FROM reports WHERE site = ? AND state = 'present' AND revision IS NOT NULL
        AND last_seen_at >= ?";
    let mut well = conn.prepare_cached(sql)?;
    let groups = groups.into_iter().filter(|(_, n, _)| *n > 1);
    groups
        .map(|(why, n, since)| {
            let n_well: Count = well.query_row(params![site, since], |row| row.get(0))?;
            Ok(Together { why, n, n_well: n_well.0 })
        })
        .collect()
}
