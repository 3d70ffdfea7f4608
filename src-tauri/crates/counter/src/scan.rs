//! 二次元コード: one field takes whatever a scanner types or a camera sees, a case's code or what was entered at home.

use jiff::ToSpan;
use madoka_casework::{CaseId, EventKind};
use madoka_facts::{Household, PersonRef};
use madoka_qr::{CaseCode, CaseNumber, Collection, Progress, Realm, SecretKey, looks_like_pre_entry};
use madoka_text::Personal;
use zeroize::Zeroizing;

use crate::view::{CaseRow, ScanShown};
use crate::{Counter, CounterError, TakenIn};

/// Where the store keeps the keys that open what was entered at home, one a line, the newest first.
const KEYS: &str = "pre_entry_keys";
/// What is entered for practice is made up, and anybody may open it.
const PRACTICE_SEED: [u8; 32] = *b"madoka practice: open to anybody";

impl Counter {
    /// Takes the text of one code. A set of several may come in any order; `collection` holds those seen so far.
    pub fn scan(
        &mut self,
        text: &Personal<String>,
        collection: &mut Collection,
    ) -> Result<ScanShown, CounterError> {
        let text = text.expose();
        if !looks_like_pre_entry(text) {
            return self.find_by_code(text).map(|case| ScanShown::Case { case });
        }
        if let Progress::Missing { parts, total } = collection.add(text)? {
            return Ok(ScanShown::More { missing: parts, total });
        }
        let pack = self.city.pack.clone().ok_or(CounterError::UnknownLifeEvent)?;
        let taken = collection.open(&self.pre_entry_keys()?, self.today())?.take_in(&pack)?;
        *collection = Collection::default();
        let left_out = taken.left_out.iter().map(|left| left.path.clone()).collect();
        let case = self.open_case(taken.event.as_str(), None)?;
        let id: CaseId = case.id.parse().map_err(|_| CounterError::UnknownCase)?;
        self.take_facts(id, &taken)?;
        Ok(ScanShown::PreEntry { case, left_out, other_version: taken.other_version.is_some() })
    }

    /// What was entered at home becomes facts of the case: members first, then what was said, then who is whom.
    fn take_facts(&mut self, id: CaseId, taken: &madoka_qr::TakenIn) -> Result<(), CounterError> {
        self.record(id, [EventKind::Claimed {}])?;
        let members = (0..taken.facts.members()).map(|member| EventKind::MemberAdded { member });
        self.record(id, members)?;
        let said =
            taken.statements().into_iter().map(|(path, statement)| TakenIn { path, statement }).collect();
        self.take_in(id, said)?;
        if taken.facts.household() == Household::Complete {
            self.household(id, Household::Complete)?;
        }
        let same: Vec<(PersonRef, PersonRef)> =
            taken.facts.same().map(|(one, other)| (one.clone(), other.clone())).collect();
        self.record(id, same.into_iter().map(|(one, other)| EventKind::SamePerson { one, other }))?;
        // The resident has only just come: whoever is free takes the case.
        self.record(id, [EventKind::Released { reason: None }])?;
        Ok(())
    }

    fn find_by_code(&self, text: &str) -> Result<CaseRow, CounterError> {
        let number = CaseCode::read(text, self.realm()?)?.number();
        let found = self.cases.find(&format!("{:011}", number.value()))?;
        let found = found.iter().find(|found| found.number == Some(number.value()));
        let id = found.ok_or(CounterError::CaseElsewhere)?.id;
        Ok(self.row(&self.cases.get(id)?))
    }

    /// What stands on a case's papers.
    pub fn case_code(&self, id: CaseId) -> Result<CaseCode, CounterError> {
        let number =
            self.cases.get(id)?.number().and_then(CaseNumber::from_value).ok_or(CounterError::UnknownCase)?;
        Ok(CaseCode::new(self.realm()?, number))
    }

    /// Which codes are this counter's: the city's own, of the same mode.
    pub(crate) fn realm(&self) -> Result<Realm, CounterError> {
        let city = self.city.pack.as_ref().map_or("", |pack| pack.city.code.as_str());
        Ok(Realm::new(city, self.practice)?)
    }

    fn pre_entry_keys(&self) -> Result<Vec<SecretKey>, CounterError> {
        let kept = self.cases.store()?.setting(KEYS)?.unwrap_or_default();
        let practised = self.practice.then(|| Ok(SecretKey::from_seed(&PRACTICE_SEED)));
        let kept = kept.lines().map(|line| line.parse::<SecretKey>().map_err(CounterError::Qr));
        kept.chain(practised).collect()
    }

    /// The names of the keys that open what was entered at home, the newest first. They tell nothing of the keys.
    pub fn pre_entry_key_names(&self) -> Result<Vec<String>, CounterError> {
        Ok(self.pre_entry_keys()?.iter().map(|key| key.id().to_string()).collect())
    }

    /// The key as a file holds it (`madokactl pack preentry-key`).
    pub fn add_pre_entry_key_text(&mut self, text: &Zeroizing<String>) -> Result<Vec<String>, CounterError> {
        self.add_pre_entry_key(&text.trim().parse()?)?;
        self.pre_entry_key_names()
    }

    /// 練習: the codes that a made-up resident brings, made at home.
    pub fn practice_codes(&self) -> Result<Vec<String>, CounterError> {
        let pack = self.city.pack.as_ref().filter(|_| self.practice).ok_or(CounterError::UnknownLifeEvent)?;
        let day = |days: i64| self.today().checked_add(days.days()).unwrap_or(self.today()).to_string();
        let document = serde_json::json!({
            "pack": pack.id.as_str(), "pack_version": pack.version, "made": day(0), "until": day(30),
            "lang": "ja", "event": "move_in",
            "facts": {
                // A slip of the finger at home: the card says another day.
                "applicant.name": "潮崎　健一", "applicant.name_kana": "シオザキ　ケンイチ",
                "applicant.birth_date": "1984-05-13", "case.move_date": day(-7),
                "case.moved_from": "domestic", "case.old_address": "架空県となり市本町4番5号",
                "household": [{ "name": "潮崎　蒼", "name_kana": "シオザキ　アオイ", "birth_date": "2018-05-01" }],
            },
        });
        let key = SecretKey::from_seed(&PRACTICE_SEED);
        // The same codes each time, as of a page that was printed once: they hold nobody's secret.
        Ok(madoka_qr::seal(&document.to_string(), key.public(), &PRACTICE_SEED)?)
    }

    /// Takes a further key of the city; what was made for an older one still opens.
    pub fn add_pre_entry_key(&mut self, key: &SecretKey) -> Result<(), CounterError> {
        let store = self.cases.store_mut()?;
        let kept = store.setting(KEYS)?.unwrap_or_default();
        let key = key.expose();
        let older = kept.lines().filter(|line| *line != key.as_str());
        let keys: Vec<&str> = std::iter::once(key.as_str()).chain(older).collect();
        Ok(store.set(KEYS, &keys.join("\n"))?)
    }
}
