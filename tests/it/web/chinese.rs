//! The page for a reader of Chinese: what is told of obligations and to operators, on 动态 and 通知.

use govwatch::alert::Routes;
use govwatch::config::WebRule;
use govwatch::store::Store;

use super::Scene;
use crate::alert::chinese::{foreign_words, told};

const CHINESE: [(&str, &str); 1] = [("accept-language", "zh-CN")];

#[tokio::test]
async fn the_timeline_tells_operators_and_of_obligations_in_chinese() {
    let store = Store::in_memory().unwrap().with_routes(Routes::to_all(&["desk".to_owned()]));
    let events = told(&store).await;
    let scene = Scene::with(WebRule::default(), store).await;
    let page = scene.page_with("/", &CHINESE).await;
    for (event, sentence) in &events {
        let sentence = if *sentence == "网站恢复读取" { "可以重新读取" } else { sentence };
        assert!(page.contains(sentence), "{:?}: {sentence} in {page}", event.event);
    }
    let articles = page.split("<article").skip(1).map(|rest| rest.split("</article>").next().unwrap());
    for article in articles {
        let text: String = article.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
        assert_eq!(foreign_words(&text), [""; 0], "{text}");
    }
    let alerts = scene.page_with("/alerts", &CHINESE).await;
    for word in ["将到期", "逾期", "已补发", "站点故障", "站点恢复", "周报"] {
        assert!(alerts.contains(&format!("<td class=\"title\">{word} ")), "{word} in {alerts}");
    }
}
