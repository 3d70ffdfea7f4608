//! What the counter needs to know of its city: its name and the life events it serves.

use crate::view::Texts;

/// The city whose counter this is.
#[derive(Debug)]
pub(crate) struct City {
    pub(crate) name: String,
    pub(crate) life_events: Vec<LifeEvent>,
}

/// ライフイベント: what a resident comes for.
#[derive(Debug)]
pub(crate) struct LifeEvent {
    pub(crate) id: String,
    pub(crate) name: Texts,
    /// One line for the officer: when to choose it.
    pub(crate) hint: String,
}

impl City {
    /// みなと野市, the fictional city of practice mode.
    pub(crate) fn sample() -> Self {
        let events = [
            (
                "move_in",
                "転入",
                "ほかの まちから 引（ひ）っこし",
                "Moving in",
                "市外・国外から来た",
            ),
            (
                "move_within",
                "転居",
                "市（し）の 中（なか）で 引（ひ）っこし",
                "Moving within the city",
                "市内で住所が変わった",
            ),
            (
                "move_out",
                "転出",
                "ほかの まちへ 引（ひ）っこし",
                "Moving out",
                "市外・国外へ行く",
            ),
            ("birth", "出生", "赤（あか）ちゃんが 生（う）まれました", "Birth", "子どもが生まれた"),
            ("marriage", "婚姻", "結婚（けっこん）", "Marriage", "結婚した・する"),
            ("divorce", "離婚", "離婚（りこん）", "Divorce", "離婚した・する"),
            (
                "death",
                "おくやみ（死亡）",
                "家族（かぞく）が なくなりました",
                "Bereavement",
                "ご家族が亡くなった",
            ),
            (
                "disability",
                "障害者手帳",
                "障害者手帳（しょうがいしゃてちょう）を もらいました",
                "Disability certificate",
                "手帳を受け取った",
            ),
            (
                "certificate",
                "証明書",
                "証明書（しょうめいしょ）が いります",
                "Certificates",
                "住民票・戸籍・税など",
            ),
        ];
        Self {
            name: "みなと野市".into(),
            life_events: events
                .into_iter()
                .map(|(id, ja, easy, en, hint)| LifeEvent {
                    id: id.into(),
                    name: Texts { ja: ja.into(), easy: easy.into(), en: en.into() },
                    hint: hint.into(),
                })
                .collect(),
        }
    }

    pub(crate) fn life_event(&self, id: &str) -> Option<&LifeEvent> {
        self.life_events.iter().find(|event| event.id == id)
    }
}
