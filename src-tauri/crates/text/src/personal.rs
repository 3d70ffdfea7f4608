//! Values of a person that must not reach a log by accident.

use std::fmt;

/// A value about a person: it works like the value, but `Debug` shows nothing of it.
///
/// There is no `Display`, no `Deref` and (unless the feature `personal-serde` is on) no serde: whoever needs the
/// value writes [`Personal::expose`], which is easy to find in review.
///
/// ```
/// use madoka_text::Personal;
/// let phone = Personal::new("090-0000-0000");
/// assert_eq!(format!("{phone:?}"), "Personal(…)");
/// assert_eq!(*phone.expose(), "090-0000-0000");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself. Say at the call why it is needed there.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    pub fn into_exposed(self) -> T {
        self.0
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Personal<U> {
        Personal(change(self.0))
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(…)")
    }
}

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

#[cfg(feature = "personal-serde")]
impl<T: serde::Serialize> serde::Serialize for Personal<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(feature = "personal-serde")]
impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Personal<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}
