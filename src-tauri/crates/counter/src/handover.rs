//! 受け取るもの・お渡しするもの: what changes hands on the day, which certificates the family will need and how many, and
//! what has to be said before papers about the inheritance are signed. A pack's `handover/*.toml` says which procedure
//! brings which; what is done stands in the case as facts, so it can be undone and travels with it.

use std::collections::{BTreeMap, BTreeSet};

use madoka_facts::{Answer, FactPath, Facts, Id, Value};
use madoka_rules::{Entry, Judgement, PackFiles, Rulebook, Verdict};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

/// What changes hands in one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Exchange {
    /// The facts that hold what is done.
    pub collected: String,
    pub handed_over: String,
    pub collect: Vec<ExchangeRow>,
    pub hand_over: Vec<ExchangeRow>,
    pub certificates: Vec<CertificateNeed>,
    /// Said before anything about the inheritance is signed.
    pub warnings: Vec<String>,
    /// What an officer can say that the questions do not ask: 「相続放棄を考えている方がいる」.
    pub remarks: Vec<Remark>,
}

/// One thing to say or take back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export, rename = "ExchangeRemark"))]
pub struct Remark {
    pub fact: String,
    pub label: String,
    pub said: bool,
}

/// One thing that changes hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct ExchangeRow {
    pub id: String,
    pub name: String,
    pub done: bool,
    /// The procedures it belongs to.
    pub why: String,
}

/// A certificate that other places will ask for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct CertificateNeed {
    pub name: String,
    /// One for each place: each may keep it for a while.
    pub copies: u32,
    pub places: Vec<String>,
}

/// What a pack says changes hands for one life event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Handover {
    pub(crate) event: String,
    collected: FactPath,
    handed_over: FactPath,
    #[serde(default)]
    collect: Vec<Thing>,
    #[serde(default)]
    hand_over: Vec<Thing>,
    #[serde(default)]
    certificate: Vec<Certificate>,
    #[serde(default)]
    warning: Vec<Warning>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thing {
    id: Id,
    procedures: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Certificate {
    name: String,
    items: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Warning {
    procedure: String,
    text: String,
    /// Said by an officer, it warns as well.
    fact: Option<FactPath>,
    /// Not printed with the others until an officer chooses to.
    #[serde(default)]
    forms: Vec<Id>,
}

/// Every file of a pack; one that cannot be read is left out and named.
pub(crate) fn handovers(files: &PackFiles) -> Vec<Handover> {
    let mut all = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("handover/")) {
        let read = std::str::from_utf8(bytes).ok().map(toml::from_str::<Handover>);
        match read {
            Some(Ok(handover)) => all.push(handover),
            Some(Err(error)) => tracing::warn!(file = path.as_str(), %error, "handover left out"),
            None => tracing::warn!(file = path.as_str(), "handover left out: not UTF-8"),
        }
    }
    all
}

impl Handover {
    /// The facts that hold what was done in one case: nothing anybody said.
    pub(crate) fn done_in(&self) -> Vec<FactPath> {
        vec![self.collected.clone(), self.handed_over.clone()]
    }

    pub(crate) fn of(&self, book: &Rulebook, judgement: &Judgement, facts: &Facts) -> Exchange {
        let needed: Vec<&Entry> = judgement.of(Verdict::Needed).collect();
        let things = |things: &[Thing], fact: &FactPath| {
            let done: BTreeSet<Id> = match facts.answer(fact) {
                Answer::Known(Value::Choices(ids)) => ids.iter().cloned().collect(),
                _ => BTreeSet::new(),
            };
            let row = |thing: &Thing| {
                let why: Vec<String> = needed
                    .iter()
                    .filter_map(|entry| book.pack().procedures.get(entry.procedure))
                    .filter(|procedure| thing.procedures.iter().any(|id| id == procedure.id.as_str()))
                    .filter_map(|procedure| Some(procedure.name.on(book.on())?.ja.clone()))
                    .collect();
                let done = done.contains(&thing.id);
                // What is in hand already stays on the list, whatever was answered since.
                (done || !why.is_empty()).then(|| ExchangeRow {
                    id: thing.id.to_string(),
                    name: book.pack().vocabulary.say(fact, &Value::Choice(thing.id.clone())),
                    done,
                    why: why.join("、"),
                })
            };
            things.iter().filter_map(row).collect()
        };
        Exchange {
            collected: self.collected.to_string(),
            handed_over: self.handed_over.to_string(),
            collect: things(&self.collect, &self.collected),
            hand_over: things(&self.hand_over, &self.handed_over),
            certificates: self.certificates(book, &needed),
            warnings: self.warned(book, judgement, facts).map(|warning| warning.text.clone()).collect(),
            remarks: self
                .warning
                .iter()
                .filter_map(|warning| warning.fact.as_ref())
                .map(|fact| Remark {
                    fact: fact.to_string(),
                    label: book.pack().vocabulary.label(fact),
                    said: facts.answer(fact) == Answer::Known(&Value::Bool(true)),
                })
                .collect(),
        }
    }

    /// What is to be said in this case: its procedure is needed, or an officer said that it is so.
    fn warned<'a>(
        &'a self,
        book: &'a Rulebook,
        judgement: &'a Judgement,
        facts: &'a Facts,
    ) -> impl Iterator<Item = &'a Warning> {
        self.warning.iter().filter(|warning| {
            let said = warning
                .fact
                .as_ref()
                .is_some_and(|fact| facts.answer(fact) == Answer::Known(&Value::Bool(true)));
            let mut needed =
                judgement.of(Verdict::Needed).filter_map(|entry| book.pack().procedures.get(entry.procedure));
            said || needed.any(|procedure| procedure.id.as_str() == warning.procedure)
        })
    }

    /// Forms that are not to be printed without a second thought, and why.
    pub(crate) fn held(&self, book: &Rulebook, judgement: &Judgement, facts: &Facts) -> BTreeMap<Id, String> {
        let of = |warning: &Warning| {
            let why = warning.text.clone();
            warning.forms.iter().map(move |form| (form.clone(), why.clone())).collect::<Vec<_>>()
        };
        self.warned(book, judgement, facts).flat_map(of).collect()
    }

    /// One for each place beyond city hall that asks for it.
    fn certificates(&self, book: &Rulebook, needed: &[&Entry]) -> Vec<CertificateNeed> {
        let pack = book.pack();
        let need = |certificate: &Certificate| {
            let mut places: Vec<String> = Vec::new();
            for entry in needed {
                let Some(procedure) = pack.procedures.get(entry.procedure) else { continue };
                let asks = procedure
                    .bring
                    .iter()
                    .any(|bring| certificate.items.iter().any(|item| item == bring.item.as_str()));
                let office = pack.offices.iter().find(|office| office.id == procedure.office);
                let Some(office) = office.filter(|office| asks && office.outside) else { continue };
                if !places.contains(&office.name.ja) {
                    places.push(office.name.ja.clone());
                }
            }
            (!places.is_empty()).then(|| CertificateNeed {
                name: certificate.name.clone(),
                copies: u32::try_from(places.len()).unwrap_or(u32::MAX),
                places,
            })
        };
        self.certificate.iter().filter_map(need).collect()
    }
}
