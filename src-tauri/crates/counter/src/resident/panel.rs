//! What the officer sees of the resident's window.

use super::state::Now;
use super::view::{ResidentPanel, Showing, WrongFact};
use crate::Counter;

impl Counter {
    /// The officer's small view: what stands there, and what the resident said.
    pub fn resident_panel(&self) -> ResidentPanel {
        let resident = &self.resident;
        let case = resident.case();
        let members = case.and_then(|id| self.cases.get(id).ok()).map(|case| case.members());
        let place = |path: &madoka_facts::FactPath| {
            members.as_ref()?.path_of_facts(path).map(|path| path.to_string())
        };
        let facts = match resident.now() {
            Now::Confirm(sent) => sent.iter().filter_map(|sent| place(&sent.path)).collect(),
            Now::Ask { asked, at } => asked.iter().skip(*at).filter_map(place).collect(),
            _ => Vec::new(),
        };
        ResidentPanel {
            case: case.map(|id| id.to_string()),
            language: self
                .city
                .languages
                .words(&resident.language)
                .map(|words| words.name.clone())
                .unwrap_or_default(),
            showing: resident.showing(),
            line: self.line(),
            facts,
            wrong: self.still_wrong(),
            said: resident.told.said.map(str::to_owned),
            heard: resident.told.heard,
        }
    }

    fn line(&self) -> String {
        match self.resident.now() {
            Now::Welcome => "お迎えの画面です。".to_owned(),
            Now::Waiting => match self.resident_screen().stage {
                super::ResidentStage::Received { doing, .. } if self.resident.language == "ja" => doing,
                _ => "受付番号と、職員の様子を示しています。".to_owned(),
            },
            Now::Confirm(sent) => format!("{}件を確かめていただいています。", sent.len()),
            Now::Ask { asked, at } => match asked.len() {
                1 => "質問に答えていただいています。".to_owned(),
                all => format!("質問に答えていただいています（{}／{all}）。", at + 1),
            },
            Now::Pin(pad) => format!("暗証番号を入れていただいています（{}桁）。", pad.typed()),
            Now::Sign(signing) => format!("{}枚の書類に署名していただいています。", signing.forms.len()),
            Now::Thanks => "お礼と、この後の手続を示しています。".to_owned(),
        }
    }

    /// What is not right stays marked until somebody corrects it.
    fn still_wrong(&self) -> Vec<WrongFact> {
        let Some(id) = self.resident.case() else { return Vec::new() };
        let wrong = &self.resident.told.wrong;
        if wrong.is_empty() || self.resident.showing() == Showing::Welcome {
            return Vec::new();
        }
        let Ok(judged) = self.judged(id) else { return Vec::new() };
        let members = judged.case.members();
        wrong
            .iter()
            .filter_map(|sent| {
                let place = members.path_of_facts(&sent.path)?;
                let now = judged.facts.best(&place)?.value.clone();
                (now.as_ref() == Some(&sent.value)).then(|| {
                    Some(WrongFact { fact: place.to_string(), label: self.label_of(id, &sent.path).ok()? })
                })?
            })
            .collect()
    }
}
