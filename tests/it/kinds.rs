//! Kinds and years of titles as portals write them. A wrong kind is worse than none.

use std::path::Path;

use govwatch::change::year;
use govwatch::config::load_kinds;
use jiff::civil::date;

/// Title, kind, year; all were published on 20 March 2024. An empty kind: it is of none that is asked for here.
const TITLES: &str = "
兴县2023年法治政府建设年度报告|rule-of-law-annual|2023
兴县人民政府2023年度法治政府建设工作情况报告|rule-of-law-annual|2023
中共兴县县委 兴县人民政府关于2023年法治政府建设情况的报告|rule-of-law-annual|2023
兴县司法局关于2023年度推进法治政府建设工作情况的报告|rule-of-law-annual|2023
关于2023年度法治政府建设的报告|rule-of-law-annual|2023
二〇二三年法治政府建设年度报告|rule-of-law-annual|2023
二○二二年度兴县法治政府建设工作报告|rule-of-law-annual|2022
城关镇法治政府建设年度报告（2023年）|rule-of-law-annual|2023
兴县法治政府建设年度报告|rule-of-law-annual|2023
兴县教育局2022年推进依法行政工作情况报告|rule-of-law-annual|2022
三星乡人民政府2021年法治建设工作情况报告|rule-of-law-annual|2021
2023年度法治政府建设年报|rule-of-law-annual|2023
兴县水利局 2023 年度依法行政工作报告|rule-of-law-annual|2023
官仓镇２０２３年法治政府建设情况报告|rule-of-law-annual|2023
关于贯彻落实《法治政府建设实施纲要（2021—2025年）》2023年度情况的报告||2023
兴县2023年度依法治县工作情况报告|rule-of-law-annual|2023
2019年度法治政府建设工作情况报告（兴政发〔2020〕3号）|rule-of-law-annual|2019
关于做好2023年法治政府建设年度报告工作的通知||
兴县2023年上半年法治政府建设工作情况报告||
关于2023年法治政府建设年度报告的公示||
党政主要负责人2023年履行推进法治建设第一责任人职责情况报告||
兴县法治政府建设自查报告||
兴县人大常委会听取2023年法治政府建设情况报告||
兴县法治政府建设督察整改情况报告||
《兴县2023年法治政府建设年度报告》解读|interpretation|2023
兴县2024年法治政府建设工作要点||
法治政府建设示范创建工作实施意见||
兴县举办法治政府建设专题讲座||
法治政府建设实施纲要（2021—2025年）|plan|
兴县2023年第三季度法治政府建设情况报告||
兴县人民政府2023年政府信息公开工作年度报告|disclosure-annual|2023
兴县司法局2023年度政府信息公开年度报告|disclosure-annual|2023
2023年兴县民政局政府信息公开工作报告|disclosure-annual|2023
兴县2022年政府信息公开年报|disclosure-annual|2022
兴县统计局政府信息公开工作年度报告（2021年度）|disclosure-annual|2021
二〇〇八年兴县政府信息公开工作年度报告|disclosure-annual|2008
蔡家崖乡政府信息公开年度报告|disclosure-annual|2023
兴县教育局2023年信息公开年度报告|disclosure-annual|2023
国家税务总局兴县税务局2023年政府信息公开工作年度报告|disclosure-annual|2023
兴县2019年度信息公开工作情况报告|disclosure-annual|2019
关于报送2023年政府信息公开工作年度报告的通知||
政府信息公开工作年度报告格式||
2022-2023学年兴县中学信息公开工作年度报告||
兴县政府信息公开指南||
兴县2023年政府信息公开工作考核通报||
2023年政府信息依申请公开情况统计||
一图读懂兴县2023年政府信息公开工作年度报告|interpretation|2023
兴县人民政府网站工作年度报表（2023年度）|website-annual|2023
政府网站工作年度报表(2022年度)|website-annual|2022
兴县司法局政府网站工作年度报表|website-annual|2023
2021年政府网站监管年度报表|website-annual|2021
兴县人民政府门户网站2020年年度工作报告|website-annual|2020
关于填报政府网站工作年度报表的通知||
2023年第四季度政府网站检查情况通报||
兴县司法局2024年部门预算公开|budget|2024
兴县财政局2024年度部门预算|budget|2024
2024年兴县水利局部门预算公开说明|budget|2024
兴县第一中学2024年单位预算公开|budget|2024
城关镇2024年预算公开|budget|2024
兴县发展和改革局2024年度部门预算及“三公”经费预算公开|budget|2024
关于编制2024年部门预算的通知||
关于兴县2023年预算执行情况和2024年预算草案的报告||
2024年部门预算解读|interpretation|2024
兴县司法局2022年度部门决算公开|final-accounts|2022
兴县民政局2022年部门决算|final-accounts|2022
兴县卫生健康局2022年度部门决算公开说明|final-accounts|2022
兴县公安局2021年决算公开|final-accounts|2021
兴县林业局2022年度部门决算信息公开|final-accounts|2022
关于批复2022年部门决算的通知||
某工程竣工决算审计报告||
兴县2023年国民经济和社会发展统计公报|statistics|2023
2022年兴县国民经济和社会发展统计公报|statistics|2022
兴县第七次全国人口普查公报（第一号）|statistics|2023
兴县第五次全国经济普查主要数据公报|statistics|2023
2023年吕梁市人力资源和社会保障事业发展统计公报|statistics|2023
《2023年统计公报》评析||
2024年政府工作报告|work-report|2024
政府工作报告——2024年1月20日在兴县第十八届人民代表大会第四次会议上|work-report|2024
兴县人民政府工作报告（2024年）|work-report|2024
政府工作报告|work-report|2024
蔡家崖乡2023年政府工作报告|work-report|2023
二零二四年兴县政府工作报告|work-report|2024
一图读懂2024年兴县政府工作报告|interpretation|2024
2024年政府工作报告重点任务分工方案||
关于政府工作报告的决议||
热议政府工作报告||
兴县市场监督管理局行政处罚决定书（兴市监处罚〔2024〕12号）|penalty|
行政处罚信息公示（2024年3月）|penalty|
兴县应急管理局行政处罚信息公开表|penalty|
吕梁市生态环境局兴县分局行政处罚决定书|penalty|
金融监管总局兴县监管支局行政处罚信息公开表（兴金监罚决字〔2024〕1号）|penalty|
行政处罚事先告知书|penalty|
兴县行政处罚裁量基准||
关于规范行政处罚案件办理的通知||
2023年度行政处罚统计分析||
兴县人民政府征收土地预公告|land|
兴县人民政府关于征收城关镇集体土地的公告|land|
兴县2024年第一批次土地征收启动公告（兴征预告〔2024〕1号）|land|
征地补偿安置方案公告|land|
拟征收土地公告|land|
关于兴县2023年度第五批次建设用地征收土地的批复|land|
山西省征地区片综合地价标准||
兴县国有建设用地使用权挂牌出让公告||
兴县人民医院医疗设备采购项目公开招标公告|procurement|
兴县中学食堂改造工程中标候选人公示|procurement|
兴县政务云服务竞争性磋商公告|procurement|
兴县教育局办公设备采购项目成交结果公告|procurement|
兴县公安局2024年3月至4月政府采购意向公开|procurement|
兴县农村公路改造工程流标公告|procurement|
兴县水利局防汛物资询价采购公告|procurement|
污水处理厂提标改造项目（二标段）更正公告|procurement|
兴县财政局政府采购投诉处理决定||
关于印发政府采购管理办法的通知||
2024年兴县事业单位公开招聘公告||
关于张三等同志职务任免的通知|personnel|
兴县人民政府关于李四同志任职的通知|personnel|
关于王五等同志任免职的通知|personnel|
兴县人民代表大会常务委员会任免名单|personnel|
兴县人民政府关于免去赵六职务的通知||
干部任前公示|personnel|
拟任职干部公示公告|personnel|
兴县事业单位人员任免办法||
兴县“十四五”数字经济发展规划|plan|
兴县国土空间总体规划（2021—2035年）|plan|
关于印发《兴县“十四五”应急体系建设规划》的通知|plan|
兴县国民经济和社会发展第十四个五年规划和2035年远景目标纲要||
兴县养老服务设施布局专项规划（2022-2035年）|plan|
关于兴县城关镇控制性详细规划调整的批前公示||
兴县自然资源和规划局2023年工作总结||
建设工程规划许可证||
兴县“十四五”规划编制工作启动||
关于《兴县养犬管理办法（征求意见稿）》公开征求意见的公告|consultation|
兴县物业管理办法（草案）公开征求社会各界意见的公告|consultation|
关于公开征集2024年民生实事项目意见建议的公告|consultation|
兴县城市供热管理办法（征求意见稿）|consultation|
关于征求《兴县“十四五”发展规划》意见的函|consultation|
《兴县养犬管理办法》意见征集|consultation|
《兴县养犬管理办法》意见征集结果反馈||
关于公开征求意见采纳情况的公告||
《兴县临时救助实施细则》政策解读|interpretation|
图解：兴县临时救助实施细则|interpretation|
《兴县招商引资办法》起草说明|interpretation|
《兴县招商引资优惠政策》图文解读|interpretation|
一图读懂《兴县2024年民生实事》|interpretation|2024
【文字解读】关于促进消费若干措施|interpretation|
专家解读：兴县产业政策|interpretation|
关于进一步加强政策解读工作的通知||
关于城区部分路段交通管制的通告|notice|
关于停水的公告|notice|
兴县人民政府关于禁止燃放烟花爆竹的通告|notice|
兴县人民政府公告（2024年第1号）|notice|
关于开展春季义务植树活动的公告|notice|
兴县召开安全生产工作会议||
县委书记调研乡村振兴工作||
兴县临时救助实施细则||
关于印发兴县临时救助实施细则的通知||
兴县人民政府办公室关于成立防汛抗旱指挥部的通知||
2024年春节放假通知||
兴县旅游景点介绍||
兴县权责清单（2023年版）||
兴县人民代表大会常务委员会工作报告||
兴县人民法院工作报告||
兴县林长制工作报告||
2023年兴县司法局工作总结||
兴县2023年财政收支情况||
关于举办法律知识培训班的通知||
兴县企业年度报告公示||
兴县生态环境状况公报||
关于给予张三记功奖励的决定||
兴县人民政府常务会议纪要||
关于2023年度县级部门绩效评价结果的通报||
";

/// Column and title, and the kind.
const COLUMNS: [(&str, &str, &str); 22] = [
    ("规范性文件", "兴县临时救助实施细则", "normative"),
    ("行政规范性文件", "关于印发兴县临时救助实施细则的通知", "normative"),
    ("现行有效规范性文件", "关于印发兴县招商引资办法的通知", "normative"),
    ("规范性文件", "《兴县临时救助实施细则》解读", "interpretation"),
    ("规范性文件", "关于公布规范性文件目录的公告", "notice"),
    ("规范性文件备案", "兴县临时救助实施细则", ""),
    ("政策解读", "让临时救助更有温度", "interpretation"),
    ("行政处罚", "兴市监处罚〔2024〕12号", "penalty"),
    ("行政处罚", "兴县市场监管局行政处罚裁量基准", ""),
    ("人事任免", "张三任兴县司法局局长", "personnel"),
    ("法治政府建设年度报告", "兴县司法局2023年工作情况", "rule-of-law-annual"),
    ("法治政府建设年度报告", "关于报送年度报告的通知", ""),
    ("法治政府建设年度报告", "关于2023年法治政府建设年度报告的补充说明", ""),
    ("法治政府建设年度报告", "兴县司法局2023年年度报告更正", ""),
    ("法治政府建设", "兴县司法局2023年工作情况", ""),
    ("政府信息公开年度报告", "兴县司法局2023年年度报告", "disclosure-annual"),
    ("通知公告", "兴县召开安全生产工作会议", ""),
    ("意见征集", "兴县养犬管理办法（草案）", "consultation"),
    ("政府采购", "兴县中学食堂改造项目", "procurement"),
    ("部门预算", "兴县司法局2024年", "budget"),
    ("征地信息", "兴征〔2024〕1号", "land"),
    ("工作动态", "兴县司法局走进校园", ""),
];

#[test]
fn titles_are_told_apart_and_none_wrongly() {
    let (kinds, mistakes) = load_kinds(Path::new("no such folder"));
    assert_eq!(mistakes, []);
    let (mut n, mut n_named, mut n_found, mut wrong) = (0, 0, 0, Vec::new());
    for line in TITLES.lines().filter(|line| !line.is_empty()) {
        let parts: Vec<&str> = line.split('|').collect();
        let (title, kind, year) = (parts[0], parts[1], parts[2]);
        let found = kinds.of(title, None, &[], "");
        let id = found.map_or("", |kind| kind.id.as_str());
        n += 1;
        n_named += usize::from(!kind.is_empty());
        n_found += usize::from(id == kind && !kind.is_empty());
        let about = found.and_then(|kind| year::of_kind(kind, title, Some(date(2024, 3, 20)), ""));
        let about = about.map_or(String::new(), |year| year.to_string());
        if id != kind || (!kind.is_empty() && about != year) {
            wrong.push(format!("{title}: read {id:?} {about:?}, is {kind:?} {year:?}"));
        }
    }
    println!("{n} titles, {n_found} of {n_named} kinds found, {} wrong", wrong.len());
    assert!(n >= 150, "{n}");
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn a_column_tells_a_kind_where_the_title_does_not() {
    let (kinds, _) = load_kinds(Path::new("no such folder"));
    for (column, title, kind) in COLUMNS {
        let path = ["首页".to_owned(), "政府信息公开".to_owned(), column.to_owned()];
        for found in [kinds.of(title, Some(column), &[], ""), kinds.of(title, None, &path, "")] {
            assert_eq!(found.map_or("", |kind| kind.id.as_str()), kind, "{column}: {title}");
        }
    }
}

#[test]
fn an_annual_report_without_a_year_is_about_the_one_before_unless_its_text_says_otherwise() {
    let (kinds, _) = load_kinds(Path::new("no such folder"));
    let kind = kinds.get("rule-of-law-annual").expect("a kind");
    let title = "兴县法治政府建设年度报告";
    let about = |day: (i16, i8, i8), text: &str| year::of_kind(kind, title, Some(date(day.0, day.1, day.2)), text);
    assert_eq!(about((2024, 3, 20), ""), Some(2023));
    assert_eq!(about((2024, 12, 19), "2024年，兴县认真贯彻落实……现将全年情况报告如下。"), Some(2024));
    assert_eq!(about((2024, 3, 20), "2023年，兴县认真贯彻落实。2024年，兴县将继续。"), Some(2023));
    assert_eq!(about((2024, 3, 20), "根据《纲要（2021—2025年）》和厅字〔2019〕28号，现报告如下。"), Some(2023));
    assert_eq!(about((2026, 3, 20), "2023年，兴县认真贯彻落实。"), Some(2023), "it came years late");
    assert_eq!(year::of_kind(kind, title, None, "2023年，"), Some(2023));
    assert_eq!(year::of_kind(kind, title, None, "自2023年起，"), None);
    assert_eq!(year::of_kind(kind, "2021—2025年法治政府建设情况报告", Some(date(2026, 3, 1)), ""), None);
    let normative = kinds.get("normative").expect("a kind");
    assert_eq!(year::of_kind(normative, "兴县2024年救助办法", Some(date(2024, 3, 1)), ""), None);
}
