//! 書類: the papers of a case as the screen shows them: pages, what is missing or doubtful on them, and where.

use std::collections::BTreeMap;

use madoka_facts::{DeclaredPath, FactPath, Id, PersonRef, Source, Value};
use madoka_forms::fill::{Bundle, PageKey, Part, Reason, Spot, SpotState, Warning};
use madoka_forms::{Kind, Pages, Rect, Size};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::making::Choice;
use super::printed::Withdrawn;
use super::signed::StaleSignature;
use super::{Making, PapersError, form_orders};
use crate::visit::{AnswerKind, SourceMark, answer_kind, member_name};
use crate::{Judged, office_time};

/// The 書類 screen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PapersView {
    /// In print order; those the officer left out too.
    pub forms: Vec<PaperForm>,
    /// In print order, the staff's cover first.
    pub pages: Vec<PaperPage>,
    /// What a person must look at before printing, in the order of the pages.
    pub looks: Vec<LookAt>,
    /// Every other place on the pages that shows a fact.
    pub places: Vec<FieldPlace>,
    pub signs: Vec<SignPlace>,
    /// Signed on the resident's window, and changed since.
    pub stale: Vec<StaleSignature>,
    /// Printed before, and not wanted any more: a department said so, or an answer changed.
    pub withdrawn: Vec<Withdrawn>,
    /// The facts that stand on the pages, to be put right where they stand.
    pub facts: Vec<FactToFix>,
    /// Wanted, but the pack has no paper of them: from the shelf.
    pub without_paper: Vec<String>,
    /// Forms of the city that can be added.
    pub more: Vec<MoreForm>,
    pub cover: bool,
}

/// One form of the bundle.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PaperForm {
    pub id: String,
    pub name: String,
    /// 様式番号
    pub number: String,
    pub office: String,
    /// 「住民基本台帳」… why it is here: the procedures that want it.
    pub procedures: Vec<String>,
    /// The officer added it; no procedure wants it.
    pub added: bool,
    /// 慎重に: why it is not printed until the officer chooses to; empty otherwise.
    pub held: String,
    pub copies: u16,
    /// As many as the form itself says.
    pub usual: u16,
    /// Sides that come out of the printer for one copy.
    pub sides: u32,
    pub paper: String,
    /// On pre-printed stock: values alone.
    pub stock: bool,
    /// It always goes on stock; that is the form's own.
    pub always_stock: bool,
    /// `9:05`, when the printer last said that it is done.
    pub printed: Option<String>,
    /// What stands on that paper otherwise than it is known now: 「住所」.
    pub changed: Vec<String>,
}

/// One page of the preview.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PaperPage {
    /// The same for the same look.
    pub key: String,
    /// None of the staff's cover.
    pub form: Option<String>,
    pub name: String,
    /// For whom, where each member has one.
    pub who: Option<String>,
    /// By position, for printing it again.
    pub member: Option<u16>,
    /// From 1, within its form.
    pub number: u32,
    pub of: u32,
    /// Millimetres.
    pub width: f64,
    pub height: f64,
    /// So many places to look at.
    pub looks: u32,
}

/// Why a place must be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(TS), ts(export))]
pub enum LookKind {
    /// 要確認: read from a picture; nobody confirmed it.
    Confirm,
    /// 空欄
    Missing,
    /// 字なし
    Glyph,
    /// はみ出し
    TooLong,
    /// 署名: something on the form changed after it was signed.
    Signature,
    /// 手書き: the paper asks for it in a way that cannot be printed.
    ByHand,
}

/// One thing to look at, wherever it stands: put right once, it is right everywhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct LookAt {
    pub kind: LookKind,
    pub title: String,
    pub message: String,
    /// The facts to put right; none where only a pen helps.
    pub facts: Vec<String>,
    pub places: Vec<FieldPlace>,
}

/// A place on a page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FieldPlace {
    /// From 0.
    pub page: u32,
    /// Left, top, width, height in millimetres.
    pub at: [f64; 4],
    pub called: String,
    pub form_name: String,
    pub who: Option<String>,
    pub facts: Vec<String>,
    pub empty: bool,
}

/// 署名欄
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct SignPlace {
    pub page: u32,
    pub at: [f64; 4],
    pub called: String,
    pub form_name: String,
    /// The city takes a signature on the resident's window here.
    pub screen: bool,
    pub signed: Option<String>,
}

/// A fact that stands on paper.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct FactToFix {
    pub fact: String,
    pub label: String,
    pub answer: AnswerKind,
    /// As people read it; empty where nothing is known.
    pub value: String,
    /// The choices taken, by id.
    pub chosen: Vec<String>,
    pub source: Option<SourceMark>,
    pub to_confirm: bool,
}

/// A form that can be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct MoreForm {
    pub id: String,
    pub name: String,
}

/// A form that may be signed on the resident's window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Signable {
    pub form: String,
    pub name: String,
    /// The place to sign: 「届出人 署名」.
    pub label: String,
    /// `applicant`
    pub who: String,
    /// 届出人
    pub who_title: String,
    pub signed_at: Option<String>,
}

/// Papers that were made, for looking at: what the screen shows of them, and the pages to draw.
#[derive(Debug)]
pub struct Pressed {
    pub view: PapersView,
    pages: Pages,
    keys: Vec<PageKey>,
}

impl Pressed {
    /// A page by its key, as a PNG so many dots wide. `None` where these papers have no such page (any more).
    pub fn picture(&self, key: &str, width: u32) -> Option<Vec<u8>> {
        /// More than any screen has, and little enough to be drawn.
        const WIDEST: u32 = 4_000;
        let key = key.parse().ok()?;
        let page = self.keys.iter().position(|known| *known == key)?;
        self.pages.picture(page, Size::Width(width.clamp(40, WIDEST)))?.to_png()
    }
}

impl Making {
    /// Makes the papers for the screen.
    pub fn press_for_screen(&self) -> Result<Pressed, PapersError> {
        let made = self.bundle()?;
        let view = self.view(&made.bundle, &made.without_paper)?;
        Ok(Pressed { view, pages: Pages::open(made.bundle.pdf), keys: made.bundle.keys })
    }

    /// 署名: the forms of this case that the city lets be signed on a screen.
    pub fn signable(&self) -> Result<Vec<Signable>, PapersError> {
        let mut signable = Vec::new();
        for choice in self.choices().into_iter().filter(Choice::is_printed) {
            let Some(blank) = self.blanks.get(&choice.form)? else { continue };
            let form = blank.form();
            let mut whose: Vec<&PersonRef> = Vec::new();
            for field in &form.fields {
                let Kind::Signature { who, screen: true, .. } = &field.kind else { continue };
                // Signed once, it stands in every place of theirs.
                if whose.contains(&who) {
                    continue;
                }
                whose.push(who);
                signable.push(Signable {
                    form: form.id.to_string(),
                    name: form.name.clone(),
                    label: field.called().to_owned(),
                    who: who.to_string(),
                    who_title: self.title(who),
                    signed_at: self.stamp(&form.id, who).map(|stamp| stamp.when.clone()),
                });
            }
        }
        Ok(signable)
    }

    fn title(&self, who: &PersonRef) -> String {
        let words = &self.judged.book.pack().vocabulary;
        match who {
            PersonRef::Role(id) => words.person(id).unwrap_or(id.as_str()).to_owned(),
            PersonRef::Member(index) => member_name(&self.judged.facts, *index),
        }
    }

    pub(super) fn form_name(&self, form: &Id) -> Result<String, PapersError> {
        Ok(self.blanks.get(form)?.map_or_else(|| form.to_string(), |blank| blank.form().name.clone()))
    }

    fn view(&self, bundle: &Bundle, without_paper: &[Id]) -> Result<PapersView, PapersError> {
        let pack = self.judged.book.pack();
        let choices = self.choices();
        let names = |id: &Id| {
            let named = pack.forms.iter().find(|form| form.id == *id);
            named.map_or_else(|| id.to_string(), |form| form.name.ja.clone())
        };
        let (stale, mut looks): (Vec<_>, Vec<_>) = self.stale(bundle)?.into_iter().unzip();
        looks.extend(self.looks(bundle));
        let places: Vec<FieldPlace> = bundle
            .spots
            .iter()
            .filter(|spot| !matches!(spot.state, SpotState::Signature { .. }))
            .map(|spot| self.place_of_spot(spot))
            .collect();
        let mut facts: BTreeMap<String, FactToFix> = BTreeMap::new();
        let warned = bundle.warnings.iter().flat_map(|warning| &warning.facts);
        for path in bundle.spots.iter().flat_map(|spot| &spot.facts).chain(warned) {
            if !facts.contains_key(&path.to_string())
                && let Some(fact) = self.fact(path)
            {
                facts.insert(path.to_string(), fact);
            }
        }
        let mut more: Vec<MoreForm> = self
            .blanks
            .all()
            .filter(|id| choices.iter().all(|choice| choice.form != *id))
            .map(|id| MoreForm { name: names(&id), id: id.to_string() })
            .collect();
        more.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(PapersView {
            forms: self.forms(&choices, bundle)?,
            pages: self.pages(bundle, &looks),
            looks,
            places,
            signs: bundle.spots.iter().filter_map(|spot| self.sign(spot)).collect(),
            stale,
            withdrawn: self.withdrawn(&choices)?,
            facts: facts.into_values().collect(),
            without_paper: without_paper.iter().map(names).collect(),
            more,
            cover: self.cover,
        })
    }

    fn forms(&self, choices: &[Choice], bundle: &Bundle) -> Result<Vec<PaperForm>, PapersError> {
        let Judged { book, judgement, .. } = &self.judged;
        let pack = book.pack();
        let orders = form_orders(book, judgement, &self.settled);
        let mut forms = Vec::new();
        for choice in choices {
            let Some(blank) = self.blanks.get(&choice.form)? else { continue };
            let form = blank.form();
            let parts: Vec<&Part> =
                bundle.parts.iter().filter(|part| part.form.as_ref() == Some(&choice.form)).collect();
            let procedures = orders
                .iter()
                .find(|order| order.form == choice.form)
                .into_iter()
                .flat_map(|order| &order.procedures)
                .filter_map(|id| pack.procedures.iter().find(|procedure| procedure.id.as_str() == id))
                .filter_map(|procedure| Some(procedure.name.on(book.on())?.ja.clone()))
                .collect();
            let office = |id: &Id| pack.offices.iter().find(|office| office.id == *id);
            let papers = blank.papers();
            let printed = self.last_print(&choice.form);
            let place = (
                form.office
                    .as_ref()
                    .and_then(|id| pack.offices.iter().position(|office| office.id == *id))
                    .unwrap_or(usize::MAX),
                form.order,
                form.id.clone(),
            );
            let shown = PaperForm {
                id: choice.form.to_string(),
                name: form.name.clone(),
                number: form.number.clone().unwrap_or_default(),
                office: form
                    .office
                    .as_ref()
                    .and_then(office)
                    .map(|office| office.name.ja.clone())
                    .unwrap_or_default(),
                procedures,
                added: !choice.wanted,
                held: self.held.get(&choice.form).cloned().unwrap_or_default(),
                copies: if choice.is_printed() { choice.copies.unwrap_or(form.copies) } else { 0 },
                usual: form.copies,
                sides: match parts.iter().map(|part| part.pages.len()).sum() {
                    0 => count(blank.papers().count()),
                    sides => count(sides),
                },
                paper: paper_name(papers.into_iter().next()),
                stock: form.preprinted.always || self.stock.contains(&choice.form),
                always_stock: form.preprinted.always,
                changed: self.changed_since_printed(bundle, &choice.form),
                printed: printed.map(|printed| office_time::clock(printed.said)),
            };
            forms.push((place, shown));
        }
        forms.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(forms.into_iter().map(|(_, form)| form).collect())
    }

    fn pages(&self, bundle: &Bundle, looks: &[LookAt]) -> Vec<PaperPage> {
        let mut pages = Vec::new();
        for part in &bundle.parts {
            for page in part.pages.clone() {
                let Some(key) = bundle.keys.get(page) else { continue };
                let here = |place: &&FieldPlace| usize::try_from(place.page) == Ok(page);
                pages.push(PaperPage {
                    key: key.to_string(),
                    form: part.form.as_ref().map(Id::to_string),
                    name: part.name.clone(),
                    who: part.member.map(|member| member_name(&self.judged.facts, member)),
                    member: part.member,
                    number: count(page - part.pages.start + 1),
                    of: count(part.pages.len()),
                    width: part.paper.width,
                    height: part.paper.height,
                    looks: count(looks.iter().flat_map(|look| &look.places).filter(here).count()),
                });
            }
        }
        pages
    }

    /// Warnings about one fact are one thing to do, on however many forms it stands.
    fn looks(&self, bundle: &Bundle) -> Vec<LookAt> {
        let mut looks: Vec<LookAt> = Vec::new();
        for warning in &bundle.warnings {
            let kind = kind_of(&warning.reason);
            let place = self.place_of_warning(warning);
            let same = looks.iter_mut().find(|look| {
                let about = look.facts.first() == place.facts.first() && !look.facts.is_empty();
                look.kind == kind
                    && about
                    && matches!(kind, LookKind::Confirm | LookKind::Missing | LookKind::Glyph)
            });
            if let Some(look) = same {
                look.places.push(place);
                continue;
            }
            let title = warning.facts.first().map_or_else(|| warning.called.clone(), |path| self.label(path));
            looks.push(LookAt {
                kind,
                title,
                message: advice(&warning.reason).to_owned(),
                facts: place.facts.clone(),
                places: vec![place],
            });
        }
        looks
    }

    /// The facts of a place that an officer can put right: not what is computed or the counter's own.
    fn fixable(&self, facts: &[FactPath]) -> Vec<String> {
        facts.iter().filter(|path| self.can_fix(path)).map(ToString::to_string).collect()
    }

    pub(super) fn can_fix(&self, path: &FactPath) -> bool {
        let pack = self.judged.book.pack();
        let declared = path.declared();
        let computed = pack.facts.iter().any(|fact| fact.path == declared && fact.derived.is_some());
        let visit = matches!(&declared, DeclaredPath::Case(name) if name.as_str() == "visit_date");
        !computed && !visit && pack.vocabulary.declaration(&declared).is_some()
    }

    fn place_of_warning(&self, warning: &Warning) -> FieldPlace {
        FieldPlace {
            page: count(warning.page.saturating_sub(1)),
            at: corners(warning.at),
            called: warning.called.clone(),
            form_name: warning.form_name.clone(),
            who: self.who(&warning.facts, warning.row),
            facts: self.fixable(&warning.facts),
            empty: true,
        }
    }

    pub(super) fn place_of_spot(&self, spot: &Spot) -> FieldPlace {
        FieldPlace {
            page: count(spot.page.saturating_sub(1)),
            at: corners(spot.at),
            called: spot.called.clone(),
            form_name: self.form_name(&spot.form).unwrap_or_default(),
            who: self.who(&spot.facts, spot.row),
            facts: self.fixable(&spot.facts),
            empty: spot.state == SpotState::Empty,
        }
    }

    fn who(&self, facts: &[FactPath], row: Option<usize>) -> Option<String> {
        let member = facts.iter().find_map(|path| match path {
            FactPath::Member(index, _) => Some(*index),
            _ => None,
        });
        let name = member.map(|index| member_name(&self.judged.facts, index));
        name.or_else(|| row.map(|row| format!("{row}人目")))
    }

    fn sign(&self, spot: &Spot) -> Option<SignPlace> {
        let SpotState::Signature { screen, signed, .. } = &spot.state else { return None };
        Some(SignPlace {
            page: count(spot.page.saturating_sub(1)),
            at: corners(spot.at),
            called: spot.called.clone(),
            form_name: self.form_name(&spot.form).unwrap_or_default(),
            screen: *screen,
            signed: signed.clone(),
        })
    }

    fn fact(&self, path: &FactPath) -> Option<FactToFix> {
        if !self.can_fix(path) {
            return None;
        }
        let Judged { facts, book, .. } = &self.judged;
        let pack = book.pack();
        let said = facts.best(path);
        let value = said.and_then(|said| said.value.as_ref());
        Some(FactToFix {
            fact: path.to_string(),
            label: self.label(path),
            answer: answer_kind(pack, &path.declared())?,
            value: value.map(|value| pack.vocabulary.say(path, value)).unwrap_or_default(),
            chosen: match value {
                Some(Value::Choice(id)) => vec![id.to_string()],
                Some(Value::Choices(ids)) => ids.iter().map(ToString::to_string).collect(),
                Some(Value::Bool(yes)) => vec![if *yes { "yes" } else { "no" }.to_owned()],
                _ => Vec::new(),
            },
            source: said.map(|said| said.source.into()),
            to_confirm: said.is_some_and(|said| said.source == Source::Ocr && said.value.is_some()),
        })
    }
}

const fn kind_of(reason: &Reason) -> LookKind {
    match reason {
        Reason::Unconfirmed => LookKind::Confirm,
        Reason::MissingValue => LookKind::Missing,
        Reason::MissingGlyph(_) | Reason::ReplacedGlyph => LookKind::Glyph,
        Reason::TooLong | Reason::TooManyRows => LookKind::TooLong,
        Reason::NoPlace | Reason::NotSplit | Reason::UnknownPlace | Reason::NoPicture => LookKind::ByHand,
    }
}

/// What to do; the place itself stands beside it.
const fn advice(reason: &Reason) -> &'static str {
    match reason {
        Reason::Unconfirmed => "画像から読んだままです。確かめるまで印字しません。",
        Reason::MissingValue => "分かっていません。聞いて入れるか、手書きしてもらってください。",
        Reason::MissingGlyph(_) => {
            "この端末の書体にない字です。空けてあるので手書きしてください。字形を選び直すこともできます。"
        }
        Reason::ReplacedGlyph => "字が欠けた印（〓など）があります。正しい字を入れるか、手書きしてください。",
        Reason::TooLong => "長くて枠に入りません。空けてあるので手書きしてください。",
        Reason::TooManyRows => "行が足りません。入らない方は別の紙に書いてください。",
        Reason::NoPlace => "答えに当たる場所が紙にありません。手書きしてください。",
        Reason::NotSplit => "姓と名の間に空白がないので分けられません。空白を入れると印字できます。",
        Reason::UnknownPlace => "住所を市区町村で分けられません。都道府県から入れると印字できます。",
        Reason::NoPicture => "画像がないか、読めません。",
    }
}

fn corners(at: Rect) -> [f64; 4] {
    [at.x, at.y, at.w, at.h]
}

fn paper_name(paper: Option<madoka_forms::Paper>) -> String {
    let Some(paper) = paper else { return String::new() };
    let known = madoka_forms::print::Paper::of_page(paper.width, paper.height);
    known
        .map_or_else(|| format!("{:.0}×{:.0}mm", paper.width, paper.height), |known| known.label().to_owned())
}

fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
