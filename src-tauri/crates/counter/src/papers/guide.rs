//! What stands on the guide sheet (案内書).

use std::collections::BTreeMap;

use jiff::civil::Date;
use madoka_facts::{Answer, FactPath, Facts, Value};
use madoka_forms::guide::{Contact, Deadline, GuideSheet, Language, Section, SectionKind, Stop, Task, Thing};
use madoka_rules::pack::{Office, Pack, Procedure, Text, WhenUnknown};
use madoka_rules::{Entry, Judgement, Rulebook, Subject, Verdict};

use super::{Settled, receives, writes};

/// The life event after which a sheet speaks to mourners.
const DEATH: &str = "death";

/// Fills the sheet from a judgement. The case's number is the caller's to add.
pub fn guide_sheet(
    book: &Rulebook,
    judgement: &Judgement,
    facts: &Facts,
    settled: &Settled,
    language: Language,
) -> GuideSheet {
    let pack = book.pack();
    let writer = Writer { book, pack, facts, language, common: common(judgement) };
    let event = book.event();
    let name = event.map_or("", |event| event.name.in_language(language.word()));
    let mut sheet = GuideSheet::new(language, writer.city(), name, book.on());
    sheet.bereavement = event.is_some_and(|event| event.id.as_str() == DEATH);
    let rows = writer.rows(judgement, settled);
    for kind in [
        SectionKind::Done,
        SectionKind::Here,
        SectionKind::Visit,
        SectionKind::Later,
        SectionKind::ToConfirm,
        SectionKind::NotAsked,
        SectionKind::Outside,
    ] {
        let stops = writer.stops(&rows, kind);
        if !stops.is_empty() {
            sheet.sections.push(Section { kind, stops });
        }
    }
    sheet.bring = writer.things(&rows);
    sheet.contact = writer.contact(&sheet);
    sheet
}

/// One procedure with the members it is for, who all have the same of it.
struct Row<'a> {
    kind: SectionKind,
    office: usize,
    procedure: &'a Procedure,
    entry: &'a Entry,
    who: Vec<u16>,
}

struct Writer<'a> {
    book: &'a Rulebook,
    pack: &'a Pack,
    facts: &'a Facts,
    language: Language,
    /// How many of the needed procedures each fact is a reason for.
    common: BTreeMap<&'a FactPath, usize>,
}

fn common(judgement: &Judgement) -> BTreeMap<&FactPath, usize> {
    let mut common = BTreeMap::new();
    for path in judgement.of(Verdict::Needed).flat_map(|entry| &entry.because) {
        *common.entry(path).or_default() += 1;
    }
    common
}

impl<'a> Writer<'a> {
    fn say<'t>(&self, text: &'t Text) -> &'t str {
        text.in_language(self.language.word())
    }

    fn on(&self) -> Date {
        self.book.on()
    }

    fn city(&self) -> String {
        self.pack.city.name.clone()
    }

    fn office(&self, at: usize) -> Option<&'a Office> {
        self.pack.offices.get(at)
    }

    fn rows(&self, judgement: &'a Judgement, settled: &Settled) -> Vec<Row<'a>> {
        let mut rows: Vec<Row<'a>> = Vec::new();
        for entry in &judgement.entries {
            let Some(procedure) = self.pack.procedures.get(entry.procedure) else { continue };
            let applies = Settled::holds(&settled.applies, procedure, entry);
            if entry.verdict == Verdict::NotNeeded && !applies
                || Settled::holds(&settled.declined, procedure, entry)
            {
                continue;
            }
            let office = self.pack.offices.iter().position(|office| office.id == procedure.office);
            let office = office.unwrap_or(usize::MAX);
            let kind = self.kind(procedure, entry, office, settled);
            let member = match entry.subject {
                Subject::Member(member) => Some(member),
                Subject::Case | Subject::Household => None,
            };
            // One item for the whole family, where everything about it is the same for everyone.
            let like = rows.iter_mut().find(|row| {
                let same = std::ptr::eq(row.procedure, procedure) && row.kind == kind;
                same && member.is_some() && row.entry.due == entry.due && row.entry.bring == entry.bring
            });
            match like {
                Some(row) => row.who.extend(member),
                None => rows.push(Row { kind, office, procedure, entry, who: member.into_iter().collect() }),
            }
        }
        rows
    }

    fn kind(&self, procedure: &Procedure, entry: &Entry, office: usize, settled: &Settled) -> SectionKind {
        let outside = self.office(office).is_some_and(|office| office.outside);
        // What its office says counts as needed.
        let needed = entry.verdict == Verdict::Needed || Settled::holds(&settled.applies, procedure, entry);
        if Settled::holds(&settled.done, procedure, entry) {
            SectionKind::Done
        } else if !needed && entry.verdict == Verdict::Undecided {
            SectionKind::NotAsked
        } else if !needed && procedure.when_unknown == WhenUnknown::Confirm {
            SectionKind::ToConfirm
        } else if outside {
            SectionKind::Outside
        } else if Settled::holds(&settled.later, procedure, entry) {
            SectionKind::Later
        } else if receives(procedure) {
            SectionKind::Here
        } else {
            SectionKind::Visit
        }
    }

    /// The offices of a section in the order the pack lists them: the order to walk.
    fn stops(&self, rows: &[Row<'a>], kind: SectionKind) -> Vec<Stop> {
        let mut offices: Vec<usize> =
            rows.iter().filter(|row| row.kind == kind).map(|row| row.office).collect();
        offices.sort_unstable();
        offices.dedup();
        offices
            .into_iter()
            .map(|at| {
                let office = self.office(at);
                let tasks = rows.iter().filter(|row| row.kind == kind && row.office == at);
                Stop {
                    name: office.map(|office| self.say(&office.name).to_owned()).unwrap_or_default(),
                    // At this counter there is nowhere to walk to.
                    place: match (kind, office) {
                        (SectionKind::Here | SectionKind::Outside, _) | (_, None) => String::new(),
                        (_, Some(office)) => self.place(office),
                    },
                    phone: office.and_then(|office| office.phone.clone()).unwrap_or_default(),
                    tasks: tasks.map(|row| self.task(row)).collect(),
                }
            })
            .collect()
    }

    /// 「別館1階 1番窓口」
    fn place(&self, office: &Office) -> String {
        let building = office.where_.as_ref().map(|text| self.say(text)).unwrap_or_default();
        // 「別館」 + 「別館1階」
        let same = office.where_.as_ref().is_some_and(|text| office.floor.starts_with(&text.ja));
        let number = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let floor = match (self.language, office.floor.as_str()) {
            (_, "") => String::new(),
            (Language::Ja, floor) => floor.to_owned(),
            (Language::Easy, floor) => format!("{}階（かい）", number(floor)),
            (Language::En, floor) => format!("floor {}", number(floor)),
        };
        let window = match (self.language, office.window.as_str()) {
            (_, "") => String::new(),
            (Language::Ja, window) => format!("{window}窓口"),
            (Language::Easy, window) => format!("{}番（ばん）の 窓口（まどぐち）", number(window)),
            (Language::En, window) => format!("counter {}", number(window)),
        };
        let building = if same && self.language == Language::Ja { "" } else { building };
        let joint = if self.language == Language::En { ", " } else { " " };
        let parts = [building, &floor, &window];
        parts.into_iter().filter(|part| !part.is_empty() && *part != "-").collect::<Vec<_>>().join(joint)
    }

    fn task(&self, row: &Row<'a>) -> Task {
        let (procedure, entry, on) = (row.procedure, row.entry, self.on());
        let deadline = entry.due.as_ref().and_then(|due| {
            let rule = self.say(&procedure.deadlines.get(due.deadline)?.text).to_owned();
            Some(Deadline { day: due.day, approximate: due.approximate, rule })
        });
        let bring = entry.bring.iter().filter_map(|(at, _)| {
            let id = &procedure.bring.get(*at)?.item;
            let item = self.pack.items.iter().find(|item| item.id == *id)?;
            Some(without_examples(self.say(&item.name)).to_owned())
        });
        let open = row.kind == SectionKind::ToConfirm;
        let mut note =
            procedure.resident_note.on(on).map(|note| self.say(note).to_owned()).unwrap_or_default();
        if open {
            note.clear();
        }
        // Written here, taken elsewhere.
        if writes(procedure)
            && !receives(procedure)
            && !procedure.forms.is_empty()
            && row.kind != SectionKind::Done
            && !open
        {
            let prepared = self.prepared();
            note =
                if note.is_empty() { prepared.to_owned() } else { format!("{prepared}{}{note}", self.gap()) };
        }
        Task {
            name: procedure.name.on(on).map(|name| self.say(name).to_owned()).unwrap_or_default(),
            who: row.who.iter().map(|member| self.member(*member)).collect(),
            deadline,
            // What is not sure to be needed is told in short: what to find out, and by when.
            bring: if open { Vec::new() } else { bring.collect() },
            fee: procedure.fee.on(on).copied().filter(|_| !open),
            why: if entry.verdict == Verdict::Needed { self.why(entry) } else { String::new() },
            note,
            open: if open { self.open(entry) } else { Vec::new() },
            in_case: entry.verdict != Verdict::Needed && !open,
        }
    }

    const fn gap(&self) -> &'static str {
        match self.language {
            Language::Ja => "",
            Language::Easy | Language::En => " ",
        }
    }

    const fn prepared(&self) -> &'static str {
        match self.language {
            Language::Ja => "書類はこの窓口で印刷してお渡しします。",
            Language::Easy => "紙（かみ）は この 窓口（まどぐち）で もらえます。",
            Language::En => "We print the form for you here.",
        }
    }

    fn member(&self, member: u16) -> String {
        let path = "name".parse().map(|name| FactPath::Member(member, name));
        if let Ok(Answer::Known(Value::Text(name))) = path.as_ref().map(|path| self.facts.answer(path)) {
            return match self.language {
                Language::Ja => format!("{name}さん"),
                Language::Easy | Language::En => name.clone(),
            };
        }
        let number = u32::from(member) + 1;
        match self.language {
            Language::Ja => format!("ご家族（{number}人目）"),
            Language::Easy => format!("家族（かぞく）（{number}人目（にんめ））"),
            Language::En => format!("family member {number}"),
        }
    }

    /// Why it came out, in one line. A reason with something in it that a family member should not read on a kitchen
    /// table (病名, 所得, DV) is not written down at all.
    fn why(&self, entry: &Entry) -> String {
        const MOST: usize = 2;
        let sensitive = |path: &FactPath| {
            self.pack.vocabulary.declaration(&path.declared()).is_some_and(|declared| declared.sensitive)
        };
        if entry.because.iter().any(sensitive) {
            return String::new();
        }
        let mut parts: Vec<(usize, usize, String)> = Vec::new();
        for (at, path) in entry.because.iter().enumerate() {
            if let Some(reason) = self.reason(path) {
                parts.push((self.common.get(path).copied().unwrap_or_default(), at, reason));
            }
        }
        // What nearly every procedure rests on (they lived here) says least about this one.
        parts.sort_unstable();
        parts.truncate(MOST);
        parts.sort_unstable_by_key(|(_, at, _)| *at);
        let parts: Vec<String> = parts.into_iter().map(|(.., reason)| reason).collect();
        if parts.is_empty() {
            return String::new();
        }
        match self.language {
            Language::Ja | Language::Easy => parts.join("、"),
            Language::En => parts.join("; "),
        }
    }

    fn reason(&self, path: &FactPath) -> Option<String> {
        let declared = path.declared();
        let fact = self.pack.facts.iter().find(|fact| fact.path == declared)?;
        let label = self.say(&fact.label);
        let Answer::Known(value) = self.facts.answer(path) else { return None };
        let choice = |id: &madoka_facts::Id| {
            let found = fact.choices.iter().find(|(known, _)| known == id);
            found.map(|(_, text)| self.say(text).to_owned())
        };
        let value = match value {
            Value::Bool(true) => return Some(label.to_owned()),
            // 「…ではない」 reads badly with most labels; what is so explains more than what is not.
            Value::Bool(false) | Value::Text(_) | Value::Date(_) => return None,
            Value::Choice(id) => choice(id)?,
            Value::Choices(ids) => {
                if ids.is_empty() {
                    return None;
                }
                let said: Option<Vec<String>> = ids.iter().map(choice).collect();
                said?.join(if self.language == Language::En { ", " } else { "・" })
            }
            Value::Number(number) => {
                let unit = match self.language {
                    Language::Ja => fact.unit.as_deref().unwrap_or_default(),
                    Language::Easy | Language::En => "",
                };
                format!("{number}{unit}")
            }
        };
        Some(match self.language {
            Language::Ja | Language::Easy => format!("{label}：{value}"),
            Language::En => format!("{label}: {value}"),
        })
    }

    /// What nobody knows yet, in the resident's words.
    fn open(&self, entry: &Entry) -> Vec<String> {
        let mut open: Vec<String> = Vec::new();
        for path in &entry.open {
            let declared = path.declared();
            let known = self.pack.facts.iter().find(|fact| fact.path == declared);
            let sensitive =
                self.pack.vocabulary.declaration(&declared).is_some_and(|declared| declared.sensitive);
            let label = match known {
                Some(fact) if !sensitive => self.say(&fact.label).to_owned(),
                None if self.language == Language::Ja => self.pack.vocabulary.label(path),
                _ => continue,
            };
            if !open.contains(&label) {
                open.push(label);
            }
        }
        open.truncate(3);
        open
    }

    /// 持ち物 of everything still open, in the pack's order.
    fn things(&self, rows: &[Row<'a>]) -> Vec<Thing> {
        let mut sure: Vec<Option<bool>> = vec![None; self.pack.items.len()];
        let open = |row: &&Row<'a>| !matches!(row.kind, SectionKind::Done | SectionKind::NotAsked);
        for row in rows.iter().filter(open) {
            for (at, certain) in &row.entry.bring {
                let Some(bring) = row.procedure.bring.get(*at) else { continue };
                let Some(item) = self.pack.items.iter().position(|item| item.id == bring.item) else {
                    continue;
                };
                let certain = *certain && row.entry.verdict == Verdict::Needed;
                if let Some(known) = sure.get_mut(item) {
                    *known = Some(known.unwrap_or(false) || certain);
                }
            }
        }
        let items = self.pack.items.iter().zip(sure);
        items
            .filter_map(|(item, sure)| {
                Some(Thing {
                    name: self.say(&item.name).to_owned(),
                    note: item.note.as_ref().map(|note| self.say(note).to_owned()).unwrap_or_default(),
                    sure: sure?,
                })
            })
            .collect()
    }

    /// The office that knows this case best: the one with most to do here, else the first to visit.
    fn contact(&self, sheet: &GuideSheet) -> Option<Contact> {
        let city = sheet.sections.iter().filter(|section| section.kind != SectionKind::Outside);
        let stops = city.flat_map(|section| &section.stops).filter(|stop| !stop.phone.is_empty());
        let stop = stops.max_by_key(|stop| stop.tasks.len());
        let desk =
            self.pack.offices.iter().find(|office| sheet.bereavement && office.id.as_str() == "okuyami");
        match (desk, stop) {
            (Some(Office { name, phone: Some(phone), .. }), _) => {
                Some(Contact { name: self.say(name).to_owned(), phone: phone.clone() })
            }
            (_, Some(stop)) => Some(Contact { name: stop.name.clone(), phone: stop.phone.clone() }),
            _ => None,
        }
    }
}

/// 「口座がわかるもの（通帳など）」 → 「口座がわかるもの」: the list at the end of the sheet has all of it. A reading in brackets
/// stays.
fn without_examples(name: &str) -> &str {
    let (open, close) = if name.ends_with(')') { ('(', ')') } else { ('（', '）') };
    if !name.ends_with(close) {
        return name;
    }
    let mut depth = 0_u32;
    for (at, letter) in name.char_indices().rev() {
        if letter == close {
            depth += 1;
        } else if letter == open {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                let inside =
                    name.get(at + open.len_utf8()..name.len() - close.len_utf8()).unwrap_or_default();
                let reading = inside.chars().all(|letter| matches!(letter, 'ぁ'..='ゖ' | 'ー'));
                return if reading { name } else { name.get(..at).unwrap_or(name).trim_end() };
            }
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::without_examples;

    #[test]
    fn 例を除いた短い名になり_読みがなは残る() {
        assert_eq!(without_examples("口座がわかるもの（通帳など）"), "口座がわかるもの");
        assert_eq!(without_examples("委任状（いにんじょう）"), "委任状（いにんじょう）");
        assert_eq!(
            without_examples(
                "身分証（みぶんしょう）（マイナンバーカード、車（くるま）の 免許証（めんきょしょう）など）"
            ),
            "身分証（みぶんしょう）"
        );
        assert_eq!(without_examples("Bank account details (passbook or similar)"), "Bank account details");
        assert_eq!(without_examples("（）"), "（）");
        assert_eq!(without_examples(""), "");
    }
}
