//! Reading what a printer answers. It is an outside voice: anything may be missing, of another kind, or doubled.

use ipp::prelude::*;

/// The attributes of the first group of a kind.
pub(super) struct Attributes<'a>(Option<&'a IppAttributeGroup>);

impl<'a> Attributes<'a> {
    pub(super) fn of(answer: &'a IppRequestResponse, tag: DelimiterTag) -> Self {
        Self(answer.attributes().groups_of(tag).next())
    }

    pub(super) const fn group(group: &'a IppAttributeGroup) -> Self {
        Self(Some(group))
    }

    fn value(&self, name: &str) -> Option<&'a IppValue> {
        self.0?.get(name).map(IppAttribute::value)
    }

    pub(super) fn words(&self, name: &str) -> Vec<String> {
        let one = |value: &IppValue| word(value).map(str::to_owned);
        match self.value(name) {
            Some(IppValue::Array(values)) => values.iter().filter_map(one).collect(),
            Some(value) => one(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    pub(super) fn word(&self, name: &str) -> Option<&'a str> {
        self.value(name).and_then(word)
    }

    pub(super) fn number(&self, name: &str) -> Option<i32> {
        self.value(name).and_then(number)
    }

    pub(super) fn numbers(&self, name: &str) -> Vec<i32> {
        match self.value(name) {
            Some(IppValue::Array(values)) => values.iter().filter_map(number).collect(),
            Some(value) => number(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    pub(super) fn most(&self, name: &str) -> Option<i32> {
        match self.value(name)? {
            IppValue::RangeOfInteger { max, .. } => Some(*max),
            value => number(value),
        }
    }

    pub(super) fn yes(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            IppValue::Boolean(yes) => Some(*yes),
            _ => None,
        }
    }
}

fn word(value: &IppValue) -> Option<&str> {
    match value {
        IppValue::Keyword(text)
        | IppValue::NameWithoutLanguage(text)
        | IppValue::MimeMediaType(text)
        | IppValue::NameWithLanguage { name: text, .. } => Some(text.as_str()),
        IppValue::TextWithoutLanguage(text) | IppValue::TextWithLanguage { text, .. } => Some(text),
        IppValue::Uri(text) => Some(text.as_str()),
        _ => None,
    }
}

const fn number(value: &IppValue) -> Option<i32> {
    match value {
        IppValue::Integer(number) | IppValue::Enum(number) => Some(*number),
        _ => None,
    }
}
