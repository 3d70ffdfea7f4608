//! 監査: who saw, changed, printed or took out what.

use madoka_casework::{StaffId, TerminalId};
use madoka_sync::wire::people::{AuditRow, AuditSearch};
use serde::{Deserialize, Serialize};
#[cfg(test)]
use ts_rs::TS;

use super::terminals::at;
use crate::office::Link;
use crate::{Counter, CounterError, office_time};

/// What is looked for; empty fields say nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct AuditGiven {
    /// 案件番号
    pub number: String,
    pub staff: String,
    pub terminal: String,
    pub act: String,
    /// ISO dates, both included.
    pub from: String,
    pub to: String,
    /// Entries before this one: the next page.
    pub before: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct AuditView {
    pub rows: Vec<AuditShown>,
    pub more: bool,
    /// Every act there is, with its word.
    pub acts: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct AuditShown {
    pub n: u32,
    pub at: String,
    /// 職員ID
    pub staff: String,
    /// What they are called, where that is known.
    pub name: String,
    pub terminal: String,
    pub act: String,
    /// 案件番号, or the beginning of its id.
    pub case: String,
    pub what: String,
}

const ACTS: [(&str, &str); 26] = [
    ("seen", "閲覧"),
    ("searched", "検索"),
    ("changed", "変更"),
    ("printed", "印刷"),
    ("exported", "書き出し"),
    ("imported", "取込み"),
    ("erased", "消去"),
    ("backed_up", "控え"),
    ("restored", "控えから復元"),
    ("signed_in", "サインイン"),
    ("signed_out", "サインアウト"),
    ("sign_in_refused", "サインインの失敗"),
    ("refused", "権限のない操作"),
    ("staff_changed", "職員の変更"),
    ("password_changed", "パスワードの変更"),
    ("terminal_enrolled", "端末の登録"),
    ("terminal_renewed", "端末の更新"),
    ("terminal_revoked", "端末の取消し"),
    ("enrolment_code_made", "登録票の作成"),
    ("pack_drafted", "下書き"),
    ("pack_approved", "承認"),
    ("pack_released", "公開"),
    ("pack_rolled_back", "版の中止・戻し"),
    ("pack_switched", "版の切替え"),
    ("settings_changed", "設定の変更"),
    ("case_freed", "担当を外す"),
];

fn given<T, E>(text: &str, read: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, CounterError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    read(text).map(Some).map_err(|_| CounterError::ReleaseForm)
}

impl AuditView {
    pub fn ask(link: &Link, asked: &AuditGiven) -> Result<Self, CounterError> {
        let days = |text: &str| given(text, str::parse::<jiff::civil::Date>);
        let digits =
            |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>().parse::<u64>();
        let search = AuditSearch {
            number: given(&asked.number, digits)?,
            case: None,
            staff: given(&asked.staff, StaffId::parse)?,
            terminal: given(&asked.terminal, TerminalId::parse)?,
            act: given(&asked.act, |act| Ok::<_, ()>(act.to_owned()))?,
            from: days(&asked.from)?.map(|day| office_time::bounds(day).0),
            until: days(&asked.to)?.map(|day| office_time::bounds(day).1),
            before: asked.before.map(i64::from),
        };
        let found = link.line().wait(link.line().client().search_audit(&link.session()?, &search))?;
        Ok(Self {
            rows: found.rows.into_iter().map(shown).collect(),
            more: found.more,
            acts: ACTS.iter().map(|(act, word)| ((*act).to_owned(), (*word).to_owned())).collect(),
        })
    }

    /// Whoever did it, by name as well: the record itself has the id.
    pub fn named(counter: &Counter, mut view: Self) -> Self {
        let names = counter.names();
        for row in &mut view.rows {
            row.name = Some(names.of(&row.staff)).filter(|name| *name != row.staff).unwrap_or_default();
        }
        view
    }
}

fn shown(row: AuditRow) -> AuditShown {
    let case = row
        .number
        .map(|number| number.to_string())
        .or_else(|| row.case.map(|case| case.to_string().chars().take(8).collect()));
    AuditShown {
        n: u32::try_from(row.n).unwrap_or(u32::MAX),
        at: at(row.at),
        staff: row.staff.map_or_else(|| "サーバー".to_owned(), |staff| staff.to_string()),
        name: String::new(),
        terminal: row.terminal.map(|terminal| terminal.to_string()).unwrap_or_default(),
        act: ACTS
            .iter()
            .find(|(act, _)| *act == row.act)
            .map_or_else(|| row.act.clone(), |(_, word)| (*word).to_owned()),
        case: case.unwrap_or_default(),
        what: row.what.map(|what| brief(&what)).unwrap_or_default(),
    }
}

/// An id nobody reads in full; the export has it whole.
fn brief(what: &str) -> String {
    what.split(' ')
        .map(|word| match (word.parse::<uuid::Uuid>(), word.get(..8)) {
            (Ok(_), Some(first)) => format!("{first}…"),
            _ => word.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::brief;

    #[test]
    fn 長い番号は_初めだけ見せる() {
        assert_eq!(brief("01a20058-c5a9-732b-897a-d0287204ddcc 承認の申請"), "01a20058… 承認の申請");
        assert_eq!(brief("k01 監督者"), "k01 監督者");
    }
}
