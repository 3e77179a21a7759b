//! The texts of short notices, and the ways in which editors paste them into a page.

use super::words::Picker;

/// What a notice says.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) title: String,
    /// Up to the table.
    pub(super) paragraphs: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// Names of linked files, each a line 附件：NAME.
    pub(super) files: Vec<String>,
    /// Who signs, and the day.
    pub(super) signature: Vec<String>,
}

impl Body {
    /// In reading order.
    pub(super) fn lines(&self) -> Vec<String> {
        let rows = self.rows.iter().map(|cells| cells.join("\t"));
        let files = self.files.iter().map(|name| format!("附件：{name}"));
        self.paragraphs.iter().cloned().chain(rows).chain(files).chain(self.signature.iter().cloned()).collect()
    }

    fn n_chars(&self) -> usize {
        self.lines().iter().flat_map(|line| line.chars()).filter(|c| !c.is_whitespace()).count()
    }
}

/// Title, then paragraphs.
const TEXTS: [(&str, &[&str]); 22] = [
    (
        "关于RC段停水的通知",
        &[
            "因实施T工程，需对R供水主管道进行碰口作业，定于D9:00至17:00对C及周边区域停水。",
            "请广大用户提前做好储水准备，由此带来的不便，敬请谅解。",
        ],
    ),
    (
        "PO关于D接访安排的公告",
        &["按照领导干部定期接待群众来访制度，W同志定于D上午在信访接待中心接待来访群众，欢迎有诉求的群众前来反映情况。"],
    ),
    ("关于W同志任职的通知", &["各乡镇人民政府，县直各部门：", "经研究决定，任命W同志为PO副局长，试用期一年。"]),
    (
        "T项目中标候选人公示",
        &[
            "T项目于D在公共资源交易中心开标，经评标委员会评审，现将中标候选人公示如下：",
            "公示时间：D至D",
            "监督电话：0356-N1234",
        ],
    ),
    (
        "关于R实行临时交通管制的通告",
        &[
            "为保障T项目顺利施工，自D起至D止，对R实行全封闭施工，禁止一切机动车辆通行。",
            "过往车辆请绕行R，并服从现场交通民警和管理人员的指挥。",
        ],
    ),
    (
        "PO公开征集意见的公告",
        &[
            "《P停车设施管理细则》已经起草完毕，现向社会公开征求意见。",
            "公众可在D前将修改意见寄送PO，来信请注明“征求意见”字样。",
        ],
    ),
    ("遗失声明", &["W不慎将PO核发的不动产权证书遗失，证号为第00N12号，现声明作废。"]),
    (
        "关于节假日办公时间的通知",
        &[
            "根据上级统一部署，D至D放假调休，共三天，放假期间综合服务大厅暂停对外办公，次日恢复正常。",
            "紧急事项请拨打值班电话0356-N5678。",
        ],
    ),
    (
        "关于开展免费体检的通知",
        &[
            "一、体检对象",
            "C年满六十五周岁的常住居民。",
            "二、体检地点",
            "C卫生服务站二楼，请携带身份证原件，空腹前往。",
        ],
    ),
    (
        "PO行政处罚决定公开",
        &["当事人W未取得许可证擅自从事经营活动，违反了有关规定，我局依法对其作出罚款N元的行政处罚。"],
    ),
    (
        "森林防火禁火令",
        &[
            "一、自D起，全县林区进入禁火期，严禁携带火种进山。",
            "二、违反本令的，由公安机关依法处理；构成犯罪的，依法追究刑事责任。",
            "三、火情报警电话：12119。",
        ],
    ),
    (
        "问：农村危房改造补助怎样申请？",
        &[
            "问：我家住在C，房子年久失修，请问危房改造补助怎样申请？",
            "答：您好！请由户主向村民委员会提出书面申请，经评议公示后报乡镇审核，县级在二十个工作日内审批。",
        ],
    ),
    (
        "关于召开T工作推进会的通知",
        &[
            "各有关单位：",
            "经县政府同意，定于D下午3时在县政府二楼会议室召开推进会，请各单位主要负责同志准时参加，不得缺席。",
        ],
    ),
    (
        "拟征收土地公告",
        &[
            "根据土地管理法的规定，P人民政府拟征收C集体土地N亩，用于T项目建设，现将有关情况予以公告。",
            "自本公告发布之日起，在拟征收范围内抢栽抢建的，不予补偿。",
        ],
    ),
    ("PO关于发放价格补贴的公告", &["本次补贴覆盖全县N名低保对象，人均N元，已于D发放到位。"]),
    (
        "寻找遗弃婴儿亲生父母公告",
        &[
            "D在C路口捡拾女婴一名，随身携带奶瓶一只、被褥一床。",
            "请其亲生父母或者其他监护人持有效证件前来认领，逾期将依法安置。",
        ],
    ),
    ("关于2022年度考核结果的公示", &["经考核，下列单位被评为优秀等次，现予以公示，公示期五个工作日。"]),
    ("关于公布检查结果的通知", &["现将检查结果予以公布，具体内容见下表。"]),
    ("关于印发T实施方案的通知", &["各乡镇人民政府，县直有关部门：", "现将《PT实施方案》印发给你们，请认真贯彻执行。"]),
    ("PO关于延长受理时间的说明", &["因系统升级，原定于D截止的网上申报延长至D，点击“提交”后请及时下载并打印回执。"]),
    (
        "关于C供电线路检修的公告",
        &[
            "停电范围：C、R沿线商户",
            "停电原因：线路改造",
            "恢复送电时间以实际情况为准，请勿擅自接触线路，以免发生危险。",
        ],
    ),
    (
        "表彰决定",
        &[
            "W、W、W等三名同志在抗洪抢险中表现突出，决定予以通报表扬。",
            "希望受到表扬的同志再接再厉，珍惜荣誉，为全县发展作出更大贡献。",
        ],
    ),
];

/// Ends of notices that would be too short.
const TAILS: [&str; 5] = [
    "特此通知，请相互转告，并妥善安排好生产和生活。",
    "如有异议，请在公示期内以书面形式向PO反映，反映情况须客观真实，以单位名义反映的应当加盖公章。",
    "本公告自发布之日起施行，未尽事宜由PO负责解释。",
    "特此公告。",
    "联系人：W，联系电话：0356-N4321，地址：R18号。",
];

/// A notice of 60 to 300 characters.
pub(super) fn notice(pick: &mut Picker) -> Body {
    let (title, texts) = pick.of(&TEXTS);
    let mut body = Body { title: pick.fill(title), ..Body::default() };
    body.paragraphs = texts.iter().map(|text| pick.fill(text)).collect();
    let is_listed = title.contains("结果") || pick.one_in(8);
    if is_listed {
        body.rows = table(pick);
    }
    if title.contains("印发") || pick.one_in(6) {
        let kind = pick.of(&["docx", "pdf", "xls", "wps"]);
        body.files = vec![format!("{}.{kind}", pick.fill("PT明细表"))];
    }
    if pick.one_in(2) {
        let (year, month, day) = pick.day();
        body.signature = vec![pick.fill("PO"), format!("{year}年{month}月{day}日")];
    }
    let from = pick.below(TAILS.len());
    for tail in TAILS.iter().cycle().skip(from).take(TAILS.len()) {
        if body.n_chars() >= 60 {
            break;
        }
        body.paragraphs.push(pick.fill(tail));
    }
    body
}

fn table(pick: &mut Picker) -> Vec<Vec<String>> {
    let mut rows = vec![["序号", "单位名称", "得分"].map(str::to_owned).to_vec()];
    for n in 1..=2 + pick.below(3) {
        rows.push(vec![n.to_string(), pick.fill("PO"), (60 + pick.below(40)).to_string()]);
    }
    rows
}

/// How an editor's tool writes paragraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    Paragraphs,
    Divs,
    Breaks,
    Spans,
    Word,
    Centred,
}

pub(super) const MARKUPS: [Markup; 6] =
    [Markup::Paragraphs, Markup::Divs, Markup::Breaks, Markup::Spans, Markup::Word, Markup::Centred];

/// The inside of a body element.
pub(super) fn written(body: &Body, markup: Markup) -> String {
    let mut html: String = body.paragraphs.iter().map(|text| paragraph(text, markup)).collect();
    if !body.rows.is_empty() {
        html.push_str(&rows(&body.rows));
    }
    for (n, name) in body.files.iter().enumerate() {
        let link = format!("附件：<a href=\"./P0202401{n}.{}\">{name}</a>", name.rsplit('.').next().unwrap_or("pdf"));
        html.push_str(&paragraph(&link, markup));
    }
    for line in &body.signature {
        html.push_str(&match markup {
            Markup::Breaks => format!("&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;{line}<br>\n"),
            _ => format!("<p style=\"text-align: right;\">{line}</p>\n"),
        });
    }
    html
}

fn rows(rows: &[Vec<String>]) -> String {
    let cell = |cell: &String| format!("<td style=\"border:1px solid #000\"><p>{cell}</p></td>");
    let row = |cells: &Vec<String>| format!("<tr>{}</tr>\n", cells.iter().map(cell).collect::<String>());
    format!(
        "<table border=\"1\" cellspacing=\"0\"><tbody>{}</tbody></table>\n",
        rows.iter().map(row).collect::<String>()
    )
}

fn paragraph(text: &str, markup: Markup) -> String {
    match markup {
        Markup::Paragraphs => format!("<p>　　{text}</p>\n"),
        Markup::Divs => format!("<div style=\"text-indent:2em\">{text}</div>\n"),
        Markup::Breaks => format!("&nbsp;&nbsp;&nbsp;&nbsp;{text}<br />\n"),
        Markup::Spans => {
            format!(
                "<p><span style=\"font-size:16pt\"><span style=\"font-family:仿宋_GB2312\">{text}</span></span></p>\n"
            )
        }
        Markup::Word => format!(
            "<p class=\"MsoNormal\" style=\"line-height:28pt;text-indent:32pt\"><span lang=\"EN-US\"></span><span style=\"font-family:仿宋\">{text}<o:p></o:p></span></p>\n"
        ),
        Markup::Centred => format!("<p align=\"center\">{text}</p>\n"),
    }
}
