//! PURE. Kangxi radicals as the characters they look like.
//!
//! In: a character. Out: the character that a person reads. Producers that take characters from the glyphs of a font
//! (the Noto fonts draw 一 and the radical ⼀ with one glyph) write radicals, and no search would find the word.

/// The characters of U+2F00 to U+2FD5 in their order. Source: the compatibility decompositions of Unicode.
const CHARACTERS: &str = "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

/// The character that a radical looks like; any other character is itself.
pub(super) fn unified(c: char) -> char {
    match u32::from(c).checked_sub(0x2f00) {
        Some(place @ 0..=0xd5) => CHARACTERS.chars().nth(place as usize).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_are_the_characters_they_look_like() {
        assert_eq!(CHARACTERS.chars().count(), 0xd6);
        let read: String = "⼀⼆⼈⼯⾏龠⿕".chars().map(unified).collect();
        assert_eq!(read, "一二人工行龠龠");
    }
}
