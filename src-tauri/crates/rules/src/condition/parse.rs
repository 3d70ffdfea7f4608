//! Reads the text of a condition. Total: any text gives a tree or an error, in bounded time and stack.

use std::iter::Peekable;
use std::str::CharIndices;

use jiff::civil::Date;
use madoka_facts::{DeclaredPath, Id};

use super::tree::{Basis, Branches, Condition, DateSide, Literal, Offset, Quantifier, Test, Unit};
use crate::kleene::Compare;

/// Longest text, in characters.
pub const MAX_LENGTH: usize = 4000;
/// Most tests and connectives of one condition.
pub const MAX_PARTS: usize = 400;
/// Deepest nesting of parentheses and `not`.
pub const MAX_DEPTH: usize = 16;

/// What is wrong with a condition's text. `at` counts characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    #[error("条件が空です。いつでも当てはまるなら always と書いてください。")]
    Empty,
    #[error("条件が長すぎます（{MAX_LENGTH}文字まで）。共通の条件（conditions.toml）に分けてください。")]
    TooLong,
    #[error("条件の部品が多すぎます（{MAX_PARTS}個まで）。共通の条件（conditions.toml）に分けてください。")]
    TooManyParts,
    #[error("条件のかっこが深すぎます（{MAX_DEPTH}段まで）。共通の条件（conditions.toml）に分けてください。")]
    TooDeep,
    #[error("条件の{at}文字目：{expected}があるはずのところに「{found}」があります。")]
    Expected { at: usize, expected: &'static str, found: String },
    #[error("条件の{at}文字目：使えない文字「{found}」があります。")]
    Character { at: usize, found: char },
    #[error("条件の{at}文字目：文字列が \" で閉じられていません。")]
    OpenText { at: usize },
    #[error(
        "条件の{at}文字目：「{found}」は事実の名前になりません。「deceased.head」「member.school」のように書いてください。"
    )]
    Path { at: usize, found: String },
    #[error("条件の{at}文字目：数が大きすぎます。")]
    Number { at: usize },
    #[error(
        "条件の{at}文字目：household ( … ) の中に、もう1つ household ( … ) は書けません。共通の条件（conditions.toml）に分けてください。"
    )]
    NestedHousehold { at: usize },
}

impl ConditionError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "R101",
            Self::TooLong => "R102",
            Self::TooManyParts => "R103",
            Self::TooDeep => "R104",
            Self::Expected { .. } => "R105",
            Self::Character { .. } => "R106",
            Self::OpenText { .. } => "R107",
            Self::Path { .. } => "R108",
            Self::Number { .. } => "R109",
            Self::NestedHousehold { .. } => "R110",
        }
    }
}

/// Reads a condition.
///
/// ```
/// use madoka_rules::parse_condition;
/// let condition = parse_condition("deceased.resident and  not(deceased.insurance=koki)")?;
/// assert_eq!(condition.to_string(), "deceased.resident and deceased.insurance != koki");
/// # Ok::<(), madoka_rules::ConditionError>(())
/// ```
pub fn parse_condition(text: &str) -> Result<Condition, ConditionError> {
    let condition = parse_once(text)?;
    // The limits are those of the canonical form, which may be longer and deeper: what was read can be saved and read again.
    let canonical = condition.to_string();
    if canonical != text {
        parse_once(&canonical)?;
    }
    Ok(condition)
}

fn parse_once(text: &str) -> Result<Condition, ConditionError> {
    if text.chars().count() > MAX_LENGTH {
        return Err(ConditionError::TooLong);
    }
    let tokens = Lexer { chars: text.char_indices().peekable(), text, at: 0 }.all()?;
    if tokens.is_empty() {
        return Err(ConditionError::Empty);
    }
    let end = text.chars().count() + 1;
    let mut parser = Parser { tokens, next: 0, end, parts: 0, in_household: false };
    let condition = parser.any_of(0)?;
    match parser.peek() {
        None => Ok(condition),
        Some(_) => Err(parser.expected("「and」「or」か条件の終わり")),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A word or a path.
    Word(String),
    Named(String),
    Text(String),
    Number(u64),
    Day(Date),
    Sign(&'static str),
}

impl Token {
    fn shown(&self) -> String {
        let text = match self {
            Self::Word(word) => word.clone(),
            Self::Named(name) => format!("@{name}"),
            Self::Text(text) => format!("\"{text}\""),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Sign(sign) => (*sign).to_owned(),
        };
        if text.chars().count() > 40 { text.chars().take(40).chain(['…']).collect() } else { text }
    }
}

struct Lexer<'a> {
    chars: Peekable<CharIndices<'a>>,
    text: &'a str,
    /// Characters taken so far.
    at: usize,
}

impl Lexer<'_> {
    fn all(mut self) -> Result<Vec<(usize, Token)>, ConditionError> {
        let mut tokens = Vec::new();
        while let Some(&(offset, c)) = self.chars.peek() {
            let at = self.at + 1;
            if c.is_ascii_whitespace() {
                self.take();
                continue;
            }
            let token = match c {
                'a'..='z' => Token::Word(self.word(offset)),
                '@' => {
                    self.take();
                    Token::Named(self.word(offset + 1))
                }
                '0'..='9' => self.number(offset)?,
                '"' => self.quoted()?,
                _ => self.sign(c, at)?,
            };
            tokens.push((at, token));
        }
        Ok(tokens)
    }

    fn take(&mut self) -> Option<char> {
        self.at += 1;
        self.chars.next().map(|(_, c)| c)
    }

    fn run(&mut self, start: usize, belongs: impl Fn(char) -> bool) -> &str {
        let mut end = start;
        while let Some(&(offset, c)) = self.chars.peek()
            && belongs(c)
        {
            end = offset + c.len_utf8();
            self.take();
        }
        self.text.get(start..end).unwrap_or_default()
    }

    fn word(&mut self, start: usize) -> String {
        self.run(start, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.')).to_owned()
    }

    /// `2026-04-01` is a date; anything else that starts with a digit is a number.
    fn number(&mut self, start: usize) -> Result<Token, ConditionError> {
        let at = self.at + 1;
        if let Some(day) = self.text.get(start..start + 10).filter(|text| is_date(text)) {
            let date = day.parse().map_err(|_| ConditionError::Expected {
                at,
                expected: "暦にある日付",
                found: day.to_owned(),
            })?;
            for _ in 0..10 {
                self.take();
            }
            return Ok(Token::Day(date));
        }
        let digits = self.run(start, |c| c.is_ascii_digit());
        digits.parse().map(Token::Number).map_err(|_| ConditionError::Number { at })
    }

    fn quoted(&mut self) -> Result<Token, ConditionError> {
        let at = self.at + 1;
        self.take();
        let mut text = String::new();
        loop {
            match self.take() {
                Some('"') => return Ok(Token::Text(text)),
                Some('\\') => text.push(self.take().ok_or(ConditionError::OpenText { at })?),
                Some(c) => text.push(c),
                None => return Err(ConditionError::OpenText { at }),
            }
        }
    }

    fn sign(&mut self, c: char, at: usize) -> Result<Token, ConditionError> {
        self.take();
        let equals = matches!(self.chars.peek(), Some((_, '=')));
        let sign = match (c, equals) {
            ('<', true) => "<=",
            ('>', true) => ">=",
            ('!', true) => "!=",
            ('<', false) => "<",
            ('>', false) => ">",
            ('=', _) => "=",
            ('(', _) => "(",
            (')', _) => ")",
            ('[', _) => "[",
            (']', _) => "]",
            (',', _) => ",",
            ('+', _) => "+",
            ('-', _) => "-",
            _ => return Err(ConditionError::Character { at, found: c }),
        };
        if sign.len() == 2 {
            self.take();
        }
        Ok(Token::Sign(sign))
    }
}

fn is_date(text: &str) -> bool {
    text.bytes()
        .enumerate()
        .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    end: usize,
    parts: usize,
    in_household: bool,
}

type Parsed<T> = Result<T, ConditionError>;

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    fn expected(&self, expected: &'static str) -> ConditionError {
        let found = self.peek().map_or_else(|| "（終わり）".to_owned(), Token::shown);
        ConditionError::Expected { at: self.at(), expected, found }
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Sign(found)) if *found == sign);
        self.next += usize::from(is);
        is
    }

    fn need_sign(&mut self, sign: &str, expected: &'static str) -> Parsed<()> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.expected(expected)) }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Word(found)) if found == word);
        self.next += usize::from(is);
        is
    }

    fn part(&mut self) -> Parsed<()> {
        self.parts += 1;
        if self.parts > MAX_PARTS { Err(ConditionError::TooManyParts) } else { Ok(()) }
    }

    fn any_of(&mut self, depth: usize) -> Parsed<Condition> {
        let first = self.all_of(depth)?;
        if !self.take_word("or") {
            return Ok(first);
        }
        let mut branches = vec![first, self.all_of(depth)?];
        while self.take_word("or") {
            branches.push(self.all_of(depth)?);
        }
        self.part()?;
        Branches::new(branches).map(Condition::Any).ok_or_else(|| self.expected("条件"))
    }

    fn all_of(&mut self, depth: usize) -> Parsed<Condition> {
        let first = self.negation(depth)?;
        if !self.take_word("and") {
            return Ok(first);
        }
        let mut branches = vec![first, self.negation(depth)?];
        while self.take_word("and") {
            branches.push(self.negation(depth)?);
        }
        self.part()?;
        Branches::new(branches).map(Condition::All).ok_or_else(|| self.expected("条件"))
    }

    fn negation(&mut self, depth: usize) -> Parsed<Condition> {
        self.part()?;
        if depth > MAX_DEPTH {
            return Err(ConditionError::TooDeep);
        }
        if self.take_word("not") {
            return self.negation(depth + 1).map(Condition::negated);
        }
        self.atom(depth)
    }

    fn atom(&mut self, depth: usize) -> Parsed<Condition> {
        if self.take_sign("(") {
            let inner = self.any_of(depth + 1)?;
            self.need_sign(")", "「)」")?;
            return Ok(inner);
        }
        let at = self.at();
        match self.peek().cloned() {
            Some(Token::Named(name)) => {
                self.next += 1;
                name.parse()
                    .map(Condition::Named)
                    .map_err(|_| ConditionError::Path { at, found: format!("@{name}") })
            }
            Some(Token::Word(word)) => match word.as_str() {
                "always" | "never" => {
                    self.next += 1;
                    Ok(if word == "always" { Condition::Always } else { Condition::Never })
                }
                "any" | "every" | "count" => self.household(&word, depth),
                "age" => self.age(),
                "and" | "or" | "in" | "has" => Err(self.expected("条件")),
                _ => self.test(),
            },
            _ => Err(self.expected("条件")),
        }
    }

    fn household(&mut self, word: &str, depth: usize) -> Parsed<Condition> {
        let at = self.at();
        self.next += 1;
        if !self.take_word("household") {
            return Err(self.expected("「household」"));
        }
        if self.in_household {
            return Err(ConditionError::NestedHousehold { at });
        }
        self.need_sign("(", "「(」")?;
        self.in_household = true;
        let inner = Box::new(self.any_of(depth + 1)?);
        self.in_household = false;
        self.need_sign(")", "「)」")?;
        Ok(match word {
            "any" => Condition::Household(Quantifier::Any, inner),
            "every" => Condition::Household(Quantifier::Every, inner),
            _ => {
                let (compare, not) = self.compare()?;
                let quantifier = Quantifier::Count(compare, self.small_number()?);
                negate_if(not, Condition::Household(quantifier, inner))
            }
        })
    }

    fn age(&mut self) -> Parsed<Condition> {
        self.next += 1;
        self.need_sign("(", "「(」")?;
        let birth = self.path()?;
        self.need_sign(",", "「,」")?;
        if !self.take_word("on") {
            return Err(self.expected("「on」"));
        }
        let on = self.path()?;
        self.need_sign(",", "「,」")?;
        let basis = [Basis::DayBeforeBirthday, Basis::Birthday, Basis::FiscalYearEnd]
            .into_iter()
            .find(|basis| self.take_word(basis.word()))
            .ok_or_else(|| self.expected("「day_before_birthday」「birthday」「fiscal_year_end」のどれか"))?;
        self.need_sign(")", "「)」")?;
        let (compare, not) = self.compare()?;
        let years = self.small_number()?;
        Ok(negate_if(not, Condition::Test(Test::Age { birth, on, basis, compare, years })))
    }

    fn test(&mut self) -> Parsed<Condition> {
        let path = self.path()?;
        if self.take_word("has") {
            let all = self.take_word("all");
            if !all && !self.take_word("any") {
                return Err(self.expected("「any」か「all」"));
            }
            let ids = self.list(Self::choice)?;
            return Ok(Condition::Test(if all { Test::HasAll(path, ids) } else { Test::HasAny(path, ids) }));
        }
        let not = self.take_word("not");
        if self.take_word("in") {
            let values = self.list(|parser| {
                parser.part()?;
                parser.literal()
            })?;
            return Ok(negate_if(not, Condition::Test(Test::In(path, values))));
        }
        if not {
            return Err(self.expected("「in」"));
        }
        if !matches!(self.peek(), Some(Token::Sign("<" | "<=" | "=" | "!=" | ">=" | ">"))) {
            return Ok(Condition::Test(Test::True(path)));
        }
        let (compare, not) = self.compare()?;
        let test = self.compared(path, compare)?;
        Ok(negate_if(not, Condition::Test(test)))
    }

    fn compared(&mut self, path: DeclaredPath, compare: Compare) -> Parsed<Test> {
        match self.peek().cloned() {
            Some(Token::Day(day)) => {
                self.next += 1;
                Ok(Test::Date(path, compare, DateSide::Day(day)))
            }
            Some(Token::Number(_) | Token::Sign("-")) => Ok(Test::Number(path, compare, self.integer()?)),
            Some(Token::Word(word)) if word.contains('.') => {
                let other = self.path()?;
                Ok(Test::Date(path, compare, DateSide::Fact(other, self.offset()?)))
            }
            Some(Token::Word(_) | Token::Text(_)) if compare == Compare::Equal => {
                Ok(Test::Is(path, self.literal()?))
            }
            _ if compare == Compare::Equal => Err(self.expected("比べる値")),
            _ => Err(self.expected("数、日付か日付の事実")),
        }
    }

    fn offset(&mut self) -> Parsed<Offset> {
        let sign = if self.take_sign("+") {
            1
        } else if self.take_sign("-") {
            -1
        } else {
            return Ok(Offset::NONE);
        };
        let amount =
            i32::try_from(self.small_number()?).map_err(|_| ConditionError::Number { at: self.at() })?;
        let unit = [(Unit::Days, "day"), (Unit::Months, "month"), (Unit::Years, "year")]
            .into_iter()
            .find(|(unit, one)| self.take_word(unit.word()) || self.take_word(one))
            .map(|(unit, _)| unit)
            .ok_or_else(|| self.expected("「days」「months」「years」のどれか"))?;
        // Nothing later is the day itself, whatever the unit: one tree for one meaning.
        Ok(if amount == 0 { Offset::NONE } else { Offset { amount: sign * amount, unit } })
    }

    fn compare(&mut self) -> Parsed<(Compare, bool)> {
        let found = match self.peek() {
            Some(Token::Sign("<")) => (Compare::Less, false),
            Some(Token::Sign("<=")) => (Compare::AtMost, false),
            Some(Token::Sign("=")) => (Compare::Equal, false),
            Some(Token::Sign("!=")) => (Compare::Equal, true),
            Some(Token::Sign(">=")) => (Compare::AtLeast, false),
            Some(Token::Sign(">")) => (Compare::More, false),
            _ => return Err(self.expected("比べる記号（>= など）")),
        };
        self.next += 1;
        Ok(found)
    }

    fn path(&mut self) -> Parsed<DeclaredPath> {
        let at = self.at();
        let Some(Token::Word(word)) = self.peek().cloned() else {
            return Err(self.expected("事実の名前"));
        };
        let wrong = || ConditionError::Path { at, found: Token::Word(word.clone()).shown() };
        let path = match word.strip_prefix("member.") {
            Some(attribute) => DeclaredPath::EachMember(attribute.parse().map_err(|_| wrong())?),
            None => match word.parse::<DeclaredPath>() {
                Ok(path @ (DeclaredPath::Case(_) | DeclaredPath::Person(..))) => path,
                _ => return Err(wrong()),
            },
        };
        self.next += 1;
        Ok(path)
    }

    fn choice(&mut self) -> Parsed<Id> {
        self.part()?;
        let id = match self.peek() {
            Some(Token::Word(word)) => word.parse().ok(),
            _ => None,
        };
        let id = id.ok_or_else(|| self.expected("選択肢のID"))?;
        self.next += 1;
        Ok(id)
    }

    fn literal(&mut self) -> Parsed<Literal> {
        match self.peek().cloned() {
            Some(Token::Word(_)) => self.choice().map(Literal::Choice),
            Some(Token::Text(text)) => {
                self.next += 1;
                Ok(Literal::Text(text))
            }
            _ => self.integer().map(Literal::Number),
        }
    }

    fn integer(&mut self) -> Parsed<i64> {
        let at = self.at();
        let negative = self.take_sign("-");
        let Some(Token::Number(number)) = self.peek() else {
            return Err(self.expected("値"));
        };
        let number = i64::try_from(*number).map_err(|_| ConditionError::Number { at })?;
        self.next += 1;
        Ok(if negative { -number } else { number })
    }

    fn small_number(&mut self) -> Parsed<u32> {
        let at = self.at();
        let Some(Token::Number(number)) = self.peek() else {
            return Err(self.expected("数"));
        };
        let number = u32::try_from(*number).ok().filter(|number| *number <= 100_000);
        self.next += 1;
        number.ok_or(ConditionError::Number { at })
    }

    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.need_sign("[", "「[」")?;
        let mut items = vec![item(self)?];
        while self.take_sign(",") {
            items.push(item(self)?);
        }
        self.need_sign("]", "「]」か「,」")?;
        Ok(items)
    }
}

fn negate_if(not: bool, condition: Condition) -> Condition {
    if not { condition.negated() } else { condition }
}
