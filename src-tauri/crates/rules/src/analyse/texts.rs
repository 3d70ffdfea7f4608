//! Texts a resident reads: every language of the pack, and やさしい日本語 with readings.

use super::Analysis;
use super::finding::Finding;
use crate::pack::{Dated, Place, Text};

impl Analysis<'_> {
    pub(super) fn texts(&mut self) {
        let pack = self.index.pack;
        for event in &pack.events {
            self.text(&event.place, || format!("ライフイベント {}", event.id), "名前", &event.name);
        }
        for office in &pack.offices {
            let about = || format!("窓口 {}", office.id);
            self.text(&office.place, about, "名前", &office.name);
            if let Some(text) = &office.where_ {
                self.text(&office.place, about, "場所", text);
            }
        }
        for screen in &pack.screens {
            self.text(&screen.place, || format!("画面 {}", screen.id), "題", &screen.title);
        }
        for item in &pack.items {
            let about = || format!("持ち物 {}", item.id);
            self.text(&item.place, about, "名前", &item.name);
            if let Some(text) = &item.note {
                self.text(&item.place, about, "説明", text);
            }
        }
        for fact in pack.facts.iter().filter(|fact| fact.derived.is_none()) {
            let about = || format!("事実 {}", fact.path);
            for (id, text) in &fact.choices {
                self.text(&fact.place, about, &format!("選択肢「{id}」"), text);
            }
        }
        for question in &pack.questions {
            let about = || format!("質問 {}", question.fact);
            self.dated_texts(&question.place, about, "質問の文", &question.ask);
            self.dated_texts(&question.place, about, "補足", &question.help);
        }
        for procedure in &pack.procedures {
            let about = || format!("手続 {}", procedure.id);
            self.dated_texts(&procedure.place, about, "名前", &procedure.name);
            self.dated_texts(&procedure.place, about, "来庁者への説明", &procedure.resident_note);
            for deadline in &procedure.deadlines {
                self.text(&procedure.place, about, "期限の文", &deadline.text);
            }
        }
    }

    fn dated_texts(&mut self, place: &Place, about: impl Fn() -> String, what: &str, texts: &Dated<Text>) {
        for text in texts.all() {
            self.text(place, &about, what, text);
        }
    }

    fn text(&mut self, place: &Place, about: impl Fn() -> String, what: &str, text: &Text) {
        let missing: Vec<&str> = (self.index.pack.languages.iter().map(String::as_str))
            .filter(|language| *language != "ja")
            .filter(|language| text.others.get(*language).is_none_or(|said| said.trim().is_empty()))
            .map(crate::edit::language_name)
            .collect();
        if !missing.is_empty() {
            self.add(
                Finding::warning("A501", place, about())
                    .says(format!(
                        "{what}に、{}の文がありません。日本語の文がそのまま出ます。",
                        missing.join("、")
                    ))
                    .fix("その言語の文を書いてください。"),
            );
        }
        if let Some(run) = text.others.get("easy").and_then(|easy| without_reading(easy)) {
            self.add(
                Finding::warning("A502", place, about())
                    .says(format!("{what}のやさしい日本語で、「{run}」に読みがありません。"))
                    .fix(format!("「{run}（よみ）」のように、すぐ後ろに読みをひらがなで書いてください。")),
            );
        }
    }
}

/// The first run of kanji that is not followed by its reading in （ ）.
fn without_reading(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(start) = rest.find(is_kanji) {
        let (_, from) = rest.split_at(start);
        let end = from.find(|c| !is_kanji(c)).unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        let reading = after.strip_prefix(['（', '(']).and_then(|inside| inside.split(['）', ')']).next());
        if !reading.is_some_and(|reading| !reading.is_empty() && reading.chars().all(is_kana)) {
            return Some(run.to_owned());
        }
        rest = after;
    }
    None
}

const fn is_kanji(c: char) -> bool {
    matches!(c, '々' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

const fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | 'ー' | '・' | ' ' | '　')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn やさしい日本語の漢字にはすぐ後ろに読みがいる() {
        assert_eq!(without_reading("なくなった 人（ひと）は みなと野市（みなとのし）"), None);
        assert_eq!(without_reading("引（ひ）っこし、15日（にち）、（本人（ほんにん））"), None);
        assert_eq!(without_reading("年金（ねんきん）を 受給 していましたか"), Some("受給".to_owned()));
        assert_eq!(without_reading("様々（）な 人（ひと）"), Some("様々".to_owned()));
    }
}
