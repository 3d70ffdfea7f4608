//! 署名のあとに変わったこと: a signature stands for what its writer saw. When a fact on the form changed since, the form wants
//! to be signed again, and the screen says what changed.

use madoka_casework::{Event, EventId};
use madoka_facts::{FactPath, Id, PersonRef};
use madoka_forms::fill::{Bundle, Spot, SpotState};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::screen::{LookAt, LookKind};
use super::{Making, PapersError};
use crate::office_time;
use crate::relations::relate;

/// A signature whose form says something else by now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct StaleSignature {
    pub form: String,
    pub form_name: String,
    /// `applicant`
    pub who: String,
    /// What changed: 「住所」「潮崎 渚の生年月日」.
    pub changed: Vec<String>,
}

impl Making {
    /// Signatures that were written before something on their form changed, each with what a person must look at.
    pub(super) fn stale(&self, bundle: &Bundle) -> Result<Vec<(StaleSignature, LookAt)>, PapersError> {
        let mut stale: Vec<(StaleSignature, LookAt)> = Vec::new();
        for spot in &bundle.spots {
            let SpotState::Signature { who, screen: true, signed: Some(_) } = &spot.state else { continue };
            let known = |one: &(StaleSignature, LookAt)| {
                one.0.form == spot.form.as_str() && one.0.who == who.to_string()
            };
            if let Some((_, look)) = stale.iter_mut().find(|one| known(one)) {
                look.places.push(self.place_of_spot(spot));
                continue;
            }
            let changed = self.changed_since(bundle, spot, who);
            if changed.is_empty() {
                continue;
            }
            let form_name = self.form_name(&spot.form)?;
            let look = LookAt {
                kind: LookKind::Signature,
                title: format!("{}：署名のあとに変わりました", spot.called),
                message: format!(
                    "{}が、署名のときと違います。変わった所をご本人に見せ、もう一度署名してもらってください。",
                    changed.join("、")
                ),
                facts: Vec::new(),
                places: vec![self.place_of_spot(spot)],
            };
            let signature =
                StaleSignature { form: spot.form.to_string(), form_name, who: who.to_string(), changed };
            stale.push((signature, look));
        }
        Ok(stale)
    }

    /// The facts on this spot's form that are not what they were when it was signed.
    fn changed_since(&self, bundle: &Bundle, spot: &Spot, who: &PersonRef) -> Vec<String> {
        let Some(signed) = self.signed_by(spot, who) else { return Vec::new() };
        self.not_as_of(signed.id, bundle, &spot.form)
            .unwrap_or_else(|| vec![format!("{}より前の記録", office_time::clock(signed.at))])
    }

    /// The facts on a form that are not what they were after an event; none where that moment cannot be looked back on.
    pub(super) fn not_as_of(&self, event: EventId, bundle: &Bundle, form: &Id) -> Option<Vec<String>> {
        let pack = self.judged.book.pack();
        let words = &pack.vocabulary;
        let mut then = self.judged.case.as_of(event)?.facts(words).facts;
        relate(pack, &mut then);
        let mut changed = Vec::new();
        for path in bundle.spots.iter().filter(|one| one.form == *form).flat_map(|one| &one.facts) {
            let value = |facts: &madoka_facts::Facts| facts.best(path).and_then(|said| said.value.clone());
            let label = self.label(path);
            if self.can_fix(path) && value(&then) != value(&self.judged.facts) && !changed.contains(&label) {
                changed.push(label);
            }
        }
        Some(changed)
    }

    /// The event of the signature that stands there.
    fn signed_by(&self, spot: &Spot, who: &PersonRef) -> Option<&Event> {
        let case = &self.judged.case;
        let members = case.members();
        let here = |signer: &PersonRef| match signer {
            PersonRef::Member(member) => {
                members.position(*member).map(PersonRef::Member).as_ref() == Some(who)
            }
            role @ PersonRef::Role(_) => role == who,
        };
        let signatures = case.signatures().filter(|(signer, forms, _, _)| {
            here(signer) && forms.iter().any(|form| form.as_str() == spot.form.as_str())
        });
        signatures.map(|(_, _, _, event)| event).last()
    }

    /// 「住所」, of a member with their name.
    pub(super) fn label(&self, path: &FactPath) -> String {
        let who = match path {
            FactPath::Member(index, _) => {
                format!("{}の", crate::visit::member_name(&self.judged.facts, *index))
            }
            _ => String::new(),
        };
        format!("{who}{}", self.judged.book.pack().vocabulary.label(path))
    }
}
