//! Why a fact was not taken, in the officer's words. Values never appear here: they are personal data.

/// Every reason this floor refuses something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FactsError {
    #[error(
        "「{0}」は事実の名前になりません。「deceased.birth_date」「household[0].school」「case.move_date」のように書いてください。"
    )]
    PathForm(String),
    #[error("「{0}」はIDになりません。英小文字で始め、英小文字・数字・_ だけで64文字までにしてください。")]
    IdForm(String),
    #[error("「{path}」という事実は、この手続パックにありません。{}", suggest(suggestion.as_deref()))]
    UnknownPath { path: String, suggestion: Option<String> },
    #[error("「{0}」という人は、この手続パックにありません。")]
    UnknownPerson(String),
    #[error("「{path}」には{expected}を入れてください。")]
    WrongType { path: String, expected: String },
    #[error("「{path}」は他の事実から導かれるので、直接は入力できません。元の事実を直してください。")]
    Derived { path: String },
    #[error("日付として読めません。「2026-04-01」の形で入力してください。")]
    DateForm,
    #[error("世帯員は{limit}人までです。")]
    HouseholdTooLarge { limit: usize },
    #[error("「{path}」：世帯員の一覧にその人がいません。先に世帯員を加えてください。")]
    NoSuchMember { path: String },
    #[error(
        "「{one}」と「{other}」を同じ人とすると、同じ人の指定が輪になります（{circle}）。どれか1つを取り消してください。"
    )]
    SameCircle { one: String, other: String, circle: String },
    #[error("「{one}」はすでに「{other}」と同じ人とされています。先にそれを取り消してください。")]
    SameTwice { one: String, other: String },
    #[error("「{0}」には取り消す記録がありません。")]
    NothingToWithdraw(String),
}

fn suggest(suggestion: Option<&str>) -> String {
    suggestion
        .map_or_else(|| "名前を確かめてください。".to_owned(), |path| format!("「{path}」ではありませんか。"))
}

impl FactsError {
    /// The stable code shown beside the sentence.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PathForm(_) => "F101",
            Self::IdForm(_) => "F102",
            Self::UnknownPath { .. } => "F103",
            Self::UnknownPerson(_) => "F104",
            Self::WrongType { .. } => "F201",
            Self::Derived { .. } => "F202",
            Self::DateForm => "F203",
            Self::HouseholdTooLarge { .. } => "F301",
            Self::NoSuchMember { .. } => "F302",
            Self::SameCircle { .. } => "F401",
            Self::SameTwice { .. } => "F402",
            Self::NothingToWithdraw(_) => "F501",
        }
    }
}
