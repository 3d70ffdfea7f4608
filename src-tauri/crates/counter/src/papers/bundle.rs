//! 書類一式: the forms of a case, made from the pack's own papers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use madoka_facts::{DeclaredPath, FactPath, Facts, Id, Value};
use madoka_forms::fill::{Blank, Bundle, Filling, Options, Stamp, Wanted, bundle as fill};
use madoka_forms::{FillError, Fonts, FormProblem, Known, read_form};
use madoka_rules::pack::Pack;
use madoka_rules::{Branches, Condition, Judgement, PackFiles, Rulebook, Tri};
use madoka_text::Gazetteer;

use super::{FormOrder, Settled, form_orders};

/// Why a bundle could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PapersError {
    #[error("様式「{form}」の form.toml に誤りがあります（{}件）。様式の担当に知らせてください", .problems.len())]
    FormBroken { form: Id, problems: Vec<FormProblem> },
    #[error("手続パックに様式「{0}」の紙がありません。様式の名前を確かめてください")]
    NoForm(Id),
    #[error(transparent)]
    Fill(#[from] FillError),
}

impl PapersError {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FormBroken { .. } => "FORM-20",
            Self::NoForm(_) => "FORM-21",
            Self::Fill(error) => error.code(),
        }
    }
}

/// The pack's papers, each read and checked once. Keep it as long as the pack.
#[derive(Debug, Default)]
pub struct Blanks {
    files: PackFiles,
    made: Mutex<BTreeMap<Id, Arc<Blank>>>,
}

impl Blanks {
    /// From a pack's files; papers are `forms/<id>/form.toml` and what lies beside it.
    pub fn new(files: &PackFiles) -> Self {
        let papers = files.iter().filter(|(path, _)| path.starts_with("forms/"));
        let files = papers.map(|(path, bytes)| (path.clone(), bytes.clone())).collect();
        Self { files, made: Mutex::default() }
    }

    /// Every form the pack has a paper of.
    pub fn all(&self) -> impl Iterator<Item = Id> {
        self.files
            .keys()
            .filter_map(|path| path.strip_prefix("forms/")?.strip_suffix("/form.toml")?.parse().ok())
    }

    /// Whether a form is always printed on stock; `None` where the pack has no paper of it. Cheaper than reading it whole.
    pub(crate) fn is_always_on_stock(&self, form: &Id) -> Option<bool> {
        let text = self.files.get(&format!("forms/{form}/form.toml"))?;
        let text = String::from_utf8_lossy(text);
        Some(text.contains("[preprinted]") && self.get(form).ok()??.form().preprinted.always)
    }

    /// A form with its paper; `None` where the pack has none.
    pub fn get(&self, form: &Id) -> Result<Option<Arc<Blank>>, PapersError> {
        let file = |name: &str| self.files.get(&format!("forms/{form}/{name}"));
        let Some(text) = file("form.toml") else { return Ok(None) };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.get(form) {
            return Ok(Some(Arc::clone(known)));
        }
        let read = read_form(form.as_str(), &String::from_utf8_lossy(text));
        let read = read.map_err(|problems| PapersError::FormBroken { form: form.clone(), problems })?;
        let blank = Arc::new(Blank::new(read, |name| file(name).cloned())?);
        made.insert(form.clone(), Arc::clone(&blank));
        Ok(Some(blank))
    }
}

/// What a bundle says besides the facts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Desk<'a> {
    pub officer: Option<&'a str>,
    /// The case's number, as people read it.
    pub case_number: Option<&'a str>,
    /// What its QR code holds.
    pub case_code: Option<&'a str>,
    /// Signatures written on a screen.
    pub stamps: &'a [Stamp],
}

/// A bundle, and the forms that are wanted but that the pack has no paper of: to be taken from the shelf.
#[derive(Debug)]
pub struct CaseBundle {
    pub bundle: Bundle,
    pub without_paper: Vec<Id>,
}

/// Which forms to make.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// Those of the procedures that are needed, but for what is settled.
    Needed(&'a Settled),
    /// These, needed or not.
    Only(&'a [Id]),
    These(&'a [Chosen]),
}

/// One form as somebody chose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub form: Id,
    /// Of a form for each member the one of this member.
    pub member: Option<u16>,
    /// As the form says, without a number.
    pub copies: Option<u16>,
    /// One page alone, from 0.
    pub page: Option<usize>,
}

impl Chosen {
    pub const fn form(form: Id) -> Self {
        Self { form, member: None, copies: None, page: None }
    }
}

/// The forms of a case in print order, filled.
#[expect(
    clippy::too_many_arguments,
    reason = "a case, its rules, its papers and its desk: each from elsewhere"
)]
pub fn case_bundle(
    book: &Rulebook,
    judgement: &Judgement,
    facts: &Facts,
    which: Which<'_>,
    blanks: &Blanks,
    fonts: &Fonts,
    options: &Options,
    desk: Desk<'_>,
) -> Result<CaseBundle, PapersError> {
    let pack = book.pack();
    let mut without_paper = Vec::new();
    let mut papers: Vec<(Arc<Blank>, Vec<u16>, Chosen)> = Vec::new();
    for (order, chosen) in orders(book, judgement, which) {
        match blanks.get(&order.form)? {
            Some(blank) => papers.push((blank, order.members, chosen)),
            None if matches!(which, Which::Only(_)) => return Err(PapersError::NoForm(order.form)),
            None => without_paper.push(order.form),
        }
    }
    let mut wanted = Vec::new();
    for (blank, members, chosen) in &papers {
        let one = Wanted { copies: chosen.copies, page: chosen.page, ..Wanted::of(blank) };
        if blank.form().per_member {
            let all = match chosen.member {
                Some(member) => vec![member],
                None if members.is_empty() => (0..facts.members()).collect(),
                None => members.clone(),
            };
            wanted.extend(all.into_iter().map(|member| Wanted { member: Some(member), ..one }));
        } else {
            wanted.push(one);
        }
    }
    let mut more: Vec<Arc<Blank>> = Vec::new();
    for id in papers.iter().flat_map(|(blank, ..)| blank.form().continuations()) {
        more.extend(blanks.get(id)?);
    }
    let offices: Vec<(Id, String)> =
        pack.offices.iter().map(|office| (office.id.clone(), office.name.ja.clone())).collect();
    let derived = derived(pack, facts, book);
    let pictures = BTreeMap::new();
    let gazetteer = Gazetteer::nation().with([(pack.city.prefecture.as_str(), pack.city.name.as_str())]);
    let filling = Filling {
        known: Known { facts, visit: book.on(), derived: &derived, member: None },
        words: &pack.vocabulary,
        offices: &offices,
        city: &pack.city.name,
        prefecture: &pack.city.prefecture,
        officer: desk.officer,
        case_number: desk.case_number,
        case_code: desk.case_code,
        gazetteer: &gazetteer,
        pictures: &pictures,
        stamps: desk.stamps,
    };
    let more: Vec<&Blank> = more.iter().map(Arc::as_ref).collect();
    let bundle = fill(fonts, &wanted, &more, &filling, options)?;
    Ok(CaseBundle { bundle, without_paper })
}

fn orders(book: &Rulebook, judgement: &Judgement, which: Which<'_>) -> Vec<(FormOrder, Chosen)> {
    let chosen: Vec<Chosen> = match which {
        Which::Needed(settled) => {
            let orders = form_orders(book, judgement, settled).into_iter();
            return orders.map(|order| (order.clone(), Chosen::form(order.form))).collect();
        }
        Which::Only(forms) => forms.iter().cloned().map(Chosen::form).collect(),
        Which::These(chosen) => chosen.to_vec(),
    };
    // Whom a form is for is known from the procedures that want it, where any does.
    let needed = form_orders(book, judgement, &Settled::default());
    let order = |form: &Id| {
        let known = needed.iter().find(|order| order.form == *form).cloned();
        known.unwrap_or_else(|| FormOrder { form: form.clone(), procedures: Vec::new(), members: Vec::new() })
    };
    chosen.into_iter().map(|chosen| (order(&chosen.form), chosen)).collect()
}

/// The pack's derived facts, as far as they are sure: forms may print or ask for them.
fn derived(pack: &Pack, facts: &Facts, book: &Rulebook) -> BTreeMap<FactPath, Value> {
    let mut known: BTreeMap<FactPath, Value> = BTreeMap::new();
    let rules: Vec<_> = pack
        .facts
        .iter()
        .filter_map(|fact| Some((&fact.path, spelled_out(pack, fact.derived.as_ref()?, 0))))
        .collect();
    // One may rest on another; each round settles at least one more, or none is left.
    for _ in 0..=rules.len() {
        let mut found = known.clone();
        for (path, condition) in &rules {
            let members = if matches!(path, DeclaredPath::EachMember(_)) { facts.members() } else { 1 };
            for member in 0..members {
                let mut at = Known { facts, visit: book.on(), derived: &known, member: None };
                if matches!(path, DeclaredPath::EachMember(_)) {
                    at = at.of_member(member);
                }
                let value = match at.holds(condition) {
                    Tri::True => Value::Bool(true),
                    Tri::False => Value::Bool(false),
                    Tri::Unknown => continue,
                };
                found.insert(path.of_member(member), value);
            }
        }
        if found == known {
            break;
        }
        known = found;
    }
    known
}

/// A condition with the pack's named ones written out. Names in circles were refused when the pack was read.
fn spelled_out(pack: &Pack, condition: &Condition, depth: usize) -> Condition {
    const DEEP: usize = 64;
    let inner = |part: &Condition| spelled_out(pack, part, depth + 1);
    let branches = |parts: &Branches| Branches::new(parts.iter().map(inner).collect());
    match condition {
        Condition::Named(id) if depth < DEEP => {
            pack.conditions.get(id).map_or(Condition::Never, |named| inner(&named.when))
        }
        Condition::All(parts) => branches(parts).map_or(Condition::Never, Condition::All),
        Condition::Any(parts) => branches(parts).map_or(Condition::Never, Condition::Any),
        Condition::Not(part) => Condition::Not(Box::new(inner(part))),
        Condition::Household(quantifier, part) => Condition::Household(*quantifier, Box::new(inner(part))),
        other => other.clone(),
    }
}
