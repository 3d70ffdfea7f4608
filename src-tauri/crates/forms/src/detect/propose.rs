//! From drafts to proposals: facts bound, repeated rows folded, each with its reason.

use super::draft::{self, Draft};
use super::page::{Area, Page};
use super::proposal::{Kind, Proposal};
use super::sheet;
use super::words::{What, Who};

/// What the paper as a whole tells.
struct Paper {
    /// About someone's death.
    death: bool,
    /// About insurance or pension.
    insurance: bool,
    /// About a person with a certificate or in care, who need not be the one who files it.
    holder: bool,
    /// Who writes it, where no section says.
    writer: Who,
    /// Who is paid, where the account is nobody's by its caption.
    payee: Who,
}

impl Paper {
    fn of(page: &Page) -> Self {
        let title = title(page).unwrap_or_default();
        let text: String = page.letters.iter().map(|letter| letter.letter).collect();
        let says = |words: &[&str]| words.iter().any(|word| title.contains(word));
        Self {
            death: says(&["死亡", "亡くな", "葬祭", "相続", "遺族", "故人", "未支給"])
                || (says(&["喪失"]) && text.contains("死亡")),
            insurance: says(&["国民健康保険", "国保", "年金"]),
            holder: says(&["介護", "障害", "障がい", "手帳", "高齢", "福祉", "補装具", "自立支援"]),
            writer: Who::Applicant,
            payee: Who::Applicant,
        }
    }

    /// The person's id in the facts, and how sure that is.
    fn person(&self, who: Option<Who>, in_rows: bool) -> Option<(&'static str, f64)> {
        match who {
            Some(Who::Applicant) => Some(("applicant", 1.0)),
            Some(Who::Visitor) => Some(("visitor", 0.95)),
            Some(Who::Agent) => Some(("agent", 1.0)),
            Some(Who::Deceased) => Some(("deceased", 1.0)),
            Some(Who::Mourner) => Some(("mourner", 1.0)),
            Some(Who::Heir) => Some(("heir", 1.0)),
            Some(Who::Holder) => Some(("holder", 0.85)),
            Some(Who::Member | Who::Head) => in_rows.then_some(("member", 0.95)),
            Some(Who::Insured) if in_rows => Some(("member", 0.8)),
            Some(Who::Insured) if self.death => Some(("deceased", 0.8)),
            Some(Who::Insured) if self.holder => Some(("holder", 0.6)),
            Some(Who::Insured) => Some(("applicant", 0.55)),
            Some(Who::Nobody) => None,
            None if in_rows => Some(("member", 0.85)),
            None => self.person(Some(self.writer), false).map(|(id, sure)| (id, sure * 0.6)),
        }
    }

    fn bound(&self, draft: &Draft, in_rows: bool) -> Option<(String, f64)> {
        match draft.what? {
            What::Person(attribute) if attribute.starts_with("bank.") && draft.who.is_none() && !in_rows => {
                let (person, sure) = self.person(Some(self.payee), false)?;
                Some((format!("{person}.{attribute}"), sure * 0.6))
            }
            What::Person(attribute) => {
                // 犬の名前 is nobody's name.
                if draft.strange && draft.who.is_none() && !in_rows && !attribute.starts_with("bank.") {
                    return None;
                }
                let (person, sure) = self.person(draft.who, in_rows)?;
                Some((format!("{person}.{attribute}"), sure))
            }
            What::Changed if self.death => Some(("case.death_date".to_owned(), 0.6)),
            // What changes on a paper about insurance or pension is not where people live.
            What::Changed if self.insurance => Some(("case.change_date".to_owned(), 0.6)),
            What::Changed => Some(("case.move_date".to_owned(), 0.7)),
            What::Case(fact) => Some((format!("case.{fact}"), 1.0)),
            What::Fact(fact) => Some((fact.to_owned(), 0.8)),
            What::Filed => Some(("case.visit_date".to_owned(), 1.0)),
            What::Hand | What::Signature | What::Office => None,
        }
    }
}

/// The proposals of one page.
pub(super) fn page(page: &Page, number: usize) -> Vec<Proposal> {
    let sheet = sheet::read(page);
    let mut paper = Paper::of(page);
    let mut drafts: Vec<Draft> =
        (0..sheet.blocks.len()).flat_map(|index| draft::of_block(&sheet, index)).collect();
    drafts.extend(draft::of_open(&sheet, page));
    // Where nothing could be read, boxes are all there is to propose.
    drafts.retain(|draft| page.letters.is_empty() || !draft.caption.is_empty() || draft.what.is_some());
    carry(&mut drafts);
    unbind_others(&mut drafts);
    unbind_lists(&mut drafts);
    paper.writer = named(&drafts, &[Who::Applicant, Who::Heir, Who::Mourner]);
    // Money after a death goes to the heirs, or to whoever paid for the funeral, also where another files the paper.
    paper.payee = named(&drafts, &[Who::Heir, Who::Mourner, paper.writer]);
    paper.death |= drafts
        .iter()
        .any(|draft| draft.who == Some(Who::Deceased) || draft.what == Some(What::Case("death_date")));
    let (repeated, single) = repeated(drafts);
    let mut out: Vec<Proposal> =
        single.into_iter().map(|draft| proposal(draft, &paper, number, false)).collect();
    for (rows, pitch, columns) in repeated {
        let columns: Vec<Proposal> =
            columns.into_iter().map(|draft| proposal(draft, &paper, number, true)).collect();
        let Some(first) = Area::union_of(columns.iter().map(|column| &column.area)) else { continue };
        let bound: Vec<f64> = columns.iter().filter(|c| c.value.is_some()).map(|c| c.confidence).collect();
        if bound.is_empty() {
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "a few rows and columns")]
        let (count, confidence) = (rows as f64, bound.iter().sum::<f64>() / bound.len() as f64);
        out.push(Proposal {
            page: number,
            area: Area { h: first.h + pitch * (count - 1.0), ..first },
            kind: Kind::Rows { rows, pitch, columns },
            label: "世帯員".to_owned(),
            value: Some("household".to_owned()),
            confidence,
            why: format!("同じ欄が{pitch:.1}ミリごとに{rows}回並んでいる"),
        });
    }
    out.sort_by(|a, b| {
        (a.area.y / 3.0).round().total_cmp(&(b.area.y / 3.0).round()).then(a.area.x.total_cmp(&b.area.x))
    });
    out
}

/// Within a table, a person named in one caption (被保険者氏名) owns the captions after it that name nobody.
fn carry(drafts: &mut [Draft]) {
    let mut last: std::collections::BTreeMap<usize, (Who, String, f64)> = std::collections::BTreeMap::new();
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    let place = |index: &usize| drafts.get(*index).map_or((0.0, 0.0), |draft| (draft.area.y, draft.area.x));
    order.sort_by(|a, b| {
        let (a, b) = (place(a), place(b));
        (a.0 / 4.0).round().total_cmp(&(b.0 / 4.0).round()).then(a.1.total_cmp(&b.1))
    });
    for index in order {
        let Some(draft) = drafts.get_mut(index) else { continue };
        let Some(table) = draft.table else { continue };
        match draft.who {
            Some(who) if !draft.column && matches!(draft.what, Some(What::Person("name" | "name_kana"))) => {
                let words = if draft.section.is_empty() { &draft.caption } else { &draft.section };
                last.insert(table, (who, words.clone(), draft.area.y));
            }
            None if matches!(draft.what, Some(What::Person(what)) if !what.starts_with("bank."))
                && !draft.strange
                && !draft.column =>
            {
                if let Some((who, words, y)) = last.get(&table)
                    && draft.area.y - y < 60.0
                {
                    draft.who = Some(*who);
                    draft.section.clone_from(words);
                    draft.sure *= 0.85;
                }
            }
            _ => {}
        }
    }
}

/// What the paper asks of somebody by name, and once more of nobody in particular, it asks the second time of another:
/// a hospital, whoever helps, whoever is called in need.
fn unbind_others(drafts: &mut [Draft]) {
    let asked: Vec<&'static str> = drafts
        .iter()
        .filter(|draft| matches!(draft.who, Some(Who::Applicant | Who::Heir | Who::Mourner)))
        .filter_map(|draft| match draft.what {
            Some(What::Person(attribute)) => Some(attribute),
            _ => None,
        })
        .collect();
    for draft in drafts.iter_mut().filter(|draft| draft.who.is_none() && !draft.column) {
        if let Some(What::Person(attribute @ ("name" | "phone" | "address" | "birth_date"))) = draft.what
            && asked.contains(&attribute)
        {
            draft.what = Some(What::Hand);
            draft.sure *= 0.5;
        }
    }
}

/// One person's facts do not go into every row of a list (相続人の一覧): such columns are left for a person to bind.
fn unbind_lists(drafts: &mut [Draft]) {
    let of_list = |draft: &Draft| {
        let one_person = !matches!(draft.who, None | Some(Who::Member | Who::Insured | Who::Head));
        (draft.column && draft.table.is_some() && one_person && matches!(draft.what, Some(What::Person(_))))
            .then(|| tag(draft))
    };
    let tags: Vec<_> = drafts.iter().map(of_list).collect();
    for (draft, own) in drafts.iter_mut().zip(&tags) {
        if own.is_some() && tags.iter().filter(|other| *other == own).count() >= 2 {
            draft.what = Some(What::Hand);
            draft.sure *= 0.5;
        }
    }
}

/// The first of these whose name or address the paper asks for.
fn named(drafts: &[Draft], of: &[Who]) -> Who {
    let names = |who| {
        drafts.iter().any(|draft| {
            draft.who == Some(who) && matches!(draft.what, Some(What::Person("name" | "address")))
        })
    };
    of.iter().copied().find(|who| names(*who)).unwrap_or(Who::Applicant)
}

fn proposal(mut draft: Draft, paper: &Paper, page: usize, in_rows: bool) -> Proposal {
    let bound = paper.bound(&draft, in_rows);
    if let Kind::Choice { answers, .. } = &mut draft.kind {
        draft::answered(answers, draft.what);
    }
    let whose = if draft.section.is_empty() || draft.caption.contains(&draft.section) {
        draft.caption.clone()
    } else {
        format!("{} {}", draft.section, draft.caption).trim().to_owned()
    };
    let mut why = match (draft.caption.as_str(), draft.column) {
        ("", _) => "見出しがない".to_owned(),
        (caption, true) => format!("上の見出し「{caption}」"),
        (caption, false) => format!("見出し「{caption}」"),
    };
    if !draft.section.is_empty() && draft.section != draft.caption {
        why = format!("{why}、「{}」の欄", draft.section);
    } else if matches!(draft.what, Some(What::Person(_))) && draft.who.is_none() && !in_rows {
        why.push_str("、だれの欄か書いていないので、書く人の欄とした");
    }
    let (value, confidence) = match bound {
        Some((value, sure)) => (Some(value), draft.sure * sure),
        None => (None, draft.sure),
    };
    Proposal {
        page,
        area: draft.area,
        kind: draft.kind,
        label: whose,
        value,
        confidence: confidence.clamp(0.0, 1.0),
        why,
    }
}

fn tag(draft: &Draft) -> (usize, &'static str, String, i64, i64, Option<Who>) {
    #[expect(clippy::cast_possible_truncation, reason = "millimetres of a page")]
    let half = |length: f64| (length / 1.5).round() as i64;
    (
        draft.table.unwrap_or(usize::MAX),
        draft.kind.name(),
        draft.caption.clone(),
        half(draft.area.x),
        half(draft.area.w),
        draft.who,
    )
}

type Repeated = (usize, f64, Vec<Draft>);

/// Fields that come again at the same distance: rows of a household.
fn repeated(drafts: Vec<Draft>) -> (Vec<Repeated>, Vec<Draft>) {
    let mut groups: std::collections::BTreeMap<_, Vec<Draft>> = std::collections::BTreeMap::new();
    let mut single = Vec::new();
    for draft in drafts {
        let of_household = matches!(draft.who, None | Some(Who::Member | Who::Insured | Who::Head));
        if draft.table.is_some() && of_household && draft.what != Some(What::Signature) {
            groups.entry(tag(&draft)).or_default().push(draft);
        } else {
            single.push(draft);
        }
    }
    let mut rows: Vec<(usize, usize, f64, f64, Vec<Draft>)> = Vec::new();
    let mut candidates: Vec<(usize, usize, f64, Vec<Draft>)> = Vec::new();
    for ((table, ..), mut group) in groups {
        group.sort_by(|a, b| a.area.y.total_cmp(&b.area.y));
        let tops: Vec<f64> = group.iter().map(|draft| draft.area.y).collect();
        let steps: Vec<f64> = tops.windows(2).filter_map(|pair| Some(pair.get(1)? - pair.first()?)).collect();
        #[expect(clippy::cast_precision_loss, reason = "rows of one page")]
        let pitch = steps.iter().sum::<f64>() / steps.len().max(1) as f64;
        let even = steps.iter().all(|step| (step - pitch).abs() < 1.0);
        if group.len() >= 2 && even && pitch >= 5.0 {
            candidates.push((table, group.len(), pitch, group));
        } else {
            single.extend(group);
        }
    }
    for (table, count, pitch, group) in candidates {
        let top = group.first().map_or(0.0, |draft| draft.area.y);
        let home = rows.iter_mut().find(|(of, rows, known, first, _)| {
            *of == table && *rows == count && (*known - pitch).abs() < 0.6 && (top - *first).abs() < pitch
        });
        match home {
            Some((.., first, all)) => {
                *first = first.min(top);
                all.extend(group);
            }
            None => rows.push((table, count, pitch, top, group)),
        }
    }
    let mut out = Vec::new();
    for (_, count, pitch, _, mut group) in rows {
        group.sort_by(|a, b| a.area.y.total_cmp(&b.area.y));
        let named = group.iter().any(|draft| {
            matches!(draft.what, Some(What::Person("name" | "birth_date")))
                && (draft.column || draft.who == Some(Who::Member))
        });
        let columns = group.len() / count.max(1);
        if named && columns >= 2 {
            // The first of each: those within the first pitch.
            let top = group.first().map_or(0.0, |draft| draft.area.y);
            let mut first: Vec<Draft> =
                group.into_iter().filter(|draft| draft.area.y < top + pitch - 1.0).collect();
            first.sort_by(|a, b| a.area.x.total_cmp(&b.area.x));
            out.push((count, pitch, first));
        } else {
            single.extend(group);
        }
    }
    (out, single)
}

/// The largest letters in the upper part of a page.
pub(super) fn title(page: &Page) -> Option<String> {
    let upper: Vec<_> =
        page.letters.iter().filter(|letter| letter.area.y < page.height * 0.3).cloned().collect();
    let lines = super::text::lines(&upper);
    let tallest =
        lines.iter().max_by(|a, b| a.em().total_cmp(&b.em()).then(a.letters.len().cmp(&b.letters.len())))?;
    let text = tallest.text();
    (text.chars().count() >= 3).then_some(text)
}
