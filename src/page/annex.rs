//! Links that are called files by their words or by the script that sends them, though no name of a file stands there.
//!
//! In: the words of a link, its address. Out: whether they are those of a file. Never: where the link stands.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::pattern;

/// Addresses that serve a file whatever they are called.
static DOWNLOAD: LazyLock<Regex> = LazyLock::new(|| {
    let script = r"\.(?:jspx?|do|action|aspx?|php|ashx)";
    let written = [
        r"(?i)downfile\.|download\.(?:jsp|do|action|aspx?|php|ashx)|downloadfile|filedownload|cmd=download|/attachment/\d".to_owned(),
        "attachdown|DownloadServlet".to_owned(),
        format!(r"/(?:down|showfile|getfile|downattach){script}"),
        format!(r"/attach(?:ment)?s?/(?:show|get|view|down)\w*{script}"),
        format!(r"/files?/(?:get|down)\w*{script}\?(?:\S*&)?\w*id="),
    ];
    pattern(&written.join("|"))
});

/// An annex by its number, its title or alone: 附件3：名单, 附件：名单, 附件《名单》.
static ANNEX: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s【\[（(]*附\s*件\s*(?:[0-9０-９]|[一二三四五六七八九十]{1,3}(?:[\s：:、.．《】）)]|$)|[：:《【（(]|\s\S)",
    )
});

/// A button that offers an annex, and does not say which.
static OFFER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s【\[（(]*(?:点击|点此|立即|请)?(?:(?:下载|查看)?(?:附件|文件)(?:下载)?|下载)\s*[0-9０-９]{0,3}\s*[：:】\]）)]*$",
    )
});

/// Pages about an annex, or a list of such.
static ABOUT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:解读|图解|问答|更多|列表)[\s】\]）)>》]*$"));

/// Addresses of listings and of folders, which are pages.
static LISTING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)/$|/(?:index|list|default|column|channel|more|search)[^/]*$"));

/// Whether an address is that of a script which sends files.
pub(super) fn is_download(address: &str) -> bool {
    DOWNLOAD.is_match(address)
}

/// Whether a link's words call it an annex, and its address is not plainly that of a listing.
pub(super) fn is_called(title: &str, url: &Url) -> bool {
    (ANNEX.is_match(title) || (is_offer(title) && title.contains("附件")))
        && !ABOUT.is_match(title)
        && !LISTING.is_match(url.path())
}

/// Whether a link's words offer a file, and say nothing of it.
pub(super) fn is_offer(title: &str) -> bool {
    OFFER.is_match(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_annexes_are_told_from_those_of_pages() {
        let url = Url::parse("http://a.gov.cn/show?id=3").expect("url");
        for words in [
            "附件3：名单",
            "附件19 清单",
            "附件一：名单",
            "附件《办法》",
            "附件：名单",
            "附件",
            "附件下载",
            "下载附件10",
        ] {
            assert!(is_called(words, &url), "{words}");
        }
        for words in ["附件解读", "附件2解读", "附件一览", "附属医院", "关于附件的说明", "下载中心", "附件的更多"]
        {
            assert!(!is_called(words, &url), "{words}");
        }
        for page in ["http://a.gov.cn/", "http://a.gov.cn/xzzx/", "http://a.gov.cn/list.jsp?id=3"] {
            assert!(!is_called("附件下载", &Url::parse(page).expect("url")), "{page}");
        }
        assert!(is_offer("点击下载") && is_offer("下载") && !is_offer("附件3：名单"));
    }

    #[test]
    fn the_scripts_that_send_files_are_known() {
        for address in [
            "/module/download/down.jsp?i_ID=4431&colID=77",
            "/showfile.do?id=33",
            "/file/get.jsp?id=3",
            "/getFile.php?id=8",
            "/attach/show.asp?id=9",
            "/system/_content/download.jsp?owner=1&wbfileid=3F2A",
            "/servlet/DownloadServlet?id=3",
        ] {
            assert!(is_download(address), "{address}");
        }
        for address in [
            "/file/show.aspx?id=3",
            "/file/get.jsp",
            "/article/show.asp?id=9",
            "/xzzx/down.html",
            "/countdown.jsp",
            "/attach/",
        ] {
            assert!(!is_download(address), "{address}");
        }
    }
}
