//! Which reports a command is about. In: the flags that such commands share. Out: a [`Filter`]. Never: a name that nothing
//! has.

use clap::Args;
use jiff::civil::Date;

use super::day::day;
use super::{Context, Stop, known};
use crate::model::SiteId;
use crate::store::{Filter, Store};

/// Which reports.
#[derive(Debug, Args)]
pub struct Among {
    /// Only reports of this site
    #[arg(long, value_name = "ID")]
    pub site: Option<String>,
    /// Only reports of this kind
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// Only reports dated this day or later; undated ones are left out
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub since: Option<Date>,
    /// Only reports dated this day or earlier; undated ones are left out
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub until: Option<Date>,
}

impl Among {
    /// These, without a limit. **Errors**: a site or a kind that nothing has.
    pub(super) async fn filter(&self, context: &Context, store: &Store) -> Result<Filter, Stop> {
        known::ensure(context, store, self.site.as_deref(), self.kind.as_deref()).await?;
        Ok(Filter {
            site: self.site.as_deref().map(SiteId::new),
            kind: self.kind.clone(),
            since: self.since,
            until: self.until,
            ..Filter::default()
        })
    }
}
