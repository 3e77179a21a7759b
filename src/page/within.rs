//! Lines with the words of chrome that are text where the element of a body holds them.
//!
//! In: one line of such an element. Out: whether it is text, though its words would be chrome around a report. Never:
//! what moves by itself, such as counters and clocks, or what says who runs the portal.

use std::sync::LazyLock;

use regex::Regex;

use super::chrome;
use super::pattern;

/// Chrome in whatever words: where the page is, its neighbours, who runs the portal, records of it, its visitors.
static OF_PAGE: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"^\s*(?:您?(?:当前|现在|目前)?(?:所在)?(?:的)?位置|当前路径|(?:网站)?首\s*页)|版权所有|Copyright|©|公网安备|备案|标识码|",
        r"的链接即将离开|右上角|分享给您的好友|^(?:请)?(?:打开|用|使用)?(?:微信|手机)?[，,]?[“”]?扫(?:一扫|码)|已有\s*[-\d]*\s*人|您是第\s*[-\d]*\s*位|",
        r"(?:浏览|阅读|点击|访问|查看)\s*(?:次数|量|数|人数|人次)?\s*[：:]?\s*[-\d,.]*\s*[万次人]*\s*。?$",
    );
    pattern(written)
});

/// Who holds an event or a competition; in a footer, who runs the portal.
static HOST: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(?:主办|承办|主管|协办)(?:单位|方)?\s*[：:]\s*\S"));

/// Whether a line that has the words of chrome is text where it stands inside the element of the body: a sentence, or
/// a label of the text with its value. What moves by itself is none.
pub(super) fn is_text(line: &str) -> bool {
    let is_of_page =
        (OF_PAGE.is_match(line) && !chrome::is_said(line)) || chrome::is_behind(line) || chrome::is_clock(line);
    !is_of_page && (HOST.is_match(line) || is_sentence(line))
}

/// Whether a line is a sentence: it ends as one, or a clause follows in it. One field behind another is no clause.
fn is_sentence(line: &str) -> bool {
    let is_clause = |text: &str| {
        text.chars().any(char::is_alphanumeric) && !text.contains(['：', ':', '∶']) && !chrome::is_chrome(text)
    };
    line.ends_with(['。', '！', '？']) || line.split_once(['，', '；']).is_some_and(|(_, rest)| is_clause(rest))
}

/// Whether a line that begins like the head of a block of links goes on as a text does: 相关信息见第3号公告.
pub(super) fn goes_on_as_text(line: &str) -> bool {
    /// What heads have behind their first words: 材料下载, 更多.
    const LONGEST_OF_HEAD: usize = 4;
    let Some(head) = chrome::RELATED.find(line) else { return false };
    let rest = &line[head.end()..];
    let is_word = rest.starts_with(char::is_alphanumeric) && !rest.contains(['：', ':']);
    is_word && rest.chars().filter(|c| c.is_alphanumeric()).count() > LONGEST_OF_HEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_the_body_sentences_and_labels_of_the_text_are_text() {
        for line in [
            "主办单位：安丰县第1中学",
            "承办单位：安丰县教育局",
            "扫描二维码下载“安丰通”APP申报。",
            "来源：各乡镇报送数据，统计口径为常住人口。",
            "浏览量：县政府网站全年浏览量达3万次。",
            "分享到：微信、微博等平台的做法值得推广，共分享 35 个案例。",
            "扫一扫查询系统已在全县35个窗口上线运行。",
        ] {
            assert!(is_text(line), "{line}");
        }
        for line in [
            "来源：兴县司法局",
            "发布时间：2026-03-02，来源：兴县司法局，浏览次数：12",
            "浏览次数：123",
            "浏览次数：3 次。",
            "来源：兴县司法局，作者：张三，浏览：3",
            "分享到：微信 微博",
            "分享到：新浪微博、微信好友、QQ空间。",
            "扫一扫，在手机上打开当前页。",
            "打印 关闭",
            "您好，您是第 3 位访客",
            "版权所有：兴县人民政府，未经许可不得转载。",
            "上一篇：关于印发办法的通知，没有了",
            "当前位置：首页 > 政务公开 > 关于加强管理，做好工作的通知",
        ] {
            assert!(!is_text(line), "{line}");
        }
        assert!(goes_on_as_text("相关信息见第3号公告"));
        for head in ["相关信息", "相关文件下载", "政策解读：关于救助办法的说明", "解读材料下载"]
        {
            assert!(!goes_on_as_text(head), "{head}");
        }
    }
}
