//! All facts of a case.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::same::{Same, is_account, is_shared};
use crate::{
    Attribute, FactPath, FactsError, Household, MAX_MEMBERS, PersonRef, Source, Standing, Statement, Value,
    Vocabulary,
};

/// What is known of one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<V> {
    Unasked,
    /// Asked, わからない.
    Unknown,
    Known(V),
}

/// Two sources that say different things. Both are kept; the most trusted one is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction<'a> {
    pub path: FactPath,
    /// All statements that count, the most trusted first.
    pub statements: Vec<&'a Statement>,
}

/// 事実: what has been said in a case, by whom, and what follows from that.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    statements: BTreeMap<FactPath, Vec<Statement>>,
    household: Household,
    members: u16,
    #[serde(default, skip_serializing_if = "Same::is_empty")]
    same: Same,
}

impl Facts {
    /// Adds what somebody said. Nothing said before is lost.
    pub fn state(
        &mut self,
        words: &Vocabulary,
        path: FactPath,
        statement: Statement,
    ) -> Result<(), FactsError> {
        let declaration = words.require(&path)?;
        if declaration.derived {
            return Err(FactsError::Derived { path: path.to_string() });
        }
        if let FactPath::Member(index, _) = path
            && index >= self.members
        {
            return Err(FactsError::NoSuchMember { path: path.to_string() });
        }
        match &statement.value {
            Some(value) if !declaration.kind.admits(value) => {
                return Err(FactsError::WrongType {
                    path: path.to_string(),
                    expected: declaration.kind.expected(),
                });
            }
            None if path == FactPath::Household => {
                self.household = Household::Unknown;
                return Ok(());
            }
            _ => {}
        }
        self.statements.entry(path).or_default().push(statement);
        Ok(())
    }

    /// Takes back what `source` said last about a fact, or hides it. The statement stays on record.
    pub fn withdraw(
        &mut self,
        path: &FactPath,
        source: Source,
        standing: Standing,
    ) -> Result<(), FactsError> {
        let statements = self.statements.get_mut(path).map(|all| all.iter_mut().rev());
        let last = statements.into_iter().flatten().find(|said| said.source == source && said.counts());
        last.ok_or_else(|| FactsError::NothingToWithdraw(path.to_string()))?.standing = standing;
        Ok(())
    }

    /// Adds a member and answers their index.
    pub fn add_member(&mut self) -> Result<u16, FactsError> {
        if usize::from(self.members) >= MAX_MEMBERS {
            return Err(FactsError::HouseholdTooLarge { limit: MAX_MEMBERS });
        }
        let index = self.members;
        self.members += 1;
        Ok(index)
    }

    /// Says how much of the household is known.
    pub const fn set_household(&mut self, household: Household) {
        self.household = household;
    }

    pub const fn household(&self) -> Household {
        self.household
    }

    pub const fn members(&self) -> u16 {
        self.members
    }

    /// `one` is the same person as `other`: their name, address, birth date … are read for both.
    pub fn same_person(
        &mut self,
        words: &Vocabulary,
        one: PersonRef,
        other: PersonRef,
    ) -> Result<(), FactsError> {
        for person in [&one, &other] {
            match person {
                PersonRef::Role(id) if words.person(id).is_none() => {
                    return Err(FactsError::UnknownPerson(id.to_string()));
                }
                PersonRef::Member(index) if *index >= self.members => {
                    return Err(FactsError::NoSuchMember { path: person.to_string() });
                }
                _ => {}
            }
        }
        self.same.declare(one, other)
    }

    /// Takes "same person" back; answers whether it had been said.
    pub fn not_same_person(&mut self, one: &PersonRef) -> bool {
        self.same.revoke(one)
    }

    /// Who was said to be whom.
    pub fn same(&self) -> impl Iterator<Item = (&PersonRef, &PersonRef)> {
        self.same.pairs()
    }

    /// The paths that tell the same thing: one, or several where roles are one person.
    fn pooled(&self, path: &FactPath) -> Vec<FactPath> {
        match PersonRef::of(path) {
            Some((person, attribute)) if is_shared(attribute) && !self.same.is_empty() => {
                let attribute: &Attribute = attribute;
                let everybody = self.same.everybody(&person);
                let owner = is_account(attribute).then(|| self.account_owner(&person, &everybody));
                match owner {
                    Some(owner) => vec![owner.fact(attribute.clone())],
                    None => everybody.iter().map(|person| person.fact(attribute.clone())).collect(),
                }
            }
            _ => vec![path.clone()],
        }
    }

    /// The paths that read what was said here.
    fn readers(&self, path: &FactPath) -> Vec<FactPath> {
        match PersonRef::of(path) {
            Some((person, attribute)) if is_shared(attribute) && !self.same.is_empty() => {
                self.same.everybody(&person).iter().map(|person| person.fact(attribute.clone())).collect()
            }
            _ => vec![path.clone()],
        }
    }

    /// Whose account counts for a person who is several. Roles of one person may each name an account of their own (葬祭費
    /// goes to 喪主, refunds to 相続人代表者); one that names none uses the only one there is.
    fn account_owner(&self, person: &PersonRef, everybody: &BTreeSet<PersonRef>) -> PersonRef {
        let names_one = |person: &PersonRef| {
            let said = self.statements.iter().filter(|(_, said)| said.iter().any(Statement::counts));
            said.filter_map(|(path, _)| PersonRef::of(path))
                .any(|(owner, attribute)| owner == *person && is_account(attribute))
        };
        if names_one(person) {
            return person.clone();
        }
        let mut owners = everybody.iter().filter(|other| names_one(other));
        match (owners.next(), owners.next()) {
            (Some(only), None) => only.clone(),
            _ => person.clone(),
        }
    }

    /// Everything said about a fact, in the order it was said (of one person after the other), withdrawn or not.
    pub fn history(&self, path: &FactPath) -> Vec<&Statement> {
        self.pooled(path).iter().filter_map(|path| self.statements.get(path)).flatten().collect()
    }

    /// What counts about a fact: the most trusted source; of one source the latest.
    pub fn answer(&self, path: &FactPath) -> Answer<&Value> {
        self.best(path).map_or(Answer::Unasked, |statement| {
            statement.value.as_ref().map_or(Answer::Unknown, Answer::Known)
        })
    }

    /// The statement behind [`Self::answer`].
    pub fn best(&self, path: &FactPath) -> Option<&Statement> {
        let mut best: Option<&Statement> = None;
        for path in self.pooled(path) {
            for statement in
                self.statements.get(&path).into_iter().flatten().filter(|statement| statement.counts())
            {
                let better = best.is_none_or(|best| match (&statement.value, &best.value) {
                    // わからない of one source does not undo what another knows.
                    (Some(_), None) => true,
                    (None, Some(_)) => statement.source == best.source,
                    _ => !best.source.is_trusted_over(statement.source),
                });
                if better {
                    best = Some(statement);
                }
            }
        }
        best
    }

    /// Every fact about which something was said, with what counts. Roles that are one person each have it.
    pub fn answers(&self) -> BTreeMap<FactPath, Answer<&Value>> {
        let mut paths: BTreeSet<FactPath> = BTreeSet::new();
        for path in self.statements.keys() {
            paths.extend(self.readers(path));
        }
        paths.into_iter().map(|path| (path.clone(), self.answer(&path))).collect()
    }

    /// Calls `take` with every fact that counts; the cheap way for the engine.
    pub fn for_each(&self, mut take: impl FnMut(&FactPath, Answer<&Value>)) {
        if self.same.is_empty() {
            for path in self.statements.keys() {
                take(path, self.answer_alone(path));
            }
        } else {
            for (path, answer) in self.answers() {
                take(&path, answer);
            }
        }
    }

    /// [`Self::answer`] where nobody is anybody else.
    fn answer_alone(&self, path: &FactPath) -> Answer<&Value> {
        match self.statements.get(path).map(Vec::as_slice) {
            Some([only]) if only.counts() => only.value.as_ref().map_or(Answer::Unknown, Answer::Known),
            _ => self.answer(path),
        }
    }

    /// Facts about which sources disagree, and no officer has chosen since.
    pub fn contradictions(&self) -> Vec<Contradiction<'_>> {
        let mut found: Vec<Contradiction<'_>> = Vec::new();
        let mut seen = BTreeSet::new();
        for path in self.statements.keys() {
            let pooled = self.pooled(path);
            if pooled.first().is_some_and(|first| !seen.insert(first.clone())) {
                continue;
            }
            // Of one source only its latest word counts: correcting oneself is no contradiction.
            let mut latest: BTreeMap<(Source, &FactPath), &Statement> = BTreeMap::new();
            for path in &pooled {
                for statement in self.statements.get(path).into_iter().flatten().filter(|said| said.counts())
                {
                    latest.insert((statement.source, path), statement);
                }
            }
            let mut statements: Vec<&Statement> =
                latest.into_values().filter(|said| said.value.is_some()).collect();
            statements.sort_by_key(|statement| std::cmp::Reverse(statement.source));
            let disagree = statements.iter().enumerate().any(|(at, one)| {
                statements.iter().skip(at + 1).any(|other| match (&one.value, &other.value) {
                    (Some(one), Some(other)) => !one.may_equal(other),
                    _ => false,
                })
            });
            if disagree && !settled(&statements) {
                found.push(Contradiction { path: path.clone(), statements });
            }
        }
        found
    }
}

/// An officer who stated a value after all others who say otherwise has chosen: what those say stays on record and is no
/// open question any more. What speaks up after the officer is one again.
fn settled(statements: &[&Statement]) -> bool {
    let staff = statements.iter().filter(|said| said.source == Source::Staff);
    let Some(chosen) = staff.max_by_key(|said| said.at) else { return false };
    statements
        .iter()
        .filter(|said| match (&said.value, &chosen.value) {
            (Some(one), Some(other)) => !one.may_equal(other),
            _ => false,
        })
        // Two officers' words about one person, under two roles, still differ.
        .all(|otherwise| {
            otherwise.source != Source::Staff && otherwise.at.is_some() && otherwise.at < chosen.at
        })
}
