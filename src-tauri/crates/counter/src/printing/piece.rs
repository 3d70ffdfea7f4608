//! What one job prints, in the words the queue keeps: pages are made again from these when the printer is ready.

use std::fmt;
use std::str::FromStr;

use madoka_facts::Id;
use madoka_forms::guide::Language;

/// One piece of paper work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// 確認票
    Cover,
    /// A form; of one `for = "member"` all of them, or the one of this member (by position).
    Form { form: Id, member: Option<u16> },
    /// One page of it (from 0).
    Page { form: Id, member: Option<u16>, page: usize },
    /// 案内書
    Guide(Language),
    /// 試し刷り: rulers, or the frames of a form's fields.
    Test { form: Option<Id> },
}

/// Not a piece this program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("印刷待ちの記録にある書類を、このまどかは知りません。印刷し直してください。")]
pub struct UnknownPiece;

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let member =
            |member: &Option<u16>| member.map_or_else(|| "-".to_owned(), |member| member.to_string());
        match self {
            Self::Cover => f.write_str("cover"),
            Self::Form { form, member: None } => write!(f, "form:{form}"),
            Self::Form { form, member: Some(member) } => write!(f, "form:{form}:{member}"),
            Self::Page { form, member: of, page } => write!(f, "page:{form}:{}:{page}", member(of)),
            Self::Guide(language) => write!(f, "guide:{}", language.word()),
            Self::Test { form: None } => f.write_str("test"),
            Self::Test { form: Some(form) } => write!(f, "test:{form}"),
        }
    }
}

impl FromStr for Piece {
    type Err = UnknownPiece;

    fn from_str(text: &str) -> Result<Self, UnknownPiece> {
        let id = |text: &str| text.parse::<Id>().map_err(|_| UnknownPiece);
        let member = |text: &str| match text {
            "-" => Ok(None),
            number => number.parse().map(Some).map_err(|_| UnknownPiece),
        };
        let parts: Vec<&str> = text.split(':').collect();
        Ok(match parts.as_slice() {
            ["cover"] => Self::Cover,
            ["form", form] => Self::Form { form: id(form)?, member: None },
            ["form", form, of] => Self::Form { form: id(form)?, member: member(of)? },
            ["page", form, of, page] => Self::Page {
                form: id(form)?,
                member: member(of)?,
                page: page.parse().map_err(|_| UnknownPiece)?,
            },
            ["guide", language] => {
                let known = [Language::Ja, Language::Easy, Language::En];
                Self::Guide(known.into_iter().find(|known| known.word() == *language).ok_or(UnknownPiece)?)
            }
            ["test"] => Self::Test { form: None },
            ["test", form] => Self::Test { form: Some(id(form)?) },
            _ => return Err(UnknownPiece),
        })
    }
}

impl Piece {
    /// The form it is of.
    pub fn form(&self) -> Option<&Id> {
        match self {
            Self::Form { form, .. } | Self::Page { form, .. } => Some(form),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 書いたものは同じものに読める() {
        let dog = || "dog".parse::<Id>().unwrap();
        for piece in [
            Piece::Cover,
            Piece::Form { form: dog(), member: None },
            Piece::Form { form: dog(), member: Some(2) },
            Piece::Page { form: dog(), member: None, page: 1 },
            Piece::Page { form: dog(), member: Some(0), page: 0 },
            Piece::Guide(Language::Easy),
            Piece::Test { form: None },
            Piece::Test { form: Some(dog()) },
        ] {
            assert_eq!(piece.to_string().parse(), Ok(piece));
        }
        for broken in ["", "form", "page:dog", "page:dog:x:1", "guide:klingon", "form:DOG!"] {
            assert_eq!(broken.parse::<Piece>(), Err(UnknownPiece), "{broken}");
        }
    }
}
