//! Values of every length on the real page.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use madoka_facts::Id;
use madoka_forms::fill::{Blank, Bundle, Filling, Options, Wanted, bundle};
use madoka_forms::sample::{Length, facts, unconditional};
use madoka_forms::{Fonts, Known, read_form};
use madoka_rules::{Pack, PackFiles};
use madoka_text::Gazetteer;

use super::text_path;
use crate::CounterError;
use crate::papers::PapersError;

/// The forms of a draft as they are now, to be tried away from the counter.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    pub(super) files: Arc<PackFiles>,
    pub(super) pack: Arc<Pack>,
    pub(super) today: Date,
}

impl Trial {
    fn blank(&self, id: &str) -> Result<Blank, CounterError> {
        let text = self.files.get(&text_path(id)).ok_or_else(|| CounterError::NoForm(id.to_owned()))?;
        let form = read_form(id, &String::from_utf8_lossy(text)).map_err(|problems| {
            PapersError::FormBroken { form: id.parse().unwrap_or_else(|_| self.any_id()), problems }
        })?;
        let file = |name: &str| self.files.get(&format!("{}{id}/{name}", super::FOLDER)).cloned();
        Ok(Blank::new(unconditional(form), file).map_err(PapersError::from)?)
    }

    /// Of a folder whose name is no id: the reader has said so already.
    fn any_id(&self) -> Id {
        self.pack.id.clone()
    }

    /// One form filled with values of a length: every field of it, whatever its condition.
    pub(super) fn fill(&self, id: &str, length: Length, fonts: &Fonts) -> Result<Bundle, CounterError> {
        let blank = self.blank(id)?;
        let more: Vec<Blank> =
            blank.form().continuations().filter_map(|other| self.blank(other.as_str()).ok()).collect();
        let pack = &self.pack;
        let facts = facts(blank.form(), &pack.vocabulary, length);
        let offices: Vec<(Id, String)> =
            pack.offices.iter().map(|office| (office.id.clone(), office.name.ja.clone())).collect();
        let gazetteer = Gazetteer::nation().with([(pack.city.prefecture.as_str(), pack.city.name.as_str())]);
        let (derived, pictures) = (BTreeMap::new(), BTreeMap::new());
        let filling = Filling {
            known: Known { facts: &facts, visit: self.today, derived: &derived, member: None },
            words: &pack.vocabulary,
            offices: &offices,
            city: &pack.city.name,
            prefecture: &pack.city.prefecture,
            officer: Some("窓口　花子"),
            case_number: Some("見本-0001"),
            case_code: None,
            gazetteer: &gazetteer,
            pictures: &pictures,
            stamps: &[],
        };
        let member = blank.form().per_member.then_some(0);
        let wanted = [Wanted { member, copies: Some(1), ..Wanted::of(&blank) }];
        let more: Vec<&Blank> = more.iter().collect();
        Ok(bundle(fonts, &wanted, &more, &filling, &Options::default()).map_err(PapersError::from)?)
    }
}
