//! What made-up portals talk about, and the chance that picks from it.

use super::Names;

/// A reproducible source of choices: SplitMix64. **Source**: Steele, Lea and Flood, 2014.
#[derive(Debug)]
pub(crate) struct Picker {
    state: u64,
    pub(crate) names: Names,
    salt: u64,
}

impl Picker {
    pub(crate) fn new(seed: u64, names: Names) -> Self {
        let mut picker = Self { state: seed, names, salt: 0 };
        // Seeds that follow one another must not give one stream, shifted.
        picker.state = picker.next() ^ seed.rotate_left(32);
        picker.salt = picker.next();
        picker
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).expect("below a usize")
    }

    /// Whether one of `n` equal chances fell.
    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn of<T: Copy>(&mut self, words: &[T]) -> T {
        words[self.below(words.len())]
    }

    /// Several different ones, in the order of the list from a place of chance on.
    pub(crate) fn some<'w>(&mut self, words: &[&'w str], n: usize) -> Vec<&'w str> {
        let from = self.below(words.len());
        words.iter().cycle().skip(from).take(n.min(words.len())).copied().collect()
    }

    /// A name of an id or a class: as given, or one that means nothing and is the same throughout the page.
    pub(crate) fn name(&self, given: &str) -> String {
        if self.names == Names::OfFamily {
            return given.to_owned();
        }
        let mixed = given
            .bytes()
            .fold(self.salt | 1, |sum, byte| sum.rotate_left(7).wrapping_mul(0x100_0000_01B3) ^ u64::from(byte));
        format!("k{:06x}", mixed & 0xFF_FFFF)
    }

    /// A day as digits: year, month, day.
    pub(crate) fn day(&mut self) -> (usize, usize, usize) {
        (2019 + self.below(7), 1 + self.below(12), 1 + self.below(28))
    }

    /// A sentence with its slots filled: P place, O office, C community, R road, D date, N number, W person, T thing.
    pub(crate) fn fill(&mut self, pattern: &str) -> String {
        let mut text = String::new();
        for c in pattern.chars() {
            match c {
                'P' => text.push_str(self.of(&PLACES)),
                'O' => text.push_str(self.of(&OFFICES)),
                'C' => text.push_str(self.of(&COMMUNITIES)),
                'R' => text.push_str(self.of(&ROADS)),
                'T' => text.push_str(self.of(&THINGS)),
                'W' => text.push_str(self.of(&PEOPLE)),
                'N' => text.push_str(&(1 + self.below(480)).to_string()),
                'D' => {
                    let (year, month, day) = self.day();
                    text.push_str(&format!("{year}年{month}月{day}日"));
                }
                c => text.push(c),
            }
        }
        text
    }
}

pub(crate) const PLACES: [&str; 12] = [
    "青禾县",
    "白塔区",
    "临湖市",
    "云溪县",
    "石桥区",
    "南屏县",
    "东岭市",
    "河口县",
    "双井区",
    "丰源县",
    "长岗市",
    "小营区",
];

pub(crate) const OFFICES: [&str; 14] = [
    "自然资源局",
    "住房和城乡建设局",
    "卫生健康局",
    "教育和体育局",
    "水务局",
    "城市管理局",
    "民政局",
    "人力资源和社会保障局",
    "市场监督管理局",
    "交通运输局",
    "应急管理局",
    "农业农村局",
    "公安局交通警察大队",
    "生态环境分局",
];

pub(crate) const COMMUNITIES: [&str; 10] = [
    "新风社区",
    "柳河村",
    "槐树湾村",
    "和平里小区",
    "东关社区",
    "王家坪村",
    "锦绣花园",
    "北坡村",
    "桥头社区",
    "上河村",
];

pub(crate) const ROADS: [&str; 8] =
    ["建设路", "人民大街", "滨河东路", "学府路", "解放巷", "工业园三路", "迎宾大道", "环城北路"];

pub(crate) const THINGS: [&str; 10] = [
    "老旧管网改造",
    "农村饮水安全巩固提升",
    "雨污分流",
    "高标准农田建设",
    "智慧停车",
    "公共充电桩",
    "便民服务中心装修",
    "中小学校舍维修",
    "河道清淤",
    "垃圾分类收运",
];

pub(crate) const PEOPLE: [&str; 12] =
    ["周建平", "何丽", "许文斌", "马晓燕", "高志远", "罗桂兰", "邓小军", "宋佳", "谭国强", "彭雪梅", "唐力", "韩冬"];

pub(crate) const COLUMNS: [&str; 24] = [
    "政府信息公开指南",
    "政府信息公开制度",
    "法定主动公开内容",
    "政府信息公开年报",
    "依申请公开",
    "领导之窗",
    "机构设置",
    "人事信息",
    "规划计划",
    "统计数据",
    "财政预决算",
    "重大建设项目",
    "公共资源配置",
    "社会救助",
    "教育招生",
    "医疗卫生",
    "食品药品监管",
    "环境保护",
    "安全生产",
    "征地信息",
    "行政许可",
    "行政处罚",
    "建议提案办理",
    "政策解读",
];

pub(crate) const NEWS: [&str; 16] = [
    "P召开全县重点项目建设推进会议强调抓紧施工黄金期",
    "O组织开展节前安全生产大检查并约谈N家企业负责人",
    "P第N届乡村文化旅游节在C开幕，游客可免费参观",
    "关于P公开招聘事业单位工作人员资格复审有关事项的公告",
    "W带队赴C调研T项目进展情况并现场办公",
    "P入选全国绿色发展示范县名单，为全省唯一",
    "O关于征求《P城市供水管理办法（草案）》意见的公告",
    "图说：P上半年经济运行情况",
    "P政务服务大厅推行周末不打烊服务，N项事项随时可办",
    "关于举办P第N期创业培训班的通知",
    "记者走基层：C的致富路越走越宽",
    "P举行消防应急演练，参演人员达到N人",
    "O发布高温橙色预警，请市民减少户外活动",
    "全国人大代表W：让更多群众在家门口就业",
    "P人民政府与省农业大学签署战略合作协议",
    "D新闻发布会文字实录",
];

/// Prose of side columns: longer than a notice, with every mark of a good sentence.
pub(crate) const PROSE: [&str; 8] = [
    "P位于省境中部，东临清水河，西靠落凤山，总面积N平方公里，辖N个乡镇、N个行政村，常住人口N万人，是远近闻名的鱼米之乡、丝绸之府。",
    "近年来，P坚持生态优先、绿色发展，大力实施工业强县、旅游活县战略，先后获得国家卫生县城、全国义务教育发展基本均衡县等称号。",
    "O是县人民政府工作部门，为正科级，主要负责贯彻执行国家有关法律法规和方针政策，拟订全县相关规划并组织实施，承担行业监督管理职责。",
    "本栏目旨在听取群众呼声、回应社会关切，您可以通过书信、电话、电子邮件等方式向我们反映情况，我们将在五个工作日内予以答复。",
    "全年平均气温十六摄氏度，雨量充沛，四季分明，境内有国家级湿地公园一处，省级文物保护单位N处，民间剪纸、皮影戏入选非物质文化遗产名录。",
    "W，男，汉族，研究生学历，现任P人民政府党组成员、副县长，负责交通运输、自然资源、城乡建设、生态环境等方面工作。",
    "办事群众可通过政务服务网、手机客户端或者各乡镇便民服务中心提交申请，材料齐全、符合法定形式的，当场受理并出具受理通知书。",
    "县城老街始建于明代，青石铺路，白墙黛瓦，沿街有会馆、茶肆、染坊等旧址数十处，每逢三月庙会，八方宾客云集，热闹非凡。",
];

/// Sentences of footers and declarations, of 100 to 250 characters.
pub(crate) const DECLARATIONS: [&str; 5] = [
    "本网站所刊载的各类信息仅供参考，使用者应当自行核实并承担由此产生的一切风险；凡注明来源为本网站的作品，未经书面授权，任何单位和个人不得转载、摘编、复制或者建立镜像；已经授权使用的，应当在授权范围内使用，并注明来源，违反上述声明者，本网站将依法追究其相关法律责任，特此声明，敬请广大网友理解、支持和监督。",
    "网站声明：本站转载其他媒体的稿件，目的在于传递更多信息，并不代表本站赞同其观点和对其真实性负责；如因作品内容、版权和其他问题需要同本站联系的，请在作品发布之日起三十日内进行，我们将及时予以更正、删除或者依照有关规定支付稿酬。",
    "为了获得更好的浏览效果，建议您使用谷歌、火狐、三六零等主流浏览器的最新版本，并将显示器的分辨率设置为一九二零乘一零八零以上；如在使用过程中遇到页面显示异常、附件无法下载等问题，请拨打技术支持电话，我们将竭诚为您服务。",
    "请广大网民遵守《中华人民共和国网络安全法》和互联网管理有关规定，文明上网、理性发言，不得发布违法和不良信息；本站有权对不符合规定的留言进行删除，并保留追究法律责任的权利，最终解释权归网站主办单位所有。",
    "您即将离开本网站并访问第三方网站，该网站的内容、安全性以及隐私保护政策均由其运营者负责，与本网站无关，请您注意保护个人信息和财产安全。",
];
