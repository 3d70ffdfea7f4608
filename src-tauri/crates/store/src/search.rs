//! Finding cases: by day, 受付番号, case number, name, kana and birth date.

use std::collections::BTreeMap;

use jiff::Timestamp;
use madoka_casework::{Case, CaseId, Event, EventKind, State, Ticket};
use madoka_facts::{FactPath, Value};
use madoka_text::{BirthDate, to_half_width};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params, params_from_iter};
use uuid::Uuid;

use crate::fold::{folded, gram, grams, pairs};
use crate::{Store, StoreError};

/// One line of a list: nothing is folded for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseSummary {
    pub id: CaseId,
    /// 案件番号
    pub number: Option<u64>,
    pub ticket: String,
    pub life_event: String,
    pub state: State,
    pub opened: Timestamp,
    /// When it came into its state.
    pub since: Timestamp,
    pub owner_staff: Option<String>,
    pub owner_terminal: Option<String>,
    /// Late events for a person to decide about.
    pub late: u32,
}

/// What a search found, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub cases: Vec<CaseSummary>,
    /// There are more; another word narrows it.
    pub more: bool,
}

const COLUMNS: &str =
    "case_id, number, ticket, life_event, state, opened, since, owner_staff, owner_terminal, late";
/// People looked at for one search; beyond it the officer is asked for another word.
const MOST_LOOKED_AT: usize = 30_000;

fn summary(row: &Row<'_>) -> rusqlite::Result<CaseSummary> {
    let at = |second: i64| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(CaseSummary {
        id: CaseId::new(Uuid::from_bytes(row.get(0)?)),
        number: row.get(1)?,
        ticket: row.get(2)?,
        life_event: row.get(3)?,
        state: state_of(&row.get::<_, String>(4)?),
        opened: at(row.get(5)?),
        since: at(row.get(6)?),
        owner_staff: row.get(7)?,
        owner_terminal: row.get(8)?,
        late: row.get(9)?,
    })
}

const fn state_name(state: State) -> &'static str {
    match state {
        State::Waiting => "waiting",
        State::InHand => "in_hand",
        State::Closed => "closed",
        State::TakenBack => "taken_back",
    }
}

fn state_of(name: &str) -> State {
    [State::InHand, State::Closed, State::TakenBack]
        .into_iter()
        .find(|state| state_name(*state) == name)
        .unwrap_or(State::Waiting)
}

pub(crate) fn opened_between(
    connection: &Connection,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<CaseSummary>, StoreError> {
    let mut query = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM cases WHERE opened >= ? AND opened < ? ORDER BY opened, case_id"
    ))?;
    let rows = query.query_map([from.as_second(), until.as_second()], summary)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Brings the lists and the name index up to date with what was just taken in.
pub(crate) fn index<'a>(
    transaction: &Transaction<'_>,
    case: &Case,
    fresh: impl Iterator<Item = &'a Event>,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(&format!(
            "INSERT OR REPLACE INTO cases ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ))?
        .execute(params![
            case.id.as_uuid().as_bytes(),
            case.number(),
            case.ticket.as_str(),
            case.life_event.as_str(),
            state_name(case.state()),
            case.opened.as_second(),
            case.since().as_second(),
            case.owner().map(|owner| owner.staff.as_str()),
            case.owner().map(|owner| owner.terminal.as_str()),
            case.late().count(),
        ])?;
    let touches_people = |event: &Event| match &event.kind {
        EventKind::Stated { said } => is_of_interest(said.path()),
        EventKind::MemberRemoved { .. }
        | EventKind::MemberAdded { .. }
        | EventKind::Undone { .. }
        | EventKind::Hidden { .. }
        | EventKind::LateResolved { .. }
        | EventKind::HandedOver { .. }
        | EventKind::TakenOver { .. } => true,
        _ => false,
    };
    if fresh.into_iter().any(touches_people) { index_people(transaction, case) } else { Ok(()) }
}

fn attribute(path: &FactPath) -> Option<(String, &str)> {
    match path {
        FactPath::Person(person, attribute) => Some((person.to_string(), attribute.as_str())),
        FactPath::Member(member, attribute) => Some((format!("household[{member}]"), attribute.as_str())),
        FactPath::Case(_) | FactPath::Household => None,
    }
}

fn is_of_interest(path: &FactPath) -> bool {
    attribute(path).is_some_and(|(_, attribute)| {
        matches!(attribute, "name" | "name_kana" | "former_name" | "common_name" | "birth_date")
    })
}

/// Everything a person is called, in searchable form, and the day they were born.
#[derive(Default, PartialEq, Eq)]
struct Person {
    names: Vec<String>,
    birth: Option<String>,
}

fn people_of(case: &Case) -> BTreeMap<String, Person> {
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    for (path, statement, _) in case.stated() {
        let (true, Some((who, attribute)), Some(value)) =
            (is_of_interest(path), attribute(path), &statement.value)
        else {
            continue;
        };
        let person = people.entry(who).or_default();
        match value {
            Value::Text(text) if attribute != "birth_date" => {
                let name = folded(text);
                if !name.is_empty() && !person.names.contains(&name) {
                    person.names.push(name);
                }
            }
            // The trust in sources decides at the counter; for finding again the latest word is as good.
            Value::Date(day) => person.birth = Some(day.0.to_string()),
            _ => {}
        }
    }
    people
}

fn index_people(transaction: &Transaction<'_>, case: &Case) -> Result<(), StoreError> {
    let id = case.id.as_uuid();
    let mut wanted: Vec<(String, Option<String>)> =
        people_of(case).into_values().map(|person| (person.names.join("\n"), person.birth)).collect();
    // What stays as it was is not written again: most events change one person.
    let there: Vec<(i64, String, Option<String>)> = transaction
        .prepare_cached("SELECT person, names, birth FROM people WHERE case_id = ?")?
        .query_map([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (person, names, birth) in there {
        if let Some(at) = wanted.iter().position(|wanted| wanted.0 == names && wanted.1 == birth) {
            wanted.swap_remove(at);
        } else {
            forget_person(transaction, person, &names)?;
        }
    }
    for (names, birth) in wanted {
        transaction
            .prepare_cached("INSERT INTO people (case_id, names, birth) VALUES (?, ?, ?)")?
            .execute(params![id.as_bytes(), names, birth])?;
        let person = transaction.last_insert_rowid();
        let mut insert =
            transaction.prepare_cached("INSERT OR IGNORE INTO grams (gram, person) VALUES (?, ?)")?;
        for gram in grams(&names) {
            insert.execute([gram, person])?;
        }
    }
    Ok(())
}

fn forget_person(transaction: &Transaction<'_>, person: i64, names: &str) -> Result<(), StoreError> {
    let mut delete = transaction.prepare_cached("DELETE FROM grams WHERE gram = ? AND person = ?")?;
    for gram in grams(names) {
        delete.execute([gram, person])?;
    }
    transaction.prepare_cached("DELETE FROM people WHERE person = ?")?.execute([person])?;
    Ok(())
}

pub(crate) fn forget_people(transaction: &Transaction<'_>, id: CaseId) -> Result<(), StoreError> {
    let there: Vec<(i64, String)> = transaction
        .prepare_cached("SELECT person, names FROM people WHERE case_id = ?")?
        .query_map([id.as_uuid().as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    there.into_iter().try_for_each(|(person, names)| forget_person(transaction, person, &names))
}

/// One thing an officer searches by.
enum Word {
    Number(u64),
    Ticket(String),
    Birth(String),
    Name(String),
}

fn words_of(query: &str) -> Vec<Vec<Word>> {
    query.split_whitespace().take(8).map(meanings).filter(|meanings| !meanings.is_empty()).collect()
}

/// All that one word can mean.
fn meanings(word: &str) -> Vec<Word> {
    let narrow = to_half_width(word);
    let mut meanings = Vec::new();
    let digits = narrow.bytes().all(|b| b.is_ascii_digit());
    if digits && narrow.len() == 11 {
        meanings.extend(narrow.parse().ok().map(Word::Number));
    }
    if let Ok(day) = narrow.parse::<BirthDate>() {
        meanings.push(Word::Birth(day.to_string()));
    }
    if let Ok(ticket) = Ticket::parse(&narrow) {
        meanings.push(Word::Ticket(ticket.as_str().to_owned()));
    }
    let name = folded(word);
    if !digits && !name.is_empty() {
        meanings.push(Word::Name(name));
    }
    meanings
}

impl Store {
    /// Closed cases that something happened to behind this place, each with its last place, in that order.
    pub fn closed_after(&self, pos: u64, most: usize) -> Result<Vec<(CaseId, u64)>, StoreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT e.case_id, MAX(e.pos) AS last FROM events e JOIN cases c ON c.case_id = e.case_id
             WHERE e.pos > ?1 AND c.state = 'closed' GROUP BY e.case_id ORDER BY last LIMIT ?2",
        )?;
        let rows = query.query_map(params![pos, most], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.map(|row| row.map(|(id, last)| (CaseId::new(Uuid::from_bytes(id)), last)).map_err(Into::into))
            .collect()
    }

    /// 検索: cases that fit every word given, each a name or part of one (whatever glyphs, widths or kana), a birth date
    /// (`S30.4.1`, `1955-04-01`), a 受付番号 or an 11-digit case number.
    ///
    /// What an officer searches for may be a name: it stays out of logs and errors.
    pub fn search(&self, query: &str, most: usize) -> Result<Found, StoreError> {
        let words = words_of(query);
        if words.is_empty() {
            return Ok(Found::default());
        }
        let mut found: Vec<CaseId> = Vec::new();
        let mut more = false;
        self.by_number(&words, &mut found)?;
        self.by_ticket(&words, most, &mut found)?;
        more |= self.by_person(&words, most, &mut found)?;
        let mut cases = Vec::with_capacity(found.len());
        let mut query =
            self.connection.prepare_cached(&format!("SELECT {COLUMNS} FROM cases WHERE case_id = ?"))?;
        for id in found {
            cases.extend(query.query_row([id.as_uuid().as_bytes()], summary).optional()?);
        }
        cases.sort_by_key(|case| (std::cmp::Reverse(case.opened), case.id));
        more |= cases.len() > most;
        cases.truncate(most);
        Ok(Found { cases, more })
    }

    fn by_number(&self, words: &[Vec<Word>], found: &mut Vec<CaseId>) -> Result<(), StoreError> {
        let [only] = words else { return Ok(()) };
        for word in only {
            if let Word::Number(number) = word {
                let mut query =
                    self.connection.prepare_cached("SELECT case_id FROM cases WHERE number = ?")?;
                let id = query.query_row([number], |row| row.get(0)).optional()?;
                found.extend(id.map(|id| CaseId::new(Uuid::from_bytes(id))));
            }
        }
        Ok(())
    }

    fn by_ticket(&self, words: &[Vec<Word>], most: usize, found: &mut Vec<CaseId>) -> Result<(), StoreError> {
        let [only] = words else { return Ok(()) };
        for word in only {
            if let Word::Ticket(ticket) = word {
                let mut query = self.connection.prepare_cached(
                    "SELECT case_id FROM cases WHERE ticket = ? ORDER BY opened DESC LIMIT ?",
                )?;
                let rows = query
                    .query_map(params![ticket, i64::try_from(most).unwrap_or(i64::MAX)], |row| row.get(0))?;
                for id in rows {
                    push(found, CaseId::new(Uuid::from_bytes(id?)));
                }
            }
        }
        Ok(())
    }

    /// People whom every word fits, the newest first. Answers whether there are more.
    fn by_person(
        &self,
        words: &[Vec<Word>],
        most: usize,
        found: &mut Vec<CaseId>,
    ) -> Result<bool, StoreError> {
        let mut names: Vec<&str> = Vec::new();
        let mut births: Vec<&str> = Vec::new();
        for meanings in words {
            let mut fits = false;
            for meaning in meanings {
                match meaning {
                    Word::Birth(day) => births.push(day),
                    Word::Name(name) => names.push(name),
                    Word::Number(_) | Word::Ticket(_) => continue,
                }
                fits = true;
                break;
            }
            if !fits {
                return Ok(false);
            }
        }
        let matching = |row: &Row<'_>| -> rusqlite::Result<Option<CaseId>> {
            let people: String = row.get(1)?;
            let birth: Option<String> = row.get(2)?;
            let called = names.iter().all(|name| people.split('\n').any(|one| one.contains(name)));
            let born = births.iter().all(|day| birth.as_deref() == Some(*day));
            Ok(if called && born { Some(CaseId::new(Uuid::from_bytes(row.get(0)?))) } else { None })
        };
        let (query, given) = self.narrowest(&names, &births)?;
        let mut statement = self.connection.prepare_cached(&query)?;
        let mut rows = statement.query(params_from_iter(given))?;
        let (mut looked_at, mut hits) = (0, 0);
        while let Some(row) = rows.next()? {
            looked_at += 1;
            if let Some(id) = matching(row)? {
                hits += usize::from(push(found, id));
            }
            if hits > most || looked_at >= MOST_LOOKED_AT {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The query that looks at the fewest people: by birth date, or by the rarest pair of characters.
    fn narrowest(
        &self,
        names: &[&str],
        births: &[&str],
    ) -> Result<(String, Vec<rusqlite::types::Value>), StoreError> {
        if let Some(day) = births.first() {
            let query = "SELECT case_id, names, birth FROM people WHERE birth = ? ORDER BY person DESC";
            return Ok((query.to_owned(), vec![(*day).to_owned().into()]));
        }
        let mut all: Vec<i64> = names.iter().flat_map(|name| pairs(name)).collect();
        all.sort_unstable();
        all.dedup();
        if all.is_empty() {
            // One character alone.
            let first = names.first().and_then(|name| name.chars().next()).unwrap_or(' ');
            let (from, until) = (gram(first, None), gram(first, Some(char::MAX)));
            let query = "SELECT case_id, names, birth FROM people WHERE person IN
                (SELECT person FROM grams WHERE gram BETWEEN ? AND ?) ORDER BY person DESC";
            return Ok((query.to_owned(), vec![from.into(), until.into()]));
        }
        let mut counted: Vec<(i64, i64)> = Vec::with_capacity(all.len());
        let mut count = self
            .connection
            .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM grams WHERE gram = ? LIMIT 5000)")?;
        for gram in all {
            let many = count.query_row([gram], |row| row.get(0))?;
            counted.push((many, gram));
        }
        counted.sort_unstable();
        // The rarest walks; two more sieve before a name is read.
        let mut sieves = counted.into_iter().map(|(_, gram)| gram).take(3);
        let mut given = vec![sieves.next().unwrap_or_default().into()];
        let mut query =
            "SELECT p.case_id, p.names, p.birth FROM grams AS g CROSS JOIN people AS p ON p.person = g.person
            WHERE g.gram = ?"
                .to_owned();
        for gram in sieves {
            query.push_str(" AND EXISTS (SELECT 1 FROM grams WHERE gram = ? AND person = g.person)");
            given.push(gram.into());
        }
        query.push_str(" ORDER BY g.person DESC");
        Ok((query, given))
    }
}

fn push(found: &mut Vec<CaseId>, id: CaseId) -> bool {
    let new = !found.contains(&id);
    if new {
        found.push(id);
    }
    new
}
