//! Fields that stand in the text itself: number, day of the signature, numbers cited, code of the division.

use govwatch::model::{FieldName, Origin};

use super::{BODY, Score, TITLE, fields, page, read};

const LINE: &str = "<div class=\"info\">发布时间：2024-02-01 来源：兴县司法局</div>";

/// What stands under the line of date and source, title, and what it says of number and day.
const TEXTS: [(&str, &str, Option<&str>, Option<&str>); 22] = [
    ("<p align=center>兴政办发〔2024〕5号</p>{B}", TITLE, Some("兴政办发〔2024〕5号"), None),
    (
        "<p>兴政办发[2024]05号</p>{B}<p>兴县人民政府办公室</p><p>2024年1月23日</p>",
        TITLE,
        Some("兴政办发〔2024〕5号"),
        Some("2024-01-23"),
    ),
    ("{B}<p>兴县人民政府办公室</p><p>二〇二四年一月二十三日</p>", TITLE, None, Some("2024-01-23")),
    (
        "{B}<p>兴县人民政府办公室</p><p>二○二四年一月二十三日</p><p>（此件公开发布）</p>",
        TITLE,
        None,
        Some("2024-01-23"),
    ),
    ("{B}<p style=\"text-align:right\">兴县司法局&nbsp;&nbsp;2024年1月23日</p>", TITLE, None, Some("2024-01-23")),
    (
        "{B}<p>兴县司法局</p><p>2024 年 1 月 23 日</p><p>附件：1.工作要点</p><p>2.分工表</p>",
        TITLE,
        None,
        Some("2024-01-23"),
    ),
    ("{B}<p>兴县司法局</p><p>２０２４年１月２３日</p>", TITLE, None, Some("2024-01-23")),
    ("{B}<p>兴县司法局</p><p>2024年2月2日</p>", TITLE, None, Some("2024-02-02")),
    ("{B}<p>兴县司法局</p><p>2024年3月20日</p>", TITLE, None, None),
    ("{B}<p>2024年1月23日</p>", TITLE, None, None),
    ("{B}<p>申报单位（盖章）：</p><p>年 月 日</p>", TITLE, None, None),
    ("{B}<p>会议将于2024年1月23日召开</p>", TITLE, None, None),
    ("{B}", "兴县人民政府关于印发临时救助办法的通知（兴政发〔2024〕6号）", Some("兴政发〔2024〕6号"), None),
    ("{B}", "兴政发〔2024〕6号 兴县人民政府关于印发临时救助办法的通知", Some("兴政发〔2024〕6号"), None),
    ("{B}", "关于废止《临时救助办法》（兴政发〔2019〕6号）的通知", None, None),
    ("{B}", "兴县人民政府关于转发《临时救助办法》（晋政发〔2019〕6号）", None, None),
    ("{B}", "《临时救助办法》（兴政发〔2024〕6号）政策解读", None, None),
    ("<p>兴县人民政府令</p><p>第12号</p>{B}", "兴县养犬管理办法", Some("兴县人民政府令第12号"), None),
    ("<p>（兴政发〔2024〕6号）</p>{B}", TITLE, Some("兴政发〔2024〕6号"), None),
    ("<p>各乡镇人民政府：</p><p>晋政发〔2019〕6号</p>{B}", TITLE, None, None),
    ("<p>文号：兴政发〔2024〕6号</p>{B}", TITLE, Some("兴政发〔2024〕6号"), None),
    ("<p>兴司发﹝2024﹞6号　　签发人：张三</p>{B}", TITLE, Some("兴司发〔2024〕6号"), None),
];

#[test]
fn number_and_day_of_a_paper_are_its_own() {
    let mut score = Score::default();
    for (text, title, number, day) in TEXTS {
        let mut expected = fields(&[("title", title)]);
        expected.extend(number.map(|number| ("doc_no", number.to_owned())));
        expected.extend(day.map(|day| ("written", day.to_owned())));
        let body = text.replace("{B}", BODY);
        let inside = format!("<div class=\"con\"><h1>{title}</h1>{LINE}<div class=\"text\">{body}</div></div>");
        score.add(&format!("{title} {text}"), &page(title, "", &inside), &expected, &["title", "doc_no", "written"]);
    }
    score.ensure_good("numbers and days in the text");
}

#[test]
fn numbers_of_others_and_the_division_are_told_with_their_origin() {
    let inside = format!(
        "<div class=\"con\"><h1>{TITLE}</h1>{LINE}<div class=\"text\"><p>兴政办发〔2024〕5号</p>{BODY}\
         <p>本办法自印发之日起施行，《兴县办法》（兴政发〔2019〕03号）同时废止，兴政办发〔2024〕5号另有规定的除外。</p></div></div>"
    );
    let document = read(&page(TITLE, "", &inside));
    assert_eq!(document.doc_no.as_deref(), Some("兴政办发〔2024〕5号"));
    assert_eq!(document.cited, ["吕政办发〔2022〕18号", "兴政发〔2019〕3号"]);
    assert_eq!((document.division.as_deref(), document.site_code.as_deref()), (Some("141123"), Some("1411230001")));
    assert_eq!(document.from[&FieldName::Division], Origin::Auto);
    assert_eq!(document.from[&FieldName::Cited], Origin::Auto);
    let central = page(TITLE, "<meta name=\"SiteIDCode\" content=\"bm17000009\">", &inside);
    let document = read(&central);
    assert_eq!((document.division, document.site_code.as_deref()), (None, Some("bm17000009")));
}
