//! The command with the real binary, about years that are long over, whatever the day of the test is.

use serde_json::Value;

use crate::portal::Reply;
use crate::watch::Watch;

const ROW: &str = "site name division kind kind_name year state due lag_days report url title published first_seen_at \
     source remarks listings";
const HOST: &str = "www.own.example";

fn site_file() -> String {
    format!(
        "name = \"兴县人民政府\"\ndivision = \"141123\"\nhome = \"http://{HOST}/\"\npace = {{ min_interval = \"0s\" }}\n\
         [obligations]\nunit = \"government\"\nowes = [\"rule-of-law-annual\"]\n\
         [[listing]]\nname = \"=法治政府\"\nurl = \"http://{HOST}/fzzf/\"\nentry = \"ul.list li\"\npages = {{ kind = \"none\" }}\n\
         kind = \"rule-of-law-annual\"\n"
    )
}

/// A column with the reports about 2019, on time, and 2021, late; that about 2020 is missing.
fn watch() -> Watch {
    watch_with("")
}

/// The same with this above its rows.
fn watch_with(above: &'static str) -> Watch {
    let title = |year: u16| format!("兴县{year}年法治政府建设年度报告");
    Watch::at(HOST, &site_file(), move |ask| {
        let days = [(2021, "2022-04-11"), (2019, "2020-03-30"), (2018, "2019-03-01")];
        if ask.path == "/fzzf/" {
            let rows: String = days.iter().fold(String::new(), |rows, (year, day)| {
                format!("{rows}<li><a href=\"/fzzf/{year}.html\">{}</a><span>{day}</span></li>", title(*year))
            });
            return Reply::html(format!("<html><body>{above}<ul class=\"list\">{rows}</ul></body></html>"));
        }
        let Some((year, _)) = days.iter().find(|(year, _)| ask.path.contains(&year.to_string())) else {
            return Reply::status(404);
        };
        let body =
            format!("现将{year}年度法治政府建设情况报告如下。全年办结行政复议案件{year}件,依法行政水平持续提升。");
        Reply::html(format!(
            "<html><body><h1>{}</h1><div class=\"TRS_Editor\"><p>{body}</p><p>{body}</p></div></body></html>",
            title(*year)
        ))
    })
}

fn keys(row: &Value) -> String {
    row.as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_year_has_its_state_its_evidence_and_every_key() {
    let watch = watch();
    watch.fetch(&[]);
    let of = |year: &str| watch.rows(&["coverage", "own", "rule-of-law-annual", year, "--why"]).remove(0);
    let (on_time, overdue, late) = (of("2019"), of("2020"), of("2021"));
    assert!([&on_time, &overdue, &late].iter().all(|row| keys(row) == ROW), "{on_time}");
    assert_eq!((&on_time["state"], &on_time["lag_days"]), (&"on_time".into(), &Value::Null));
    assert_eq!((&late["state"], &late["lag_days"], &late["due"]), (&"late".into(), &10.into(), &"2022-04-01".into()));
    assert_eq!((&overdue["state"], &overdue["report"]), (&"overdue".into(), &Value::Null), "{overdue}");
    assert_eq!(overdue["remarks"][0]["why"], "looked_at");
    assert_eq!(
        (&overdue["listings"][0]["is_named"], &overdue["listings"][0]["whole_walk"]["entries"]),
        (&true.into(), &3.into())
    );
    assert!(on_time["source"].as_str().unwrap().contains("第二十四条"));
    assert_eq!(watch.rows(&["coverage", "--year", "2020", "--overdue", "--division", "1411"]).len(), 1);
    assert_eq!(watch.rows(&["coverage", "--year", "2020", "--division", "13"]).len(), 0);
    assert_eq!(watch.rows(&["coverage", "--year", "2018"]).len(), 0, "the rule is of 2019");
    let nothing = |given: &[&str]| watch.text(&[&["coverage"], given].concat());
    assert!(nothing(&["--year", "2018"]).contains("the first is 2019"));
    assert!(nothing(&["--division", "13"]).contains("no site has a `division` that begins so"));
    for wrong in [&["--year", "25"][..], &["--year", "3000"], &["--division", "14x"]] {
        let (exit, _, said) = watch.said(&[&["coverage"], wrong].concat());
        assert!(exit == Some(2) && said.contains("expected, such as"), "{said}");
    }
    assert!(watch.fetch(&[]).events.is_empty(), "news of days that were over before watching began are none");
}

#[test]
fn a_link_outside_the_rows_is_named_in_json_and_in_words_with_what_to_do() {
    let watch = watch_with(
        "<div class=\"nav\"><a href=\"/zwgk/\">法治政府建设年度报告</a></div>\
         <h2><a href=\"/zt/1.html\">兴县2020年法治政府建设年度报告</a></h2>",
    );
    assert!(watch.fetch(&[]).events.iter().all(|event| event["event"] == "baseline"));
    let row = watch.rows(&["coverage", "own", "rule-of-law-annual", "2020", "--why"]).remove(0);
    assert_eq!((keys(&row).as_str(), &row["state"], &row["report"]), (ROW, &"unknown".into(), &Value::Null), "{row}");
    let remark = &row["remarks"][0];
    assert_eq!((keys(remark).as_str(), &remark["why"]), ("why listing reports", &"outside".into()), "{row}");
    let link = &remark["reports"][0];
    assert_eq!(
        (&link["seen_in"], &link["title"], &link["url"], &link["report"]),
        (
            &"outside".into(),
            &"兴县2020年法治政府建设年度报告".into(),
            &format!("http://{HOST}/zt/1.html").into(),
            &Value::Null
        ),
        "{row}"
    );
    let why = watch.text(&["coverage", "own", "rule-of-law-annual", "2020", "--why"]);
    for said in
        ["outside its rows: \"兴县2020年法治政府建设年度报告\"", "a link to", "let `entry` of that listing take it"]
    {
        assert!(why.contains(said), "{said}:\n{why}");
    }
    assert_eq!(watch.rows(&["reports"]).len(), 3, "it is no report");
    assert_eq!(watch.rows(&["coverage", "--year", "2020", "--overdue"]).len(), 0);
}

#[test]
fn people_get_a_table_with_totals_the_proof_in_words_and_csv_without_formulas() {
    let watch = watch();
    watch.fetch(&[]);
    let table = watch.text(&["coverage", "--year", "2020"]);
    assert!(table.contains("法治政府建设年度报告") && table.ends_with("1 owed: 1 overdue\n"), "{table}");
    let why = watch.text(&["coverage", "own", "rule-of-law-annual", "2020", "--why"]);
    for said in [
        "owed      by 2021-04-01",
        "proof     1 listing was walked to the end since, and",
        "walked to the last page from",
        "1 page, 3 rows",
        "watching began after the due day",
    ] {
        assert!(why.contains(said), "{said}:\n{why}");
    }
    let csv = watch.text(&["coverage", "--year", "2021", "--csv", "--bom"]);
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("\u{feff}site,name,division,") && lines.len() == 2, "{csv}");
    assert!(
        lines[1].starts_with(
            "own,兴县人民政府,141123,rule-of-law-annual,法治政府建设年度报告,2021,late,2022-04-01,10,2022-04-11,"
        ),
        "{csv}"
    );
}
