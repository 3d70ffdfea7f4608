//! Frequent surnames: what a glyph may be that the recogniser has no sign for.
//!
//! tesseract's Japanese model cannot write 邉 or 齊 at all and puts some other character there. Where all other glyphs
//! of a family name are those of a frequent surname, that surname's glyph is offered, never put in.

use madoka_text::{PersonName, common_form};

/// In common forms. The most frequent surnames of Japan, and those whose rare shapes counters meet.
const SURNAMES: &str = "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 斉藤 清水 山崎 森 池田 橋本 \
    阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 福田 太田 西村 藤井 金子 岡本 藤原 三浦 中野 \
    中川 原田 松田 竹内 小野 田村 中山 和田 石田 森田 上田 原 内田 柴田 酒井 宮崎 横山 高木 安藤 宮本 大野 小島 谷口 工藤 今井 高田 \
    増田 丸山 杉山 村田 大塚 小山 藤本 平野 新井 河野 上野 野口 武田 松井 千葉 菅原 岩崎 久保 木下 佐野 野村 松尾 市川 菊地 杉本 古川 \
    大西 島田 水野 桜井 高野 渡部 吉川 山内 西田 菊池 飯田 西川 小松 北村 安田 五十嵐 川口 平田 関 中田 久保田 服部 東 岩田 土屋 川崎 \
    福島 本田 辻 樋口 永井 秋山 中西 吉村 山中 川上 石原 大橋 松岡 馬場 浜田 森本 星野 矢野 浅野 大久保 吉岡 小池 野田 荒木 熊谷 松浦 \
    大谷 内藤 黒田 尾崎 永田 川村 望月 松村 荒井 堀 平井 大島 西山 早川 栗原 田辺 広瀬 広田 柳沢 柳田 槙原 滝沢 黒沢 富田 浜口 浜野 神田 \
    桑原 榊原 徳永 徳田 恵良 塚本 塚田 館野 真田 国分 国枝 沢田 沢村 桜田 島村 渕上 淵上 梅沢 藤沢 深沢 米沢 宮沢 野沢 小沢 大沢 相沢 \
    会沢 瀬戸 瀬川 成瀬 岩瀬 曽我 曽根 弥永 栄 竜田 与田 万年 関口 関根 辺見 川辺 渡会 齋木 崎山 岡崎 川嶋 長嶋 高島 高瀬 高山 高井";

/// The glyphs frequent surnames have at this place of the family name, all others being the same.
pub(crate) fn near(name: &PersonName, index: usize) -> Vec<char> {
    let Some(family) = name.family() else { return Vec::new() };
    let family: Vec<char> = family.chars().map(common_form).collect();
    if family.len() < 2 || index >= family.len() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for surname in SURNAMES.split_whitespace() {
        let surname: Vec<char> = surname.chars().map(common_form).collect();
        let others_same = surname.len() == family.len()
            && surname.iter().zip(&family).enumerate().all(|(place, (a, b))| (place == index) != (a == b));
        if let Some(glyph) = surname.get(index).filter(|glyph| others_same && !found.contains(*glyph)) {
            found.push(*glyph);
        }
    }
    // A first glyph such as 山 begins too many names to ask about each.
    if found.len() > 3 { Vec::new() } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 姓の一字だけが違えばよくある姓の字を挙げる() {
        let near = |name: &str, index| near(&name.parse().unwrap(), index).into_iter().collect::<String>();
        assert_eq!(near("渡都　花子", 1), "辺部会");
        assert_eq!(near("佐令木　花子", 1), "々");
        assert_eq!(near("渡辺　花子", 0), "田川");
        assert_eq!(near("花子", 0), "");
    }
}
