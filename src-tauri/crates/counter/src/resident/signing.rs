//! 署名: which papers of the case can be signed on the resident's window, and by whom.

use madoka_casework::CaseId;
use madoka_facts::{Id, PersonRef};
use madoka_forms::Kind;
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use crate::papers::form_orders;
use crate::printing::settled;
use crate::{Counter, CounterError, office_time};

/// Who signs where a form's field does not say.
const SIGNS: &str = "applicant";

/// One place to sign, on one form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Signable {
    pub form: String,
    /// 「住民異動届」
    pub name: String,
    /// 「届出人 署名」
    pub label: String,
    /// As events name the person: `applicant`.
    pub who: String,
    pub who_title: String,
    /// `9:05`, once it is signed.
    pub signed_at: Option<String>,
}

impl Counter {
    /// The forms of this case's bundle that the city lets be signed on the screen.
    pub fn signable(&self, id: CaseId) -> Result<Vec<Signable>, CounterError> {
        let judged = self.judged(id)?;
        let pack = judged.book.pack();
        let role: PersonRef = SIGNS.parse().map_err(|_| CounterError::UnknownFact)?;
        let title = match &role {
            PersonRef::Role(role) => pack.vocabulary.person(role).unwrap_or_default().to_owned(),
            PersonRef::Member(_) => String::new(),
        };
        let mut places = Vec::new();
        for order in form_orders(&judged.book, &judged.judgement, &settled(&judged)) {
            let Some(blank) = self.city.blanks.get(&order.form)? else { continue };
            let signatures = blank.form().fields.iter();
            for field in signatures.filter(|field| matches!(field.kind, Kind::Signature { seal: false })) {
                places.push(Signable {
                    form: order.form.to_string(),
                    name: form_name(pack, &order.form),
                    label: field.label.clone().unwrap_or_default(),
                    who: SIGNS.to_owned(),
                    who_title: title.clone(),
                    signed_at: signed_at(&judged.case, &order.form, &role),
                });
            }
        }
        Ok(places)
    }
}

/// A later signature counts, as a later statement does.
fn signed_at(case: &madoka_casework::Case, form: &Id, who: &PersonRef) -> Option<String> {
    let of_form = |forms: &[madoka_casework::FormId]| forms.iter().any(|one| one.as_str() == form.as_str());
    let last = case.signatures().filter(|(by, forms, ..)| *by == who && of_form(forms)).last();
    last.map(|(.., event)| office_time::clock(event.at))
}

fn form_name(pack: &madoka_rules::Pack, form: &Id) -> String {
    let known = pack.forms.iter().find(|known| known.id == *form);
    known.map_or_else(|| form.to_string(), |known| known.name.ja.clone())
}
