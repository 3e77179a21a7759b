use super::*;

fn is_own(site: &str, title: &str) -> bool {
    Office { name: site.to_owned(), own: None }.is_own(title)
}

#[test]
fn a_government_is_told_from_its_bureaus_and_townships() {
    for title in [
        "兴县2025年法治政府建设年度报告",
        "2025年度法治政府建设情况报告",
        "兴县人民政府关于2025年法治政府建设情况的报告",
        "中共兴县县委兴县人民政府关于2025年法治政府建设工作的年度报告",
        "2025年度兴县法治政府建设年度报告",
        "山西省吕梁市兴县2025年政府信息公开工作年度报告",
        "县人民政府2025年政府信息公开工作年度报告",
        "兴县二0二五年法治政府建设工作情况的报告",
        "兴县二〇二五年度法治政府建设情况报告",
        "兴县上年度法治政府建设情况报告",
    ] {
        assert!(is_own("兴县人民政府", title), "{title}");
    }
    for title in [
        "兴县财政局2025年法治政府建设年度报告",
        "蔚汾镇2025年法治政府建设年度报告",
        "2025年度兴县司法局法治政府建设情况报告",
        "吕梁市2025年法治政府建设年度报告",
        "县教育局关于2025年法治政府建设情况的报告",
    ] {
        assert!(!is_own("兴县人民政府", title), "{title}");
    }
}

#[test]
fn a_bureau_is_known_by_its_long_and_its_short_name() {
    let site = "兴县财政局";
    for title in [
        "兴县财政局2025年法治政府建设年度报告",
        "县财政局2025年法治政府建设年度报告",
        "财政局2025年度法治政府建设情况报告",
        "2025年法治政府建设年度报告",
        "吕梁市兴县财政局2025年法治政府建设年度报告",
    ] {
        assert!(is_own(site, title), "{title}");
    }
    for title in ["兴县2025年法治政府建设年度报告", "兴县司法局2025年法治政府建设年度报告"]
    {
        assert!(!is_own(site, title), "{title}");
    }
}

#[test]
fn a_site_whose_name_is_its_id_knows_only_that_a_bureau_is_named() {
    assert!(is_own("xingxian", "兴县2025年法治政府建设年度报告"));
    assert!(!is_own("xingxian", "兴县财政局2025年法治政府建设年度报告"));
    assert_eq!(Office { name: "xingxian".into(), own: None }.known_as(), None);
    assert_eq!(Office { name: "兴县人民政府".into(), own: None }.known_as().as_deref(), Some("兴县"));
}

#[test]
fn each_name_before_the_matter_is_the_offices_or_it_may_be_anybodys() {
    let county = "临江市云台县人民政府";
    for (site, title, whose) in [
        (county, "县委、县政府关于2025年法治政府建设情况的报告", Whose::Own),
        (county, "云台县委县政府2025年法治政府建设情况报告", Whose::Own),
        (county, "全县2025年法治政府建设情况报告", Whose::Own),
        (county, "中共云台县委、云台县人民政府关于2025年法治政府建设情况的报告", Whose::Own),
        (county, "县政府办公室关于印发《云台县2025年法治政府建设情况报告》的通知", Whose::Own),
        (county, "县政府办公室关于印发《县财政局2025年法治政府建设情况报告》的通知", Whose::Open),
        (county, "县政府办公室关于印发2025年法治政府建设工作总结的通知", Whose::Open),
        (county, "县委全面依法治县委员会2025年法治政府建设工作总结", Whose::Open),
        (county, "县人大常委会2025年法治政府建设工作情况", Whose::Open),
        (county, "云台2025年法治政府建设情况报告", Whose::Own),
        (county, "二〇二五年法治政府建设情况报告", Whose::Own),
        (county, "关于深入推进2025年法治政府建设情况的报告", Whose::Own),
        (county, "云台县法治政府建设年度报告(2025年)", Whose::Own),
        (county, "省人民政府关于2025年法治政府建设情况的报告", Whose::Open),
        (county, "市政府2025年法治政府建设情况报告", Whose::Open),
        (county, "县长王明在县人大常委会上作2025年法治政府建设情况报告", Whose::Open),
        (county, "县司法局关于报送2025年法治政府建设情况的报告", Whose::Open),
        (county, "临江市2025年法治政府建设情况报告", Whose::Others),
        (county, "2025年度县司法局法治政府建设情况报告", Whose::Others),
        (county, "云台县第一中学2025年法治建设年度报告", Whose::Others),
        ("石柱土家族自治县人民政府", "石柱县2025年法治政府建设情况报告", Whose::Own),
        ("云台县社会工作部", "云台县社会工作部2025年法治政府建设情况报告", Whose::Own),
        ("云台县财政局", "2025年云台县财政局政府信息公开工作报告", Whose::Own),
        ("云台县生态环境局", "云台县生态环境局2025年环境信息公开年度报告", Whose::Own),
        ("云台县生态环境局", "重点排污单位2025年环境信息公开年度报告", Whose::Others),
        ("云台县生态环境局", "2025年环境信息公开年度报告", Whose::Own),
        ("云台县生态环境局", "环境信息公开年度报告(2025年)", Whose::Open),
        ("云台县生态环境局", "县政府2025年政府信息公开工作年度报告", Whose::Open),
        ("云台县发展和改革委员会", "我委2025年政府信息公开工作年度报告", Whose::Own),
        ("云台县财政局", "我局完成2025年政府信息公开工作年度报告", Whose::Open),
        ("云台县财政局", "云台县人民政府财政局2025年政府信息公开工作年度报告", Whose::Open),
    ] {
        let office = Office { name: site.to_owned(), own: None };
        assert_eq!(office.whose(title), whose, "{site}: {title}");
    }
}

#[test]
fn a_text_names_the_office_that_its_title_does_not() {
    let county = Office { name: "云台县人民政府".into(), own: None };
    assert!(
        county.names_nobody("2025年度法治政府建设工作报告") && !county.names_nobody("云台县2025年法治政府建设报告")
    );
    assert!(county.is_anothers("现将县财政局2025年度法治政府建设情况报告如下"));
    for said in [
        "现将我县2025年度法治政府建设情况报告如下",
        "现将2025年度法治政府建设情况报告如下",
        "云台县法治政府建设情况报告",
    ] {
        assert!(!county.is_anothers(said), "{said}");
    }
}

#[test]
fn a_pattern_of_a_person_decides() {
    let own = Some(Regex::new("蔚汾镇").expect("a pattern"));
    let office = Office { name: "兴县人民政府".into(), own };
    assert!(office.is_own("蔚汾镇2025年法治政府建设年度报告"));
    assert_eq!(office.whose("兴县2025年法治政府建设年度报告"), Whose::Others);
    assert_eq!(office.whose("2025年法治政府建设年度报告"), Whose::Open, "the county's, or the town's");
}

#[test]
fn what_a_pattern_does_not_meet_may_be_the_offices_own_under_another_name() {
    let own = Some(Regex::new("左权县教育局").expect("a pattern"));
    let office = Office { name: "左权县教育局".into(), own };
    for title in ["2026年政府信息公开年度报告", "政府信息公开工作情况报告（2026）", "年度报告"]
    {
        assert_eq!(office.whose(title), Whose::Own, "{title}");
    }
    for title in [
        "县教育局2026年政府信息公开工作年度报告",
        "左权教育局2026年政府信息公开工作年度报告",
        "左权县教育科技局2026年政府信息公开工作年度报告",
        "左权县各部门2026年政府信息公开工作年度报告汇编",
    ] {
        assert_eq!(office.whose(title), Whose::Open, "{title}");
    }
    let own = Some(Regex::new("兴县民政局").expect("a pattern"));
    let welfare = Office { name: "兴县民政局".into(), own };
    let title = "兴县人民政府国有资产监督管理局2026年政府信息公开工作年度报告";
    assert_eq!(welfare.whose(title), Whose::Others);
    for title in ["左权县司法局2026年政府信息公开工作年度报告", "左权县2026年政府信息公开工作年度报告"]
    {
        assert_eq!(office.whose(title), Whose::Others, "{title}");
    }
}
