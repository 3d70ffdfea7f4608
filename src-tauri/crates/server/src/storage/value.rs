//! What goes into statements and what comes out of rows, the same for both databases.

use jiff::Timestamp;
use uuid::Uuid;

use super::StorageError;

/// One value in a column. A truth is 0 or 1; a [`Uuid`] is 16 bytes; a [`Timestamp`] is microseconds since 1970.
///
/// `Debug` shows the kind only: a value may be about a person.
#[derive(Clone, PartialEq)]
pub enum Value {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Int(_) => "Int(…)",
            Self::Real(_) => "Real(…)",
            Self::Text(_) => "Text(…)",
            Self::Blob(_) => "Blob(…)",
        })
    }
}

impl Value {
    /// About how much memory it takes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Null | Self::Int(_) | Self::Real(_) => 8,
            Self::Text(text) => text.len(),
            Self::Blob(bytes) => bytes.len(),
        }
    }
}

/// The values of a statement: `values![id, name, 3]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::storage::Value::from($value)),*] };
}

macro_rules! into_value {
    ($($from:ty => |$value:ident| $make:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $make
            }
        }
    )*};
}

into_value! {
    i64 => |value| Self::Int(value);
    i32 => |value| Self::Int(value.into());
    u32 => |value| Self::Int(value.into());
    u16 => |value| Self::Int(value.into());
    u8 => |value| Self::Int(value.into());
    bool => |value| Self::Int(value.into());
    f64 => |value| Self::Real(value);
    String => |value| Self::Text(value);
    &String => |value| Self::Text(value.clone());
    &str => |value| Self::Text(value.to_owned());
    Vec<u8> => |value| Self::Blob(value);
    &Vec<u8> => |value| Self::Blob(value.clone());
    &[u8] => |value| Self::Blob(value.to_owned());
    Uuid => |value| Self::Blob(value.as_bytes().to_vec());
    Timestamp => |value| Self::Int(value.as_microsecond());
    // Beyond i64 nothing here counts; what would be is stored as the largest.
    u64 => |value| Self::Int(i64::try_from(value).unwrap_or(i64::MAX));
    usize => |value| Self::Int(i64::try_from(value).unwrap_or(i64::MAX));
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// What a column can be read as.
pub trait FromValue: Sized {
    fn from_value(value: Value) -> Option<Self>;
}

macro_rules! from_value {
    ($($to:ty => |$value:ident| $make:expr;)*) => {$(
        impl FromValue for $to {
            fn from_value($value: Value) -> Option<Self> {
                $make
            }
        }
    )*};
}

fn int(value: &Value) -> Option<i64> {
    if let Value::Int(value) = value { Some(*value) } else { None }
}

from_value! {
    Value => |value| Some(value);
    i64 => |value| int(&value);
    i32 => |value| int(&value)?.try_into().ok();
    u64 => |value| int(&value)?.try_into().ok();
    u32 => |value| int(&value)?.try_into().ok();
    u16 => |value| int(&value)?.try_into().ok();
    u8 => |value| int(&value)?.try_into().ok();
    usize => |value| int(&value)?.try_into().ok();
    bool => |value| int(&value).map(|value| value != 0);
    Timestamp => |value| Timestamp::from_microsecond(int(&value)?).ok();
    f64 => |value| if let Value::Real(value) = value { Some(value) } else { None };
    String => |value| if let Value::Text(value) = value { Some(value) } else { None };
    Vec<u8> => |value| if let Value::Blob(value) = value { Some(value) } else { None };
    Uuid => |value| Uuid::from_slice(&Vec::from_value(value)?).ok();
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: Value) -> Option<Self> {
        Vec::from_value(value)?.try_into().ok()
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        if value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}

/// One row of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(Vec<Value>);

impl Row {
    pub(super) fn new(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// The column at this place, counted from 0.
    pub fn get<T: FromValue>(&self, column: usize) -> Result<T, StorageError> {
        let value = self.0.get(column).cloned().ok_or(StorageError::Column(column))?;
        T::from_value(value).ok_or(StorageError::Column(column))
    }

    pub fn into_values(self) -> Vec<Value> {
        self.0
    }
}
