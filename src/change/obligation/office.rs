//! Whose report it is: a county's portal shows those of its bureaus and townships beside its own.
//!
//! In: a title, the name of the site. Out: whether it is that office's own. Never: a guess in favour of "overdue":
//! what seems to be another office's holds back a verdict until a person has said so.

use std::sync::LazyLock;

use regex::Regex;

use crate::change::fingerprint::bare;
use crate::page::pattern;

/// Whose a report is, as far as its title tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// The office's own.
    Own,
    /// It may be: it names nobody where several offices publish, or the office by another name, or all of them, or says
    /// before its matter what is no name.
    Open,
    /// Another office's.
    Others,
}

/// The office whose reports count.
#[derive(Debug, Clone, Default)]
pub struct Office {
    /// The name of the site.
    pub name: String,
    /// A pattern on the titles of its own reports, where a person has given one.
    pub own: Option<Regex>,
}

/// What a report is about, and the years: the office's name stands before.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    pattern("法[治冶]|依法|政府信息公开|信息公开|政务公开|政府网站|网站|政务新媒体|年度|工作|(?:19|20)[0-9]{2}")
});
/// A year at the head of a title says nothing of the office.
static YEAR: LazyLock<Regex> =
    LazyLock::new(|| pattern("(?:19|20)[0-9]{2}年?度?|[〇○零0一二三四五六七八九]{4}年度?|上一?年度?"));
/// Where the name of an office ends: at the matter, or at a year, behind which it may stand too.
static BEGINS: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("{}|{}", SUBJECT.as_str(), YEAR.as_str())));
/// Papers that hold those of many offices.
static OF_MANY: LazyLock<Regex> =
    LazyLock::new(|| pattern("汇编|合集|各(?:[县市区]直)?(?:部门|单位|委办局|局|乡镇|镇|街道)|所属(?:部门|单位)"));
/// How the names of offices end that are no government's.
static BUREAU: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "(?:局|委|委员会|厅|部|办|办公室|中心|镇|乡|街道|街道办|街道办事处|管委会|站|所|院|处|队|公司|学校|银行|署)$",
    )
});
/// How the names of others end that publish reports on the portals of offices.
static UNIT: LazyLock<Regex> =
    LazyLock::new(|| pattern("(?:学|[一二三四五六七八九十]中|幼儿园|校|集团|企业|单位|协会|联合会|总社|社区|村|馆)$"));
/// What the names of portals and governments have in front and behind that names nobody.
static FRAME: LazyLock<Regex> =
    LazyLock::new(|| pattern("^(?:中国|中共|关于|我|本)|(?:人民政府|政府|门户|官方|网站|网|首页|关于|的|:|—|-)+$"));
/// What is said before the matter that is no name: 关于全面推进….
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    const NO_NAME: &str = concat!(
        "(?:关于|公布|印发|发布|公开|报送|上报|全面|深入|扎实|持续|大力|积极|统筹|进一步|推进|加快|加强|强化|贯彻|落实|",
        "实施|开展|履行|有关|附件|[0-9]+|[《》〈〉“”\"'():.,、。·—–_|\\[\\]【】\\-])+"
    );
    pattern(&format!("^{NO_NAME}|{NO_NAME}$"))
});
/// A government that reports together with its party committee: 云台县委、县政府.
static JOINT: LazyLock<Regex> = LazyLock::new(|| pattern("([省市县区旗州盟])委[、和]?[省市县区旗州盟]?(?:人民)?政府"));
/// What a text says before whose report it gives.
static GIVES: LazyLock<Regex> = LazyLock::new(|| pattern("^(?:现|兹|特)?(?:将|就|对)"));
/// The sorts of places.
const PLACES: [char; 7] = ['省', '市', '县', '区', '旗', '州', '盟'];

impl Office {
    /// Whether a report of this title is the office's own, as far as the title tells.
    pub fn is_own(&self, title: &str) -> bool {
        self.whose(title) == Whose::Own
    }

    /// Whose a report of this title is.
    pub fn whose(&self, title: &str) -> Whose {
        let title = bare(title);
        match &self.own {
            Some(own) => self.by_pattern(own, &title),
            None => self.by_name(&title),
        }
    }

    /// Whether a title leaves it open whose report it is.
    pub fn names_nobody(&self, title: &str) -> bool {
        names(&bare(title), &core(&self.name)).iter().all(String::is_empty)
    }

    /// Whether what a text says at its head is of another office: 现将县财政局2025年法治政府建设情况报告如下.
    pub(super) fn is_anothers(&self, said: &str) -> bool {
        self.whose(&GIVES.replace(&bare(said), "")) == Whose::Others
    }

    /// By the pattern that a person gave: it says which titles are the office's, and is no proof that others are not.
    fn by_pattern(&self, own: &Regex, title: &str) -> Whose {
        if own.is_match(title) {
            return Whose::Own;
        }
        let named = named(title);
        if named.chars().count() < 2 {
            // The portal is the office's own, or one of many offices.
            return if own.is_match(&bare(&self.name)) { Whose::Own } else { Whose::Open };
        }
        let is_near =
            own.as_str().split('|').any(|name| is_other_name(&core(name.trim_matches(['^', '$', '(', ')'])), &named));
        if is_near || OF_MANY.is_match(title) { Whose::Open } else { Whose::Others }
    }

    /// By the name of the site: each name before the matter must be its own.
    fn by_name(&self, title: &str) -> Whose {
        /// What one of its bureaus hands on may be written for it.
        const HANDED_ON: [&str; 5] = ["报送", "上报", "印发", "公布", "发布"];
        let core = core(&self.name);
        let [first, behind_year] = names(title, &core);
        let behind_year = if is_name(&behind_year) { of_name(&behind_year, &core) } else { Whose::Own };
        let whose = of_name(&first, &core).max(behind_year);
        let is_handed_on = whose == Whose::Others && HANDED_ON.iter().any(|word| title.contains(word));
        if is_handed_on { Whose::Open } else { whose }
    }

    /// The name by which titles on other sites may name this office; `None`: too short to tell it from others.
    pub fn known_as(&self) -> Option<String> {
        let core = core(&self.name);
        let is_telling = core.chars().count() > 1 && core.chars().all(|c| c > '\u{2e7f}');
        is_telling.then_some(core)
    }
}

/// Whose a name is, of an office whose name is this core.
fn of_name(named: &str, core: &str) -> Whose {
    let mut chars = named.chars();
    // 县人民政府, 我局: no name, but the sort of office.
    match (chars.next(), chars.next()) {
        (None, _) => return Whose::Own,
        (Some(sort), None) => return if is_of_sort(core, sort) { Whose::Own } else { Whose::Open },
        _ => {}
    }
    // A place above it, or the party's committee beside it, may go before its name.
    let is_above = |before: &str| {
        let before = trimmed(before);
        before.is_empty() || has_place(&before) || before.ends_with('委')
    };
    if !core.is_empty() && (core.ends_with(named) || named.strip_suffix(core).is_some_and(is_above)) {
        return Whose::Own;
    }
    let is_joint = |(party, government): (&str, &str)| {
        let government = government.trim_start_matches(['、', '和']);
        ![party, government].contains(&"") && core.ends_with(party) && core.ends_with(government)
    };
    if !BUREAU.is_match(core) && (is_place_of(named, core) || named.split_once('委').is_some_and(is_joint)) {
        return Whose::Own;
    }
    // The law asks the party's committee and the government of a place for one report.
    let is_party_of = |place: &str| !place.is_empty() && core.ends_with(place) && !BUREAU.is_match(core);
    if named.strip_suffix('委').is_some_and(is_party_of) {
        return Whose::Open;
    }
    if BUREAU.is_match(named) || UNIT.is_match(named) {
        return if is_other_name(core, named) { Whose::Open } else { Whose::Others };
    }
    // A name without Chinese characters is an id: it can be compared with nothing.
    let is_comparable = core.chars().any(|c| c > '\u{2e7f}');
    match (has_place(named), is_comparable) {
        (true, false) => Whose::Own,
        (true, true) => Whose::Others,
        (false, _) => Whose::Open,
    }
}

/// Whether a name is another one of a government's place: 云台 and 云台县, 石柱县 and 石柱土家族自治县; not the city before it.
fn is_place_of(named: &str, core: &str) -> bool {
    let without_sort = named.strip_suffix(PLACES);
    let is_part = core.find(named).is_some_and(|at| {
        let mut behind = core[at + named.len()..].chars();
        behind.next().is_none_or(|next| !PLACES.contains(&next) || behind.next().is_none())
    });
    let of_nation = |short: &str| {
        core.contains("自治") && core.starts_with(short) && core.chars().next_back() == named.chars().next_back()
    };
    without_sort.map_or(is_part, |short| short == core || of_nation(short))
}

/// Whether an office is of the sort that one character tells: 县 a county's government, 局 a bureau.
fn is_of_sort(core: &str, sort: char) -> bool {
    if BUREAU.is_match(core) {
        return core.ends_with(sort)
            || (sort == '委' && core.ends_with("委员会"))
            || (sort == '办' && core.ends_with("办公室"));
    }
    core.chars().rev().find(|c| PLACES.contains(c)).is_none_or(|place| place == sort)
}

/// Whether words behind a year name somebody: 2025年兴县财政局法治政府建设情况报告.
fn is_name(words: &str) -> bool {
    has_place(words) || BUREAU.is_match(words) || UNIT.is_match(words)
}

/// The names that a title has before its matter: in front, and behind its year.
fn names(title: &str, core: &str) -> [String; 2] {
    let title = JOINT.replace_all(title, "${1}政府");
    // The name of a bureau may hold the words of a matter: 社会工作部.
    let own = title.find(core).filter(|_| BUREAU.is_match(core));
    let from = own.map_or(0, |at| at + core.len());
    let Some(end) = BEGINS.find_at(&title, from) else { return [trimmed(&title), String::new()] };
    let front = YEAR.replace(&title[..end.start()], "");
    // Of a notice the name within counts: the office that publishes the report is the government's own.
    let within = front.rsplit_once('《').map(|(_, within)| trimmed(within)).filter(|within| !within.is_empty());
    let first = within.unwrap_or_else(|| trimmed(&front));
    let behind = YEAR.find_at(&title, end.start()).filter(|year| year.start() == end.start());
    let behind = behind.map(|year| &title[year.end()..]);
    let second = behind.and_then(|behind| Some(&behind[..SUBJECT.find(behind)?.start()]));
    [first, second.map(trimmed).unwrap_or_default()]
}

/// A name without words around it that name nobody.
fn trimmed(name: &str) -> String {
    let mut name = core(name);
    loop {
        let cut = WORDS.replace_all(&name, "");
        let cut = core(cut.strip_prefix('全').unwrap_or(&cut));
        if cut == name {
            return cut;
        }
        name = cut;
    }
}

/// Whether two names may be one office's: 县教育局, 左权教育局 and 左权县教育科技局 are 左权县教育局, and the county is not.
fn is_other_name(one: &str, other: &str) -> bool {
    /// Characters that one name of an office may have more than another: its province and city stand before it seldom.
    const MOST_MORE: usize = 4;
    let is_within = |short: &str, long: &str| {
        let mut rest = long.chars();
        short.chars().all(|c| rest.any(|of_long| of_long == c))
    };
    !one.is_empty()
        && one.chars().count().abs_diff(other.chars().count()) <= MOST_MORE
        && BUREAU.is_match(one) == BUREAU.is_match(other)
        && (is_within(one, other) || is_within(other, one))
}

/// The office that a title names before its subject; empty where it names none.
fn named(title: &str) -> String {
    let title = YEAR.replace(title, "");
    let end = SUBJECT.find(&title).map_or(title.len(), |found| found.start());
    core(&title[..end])
}

/// A name without the words around it: 中国兴县人民政府门户网站 is 兴县.
fn core(name: &str) -> String {
    let mut core = bare(name);
    loop {
        let cut = FRAME.replace_all(&core, "").into_owned();
        // 政府网 alone would leave nothing to compare.
        if cut == core || cut.is_empty() {
            return cut;
        }
        core = cut;
    }
}

/// Whether a name is that of a place.
fn has_place(name: &str) -> bool {
    name.ends_with(PLACES)
}

#[cfg(test)]
mod tests;
