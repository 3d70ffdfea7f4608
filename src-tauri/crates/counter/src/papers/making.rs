//! Making the papers of one case away from the counter: it is borrowed only for the moment in which this is put together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use madoka_casework::{Case, CaseId, FormId, PenPoint};
use madoka_facts::{Id, PersonRef};
use madoka_forms::Fonts;
use madoka_forms::fill::{Cover, Options, Stamp};
use madoka_forms::print::{Offsets, PrinterUri};

use super::{
    Blanks, CaseBundle, Chosen, Desk, PapersError, Settled, Signable, Which, case_bundle, form_orders,
};
use crate::printing::{Piece, printer_name, settled};
use crate::{Counter, CounterError, Judged, office_time};

/// Everything the papers of a case are made of.
#[derive(Debug)]
pub struct Making {
    pub(crate) judged: Judged,
    pub(crate) settled: Settled,
    pub(crate) blanks: Arc<Blanks>,
    pub(crate) practice: bool,
    pub(crate) cover: bool,
    /// Forms of which pre-printed stock lies in the printer.
    pub(crate) stock: BTreeSet<Id>,
    officer: String,
    number: Option<String>,
    digits: Option<String>,
    stamps: Vec<Stamp>,
    printer: Option<String>,
    offsets: Offsets,
    /// Forms that wait for an officer's second thought, and why.
    pub(crate) held: BTreeMap<Id, String>,
}

/// How an officer wants one form of the bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) form: Id,
    /// The procedures of this case want it; otherwise the officer added it.
    pub(crate) wanted: bool,
    /// Chosen by the officer; 0 leaves it out.
    pub(crate) copies: Option<u16>,
    /// Left out until the officer chooses otherwise.
    pub(crate) held: bool,
}

impl Choice {
    pub(crate) fn is_printed(&self) -> bool {
        self.copies.map_or(self.wanted && !self.held, |copies| copies > 0)
    }
}

impl Making {
    /// The forms of this case, wanted or added, with what the officer chose for each.
    pub(crate) fn choices(&self) -> Vec<Choice> {
        let Judged { case, book, judgement, .. } = &self.judged;
        let copies = |form: &Id| FormId::parse(form.as_str()).ok().and_then(|form| case.copies(&form));
        let mut choices: Vec<Choice> = form_orders(book, judgement, &self.settled)
            .into_iter()
            .map(|order| Choice {
                copies: copies(&order.form),
                held: self.held.contains_key(&order.form),
                form: order.form,
                wanted: true,
            })
            .collect();
        for form in case.forms_chosen() {
            let Ok(form) = form.as_str().parse::<Id>() else { continue };
            if choices.iter().all(|known| known.form != form) {
                let copies = copies(&form);
                choices.push(Choice { form, wanted: false, copies, held: false });
            }
        }
        choices.retain(|choice| choice.wanted || choice.is_printed());
        choices
    }

    /// 書類一式: the forms as the officer wants them, in print order.
    pub fn bundle(&self) -> Result<CaseBundle, PapersError> {
        let cover = if self.cover { Cover::First } else { Cover::No };
        self.press(&self.printed(), cover)
    }

    /// The signature that stands on a form, if one does.
    pub(crate) fn stamp(&self, form: &Id, who: &PersonRef) -> Option<&Stamp> {
        self.stamps.iter().rev().find(|stamp| stamp.who == *who && stamp.forms.contains(form))
    }

    fn printed(&self) -> Vec<Chosen> {
        let choices = self.choices().into_iter().filter(Choice::is_printed);
        choices.map(|choice| Chosen { copies: choice.copies, ..Chosen::form(choice.form) }).collect()
    }

    /// These pieces alone, as one PDF.
    pub(crate) fn pieces(&self, pieces: &[Piece]) -> Result<CaseBundle, PapersError> {
        if pieces == [Piece::Cover] {
            return self.press(&self.printed(), Cover::Alone);
        }
        let copies: BTreeMap<Id, Option<u16>> =
            self.choices().into_iter().map(|choice| (choice.form, choice.copies)).collect();
        let chosen: Vec<Chosen> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Form { form, member } => Some(Chosen {
                    member: *member,
                    copies: copies.get(form).copied().flatten().filter(|copies| *copies > 0),
                    ..Chosen::form(form.clone())
                }),
                // One page again is one sheet again.
                Piece::Page { form, member, page } => Some(Chosen {
                    member: *member,
                    copies: Some(1),
                    page: Some(*page),
                    ..Chosen::form(form.clone())
                }),
                Piece::Cover | Piece::Guide(_) | Piece::Test { .. } => None,
            })
            .collect();
        self.press(&chosen, Cover::No)
    }

    fn press(&self, chosen: &[Chosen], cover: Cover) -> Result<CaseBundle, PapersError> {
        let options = Options {
            practice: self.practice,
            cover,
            stock: self.stock.clone(),
            printer: self.printer.clone(),
            offsets: self.offsets.clone(),
            ..Options::default()
        };
        let desk = Desk {
            officer: Some(&self.officer),
            case_number: self.number.as_deref(),
            case_code: self.digits.as_deref(),
            stamps: &self.stamps,
        };
        let Judged { facts, book, judgement, .. } = &self.judged;
        let which = Which::These(chosen);
        case_bundle(book, judgement, facts, which, &self.blanks, &Fonts::system(), &options, desk)
    }
}

impl Counter {
    /// 署名: the forms of a case that the city lets be signed on the resident's window, signed or not.
    pub fn signable(&self, id: CaseId) -> Result<Vec<Signable>, CounterError> {
        Ok(self.making(id, None)?.signable()?)
    }

    /// What the papers of a case are made of; `printer`: the one they are set right for.
    pub fn making(&self, id: CaseId, printer: Option<&PrinterUri>) -> Result<Making, CounterError> {
        let judged = self.judged(id)?;
        let code = self.code_of(&judged)?;
        let city = self.city_of(&judged.case)?;
        let handover = city.handovers.iter().find(|one| one.event == judged.case.life_event.as_str());
        let Judged { facts, book, judgement, .. } = &judged;
        let held = handover.map(|handover| handover.held(book, judgement, facts)).unwrap_or_default();
        let settings = self.print_settings();
        let printer = printer.or(settings.printer.as_ref());
        Ok(Making {
            settled: settled(&judged),
            blanks: Arc::clone(&self.city_of(&judged.case)?.blanks),
            practice: self.practice,
            cover: !settings.no_cover,
            stock: settings.stock.clone(),
            officer: self
                .officer()
                .map_or_else(|| self.me.staff.as_str(), |officer| &officer.name)
                .to_owned(),
            number: code.map(|code| code.number().to_string()),
            digits: code.map(|code| code.digits()),
            stamps: stamps(&judged.case),
            printer: printer.map(printer_name),
            offsets: settings.offsets(printer),
            held,
            judged,
        })
    }
}

/// The signatures of a case as forms draw them.
fn stamps(case: &Case) -> Vec<Stamp> {
    let members = case.members();
    let millimetres = |hundredths: u16| f64::from(hundredths) / 100.0;
    case.signatures()
        .filter_map(|(who, forms, hand, event)| {
            let who = match who {
                PersonRef::Member(member) => PersonRef::Member(members.position(*member)?),
                role @ PersonRef::Role(_) => role.clone(),
            };
            Some(Stamp {
                who,
                forms: forms.iter().filter_map(|form| form.as_str().parse().ok()).collect(),
                strokes: hand
                    .strokes()
                    .iter()
                    .map(|stroke| {
                        stroke.iter().map(|PenPoint(x, y, _)| (millimetres(*x), millimetres(*y))).collect()
                    })
                    .collect(),
                when: office_time::moment(event.at),
            })
        })
        .collect()
}
