//! What a printer says about itself, in an officer's words.
//!
//! The keywords are IANA's `printer-state-reasons` (RFC 8011 §5.4.12, PWG 5100.9) and CUPS's own; a suffix tells how bad
//! it is (`-report`, `-warning`, `-error`; without one it is an error).

use serde::{Deserialize, Serialize};

/// How much a reason hinders printing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Report,
    /// Still prints, not for long.
    Warning,
    /// Nothing comes out until somebody acts.
    Error,
}

/// One reason, ready for the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The printer's own word, for the person who looks after it.
    pub keyword: String,
    pub severity: Severity,
    /// What happened.
    pub what: String,
    /// What to do about it.
    pub todo: String,
}

impl Reason {
    /// `None` for what says that all is well.
    pub(super) fn of(keyword: &str) -> Option<Self> {
        let (stem, severity) = if let Some(stem) = keyword.strip_suffix("-report") {
            (stem, Severity::Report)
        } else if let Some(stem) = keyword.strip_suffix("-warning") {
            (stem, Severity::Warning)
        } else {
            (keyword.strip_suffix("-error").unwrap_or(keyword), Severity::Error)
        };
        if QUIET.contains(&stem) {
            return None;
        }
        let known = WORDS.iter().find(|(word, ..)| *word == stem);
        let (what, todo, always) = known.map_or(
            (
                "プリンターが知らせを出しています",
                "プリンターの画面を見て、その知らせに従ってください。",
                None,
            ),
            |(_, what, todo, always)| (*what, *todo, *always),
        );
        // Some printers leave the suffix off what still prints.
        let severity = always.map_or(severity, |most| severity.min(most));
        let known_word = if known.is_some() { String::new() } else { format!("（{}）", plain(stem)) };
        Some(Self {
            keyword: plain(keyword),
            severity,
            what: format!("{what}{known_word}"),
            todo: todo.to_owned(),
        })
    }
}

/// A printer's word is an outside one: only what a keyword may hold, and not for ever.
fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_')).take(60).collect()
}

/// Not worth a word to an officer.
const QUIET: &[&str] = &[
    "none",
    "other",
    "moving-to-paused",
    "printer-manual-reset",
    "wifi-not-configured",
    "cups-ipp-missing-cancel-job",
    "cups-ipp-missing-get-job-attributes",
    "cups-ipp-missing-print-job",
    "cups-ipp-missing-validate-job",
    "cups-ipp-missing-job-history",
    "cups-ipp-missing-job-id",
    "cups-ipp-missing-job-state",
    "cups-ipp-missing-operations-supported",
    "cups-ipp-missing-printer-is-accepting-jobs",
    "cups-ipp-missing-printer-state-reasons",
    "cups-ipp-missing-send-document",
    "cups-ipp-conformance-failure",
    "cups-ipp-wrong-http-version",
];

type Words = (&'static str, &'static str, &'static str, Option<Severity>);

const WORDS: &[Words] = &[
    // Paper
    ("media-empty", "紙がなくなりました", "紙を入れてください。続きから印刷されます。", None),
    (
        "media-needed",
        "違う紙が入っています",
        "書類と同じ大きさの紙をトレイに入れ、プリンターの画面で続行を押してください。",
        None,
    ),
    ("media-low", "紙が残り少なくなりました", "紙を足しておいてください。", Some(Severity::Warning)),
    (
        "media-jam",
        "紙が詰まりました",
        "プリンターの扉を開けて、詰まった紙を取り除いてください。刷りかけの紙は捨ててください。",
        None,
    ),
    ("input-tray-missing", "給紙トレイが外れています", "トレイを奥まで差し込んでください。", None),
    (
        "input-media-size-change",
        "トレイの紙の大きさが変わりました",
        "書類と同じ大きさの紙か確かめてください。",
        Some(Severity::Warning),
    ),
    (
        "input-cannot-feed-size-selected",
        "違う大きさの紙が入っています",
        "書類と同じ大きさの紙をトレイに入れてください。",
        None,
    ),
    ("input-manual-input-request", "手差しの紙を待っています", "手差しトレイに紙を入れてください。", None),
    (
        "input-media-tray-failure",
        "給紙トレイが故障しています",
        "別のトレイかプリンターを選び、修理を頼んでください。",
        None,
    ),
    ("output-tray-missing", "排紙トレイがありません", "排紙トレイを取り付けてください。", None),
    ("output-area-full", "排紙トレイがいっぱいです", "出てきた紙を取ってください。", None),
    (
        "output-area-almost-full",
        "排紙トレイがいっぱいになりかけています",
        "出てきた紙を取ってください。",
        Some(Severity::Warning),
    ),
    (
        "output-mailbox-select-failure",
        "排紙先を選べません",
        "プリンターの排紙先の設定を確かめてください。",
        None,
    ),
    (
        "media-path-failure",
        "紙の通り道が故障しています",
        "別のプリンターを選び、修理を頼んでください。",
        None,
    ),
    (
        "media-path-cannot-duplex-media-selected",
        "この紙は両面に印刷できません",
        "片面で印刷してください。",
        None,
    ),
    (
        "duplexer-jam",
        "両面印刷の装置に紙が詰まりました",
        "プリンターの扉を開けて、詰まった紙を取り除いてください。",
        None,
    ),
    // Doors
    ("door-open", "プリンターの扉が開いています", "扉を閉めてください。", None),
    ("cover-open", "プリンターのカバーが開いています", "カバーを閉めてください。", None),
    ("interlock-open", "プリンターの扉がきちんと閉まっていません", "扉を閉め直してください。", None),
    ("interlock", "プリンターの扉がきちんと閉まっていません", "扉を閉め直してください。", None),
    // Toner and the like
    (
        "toner-empty",
        "トナーがなくなりました",
        "トナーを交換してください。かすれた書類は渡さないでください。",
        None,
    ),
    (
        "toner-low",
        "トナーが残り少なくなりました",
        "交換用のトナーを用意してください。",
        Some(Severity::Warning),
    ),
    (
        "marker-supply-empty",
        "トナーかインクがなくなりました",
        "交換してください。かすれた書類は渡さないでください。",
        None,
    ),
    (
        "marker-supply-low",
        "トナーかインクが残り少なくなりました",
        "交換用のものを用意してください。",
        Some(Severity::Warning),
    ),
    ("marker-supply-missing", "トナーかインクが入っていません", "取り付けてください。", None),
    ("marker-waste-full", "廃トナーの入れ物がいっぱいです", "入れ物を交換してください。", None),
    (
        "marker-waste-almost-full",
        "廃トナーの入れ物がいっぱいになりかけています",
        "交換用のものを用意してください。",
        Some(Severity::Warning),
    ),
    ("developer-empty", "現像剤がなくなりました", "保守の業者に連絡してください。", None),
    (
        "developer-low",
        "現像剤が残り少なくなりました",
        "保守の業者に連絡してください。",
        Some(Severity::Warning),
    ),
    (
        "opc-near-eol",
        "ドラムの交換の時期が近づいています",
        "交換用のドラムを用意してください。",
        Some(Severity::Warning),
    ),
    ("opc-life-over", "ドラムの寿命が来ました", "ドラムを交換してください。", None),
    ("fuser-over-temp", "プリンターが熱くなりすぎています", "冷めるまで待ってください。", None),
    (
        "fuser-under-temp",
        "プリンターが暖まるのを待っています",
        "しばらく待ってください。",
        Some(Severity::Warning),
    ),
    (
        "cleaner-life-over",
        "清掃の部品の寿命が来ました",
        "保守の業者に連絡してください。",
        Some(Severity::Warning),
    ),
    ("staple", "ホチキスの針がありません", "針を入れてください。", Some(Severity::Warning)),
    // Connection
    (
        "offline",
        "プリンターにつながりません",
        "電源が入っているか、ケーブルが抜けていないかを確かめてください。",
        None,
    ),
    (
        "connecting-to-device",
        "プリンターにつなごうとしています",
        "しばらく待っても変わらないときは、電源とケーブルを確かめてください。",
        Some(Severity::Warning),
    ),
    (
        "connecting-to-printer",
        "プリンターにつなごうとしています",
        "しばらく待っても変わらないときは、電源とケーブルを確かめてください。",
        Some(Severity::Warning),
    ),
    ("timed-out", "プリンターの返事がありません", "電源を入れ直してください。", None),
    ("shutdown", "プリンターの電源が切れています", "電源を入れてください。", None),
    ("power-down", "プリンターの電源が切れかけています", "電源を確かめてください。", None),
    (
        "hibernate",
        "プリンターが休んでいます",
        "プリンターのボタンを押して起こしてください。",
        Some(Severity::Report),
    ),
    ("standby", "プリンターが休んでいます", "しばらく待ってください。", Some(Severity::Report)),
    ("suspend", "プリンターが休んでいます", "しばらく待ってください。", Some(Severity::Report)),
    ("warming-up", "プリンターが準備をしています", "しばらく待ってください。", Some(Severity::Report)),
    ("deactivated", "プリンターが使えない設定になっています", "プリンターの設定を確かめてください。", None),
    ("testing", "プリンターが試験をしています", "終わるまで待ってください。", None),
    ("resuming", "プリンターが再開しています", "しばらく待ってください。", Some(Severity::Report)),
    // Held by people and settings
    (
        "paused",
        "プリンターが一時停止になっています",
        "プリンターの画面か、印刷サービスの設定で、再開してください。",
        None,
    ),
    ("stopping", "プリンターが止まりかけています", "しばらく待ってください。", Some(Severity::Warning)),
    (
        "stopped-partly",
        "プリンターの一部が止まっています",
        "プリンターの画面を見てください。",
        Some(Severity::Warning),
    ),
    (
        "hold-new-jobs",
        "新しい印刷を保留する設定になっています",
        "プリンターの画面で保留を解いてください。",
        None,
    ),
    (
        "held-for-authentication",
        "プリンターが利用者の確認を求めています",
        "情報政策の担当に知らせてください。",
        None,
    ),
    (
        "cups-waiting-for-job-completed",
        "印刷が終わるのを待っています",
        "しばらく待ってください。",
        Some(Severity::Report),
    ),
    (
        "cups-remote-pending",
        "プリンターの順番を待っています",
        "しばらく待ってください。",
        Some(Severity::Report),
    ),
    (
        "cups-remote-pending-held",
        "プリンターで保留になっています",
        "プリンターの画面で保留を解いてください。",
        None,
    ),
    ("cups-remote-stopped", "プリンターが止まっています", "プリンターの画面を見てください。", None),
    (
        "cups-remote-canceled",
        "プリンターの側で取り消されました",
        "必要なら、もう一度印刷してください。",
        None,
    ),
    (
        "cups-remote-aborted",
        "プリンターの側で中止されました",
        "プリンターの画面を見て、もう一度印刷してください。",
        None,
    ),
    ("cups-missing-filter", "印刷サービスの部品が足りません", "情報政策の担当に知らせてください。", None),
    (
        "cups-insecure-filter",
        "印刷サービスの部品の権限が正しくありません",
        "情報政策の担当に知らせてください。",
        None,
    ),
    (
        "account-authorization-failed",
        "この端末からの印刷は許されていません",
        "情報政策の担当に知らせてください。",
        None,
    ),
    ("account-closed", "印刷の利用枠が閉じられています", "情報政策の担当に知らせてください。", None),
    ("account-limit-reached", "印刷の枚数の上限に達しました", "情報政策の担当に知らせてください。", None),
    (
        "account-info-needed",
        "プリンターが利用者の番号を求めています",
        "プリンターの画面を見てください。",
        None,
    ),
    // Inside
    (
        "spool-area-full",
        "プリンターの記憶がいっぱいです",
        "ほかの印刷が終わるのを待つか、電源を入れ直してください。",
        None,
    ),
    (
        "interpreter-resource-unavailable",
        "プリンターの記憶が足りません",
        "部数を減らして印刷してください。",
        None,
    ),
    (
        "configuration-change",
        "プリンターの設定が変わりました",
        "用紙とトレイの設定を確かめてください。",
        Some(Severity::Report),
    ),
    (
        "identify-printer-requested",
        "プリンターが居場所を知らせています",
        "そのままお待ちください。",
        Some(Severity::Report),
    ),
];

/// What a job's own reasons (RFC 8011 §5.3.8) add; only those an officer can do something about.
pub(super) fn of_job(keyword: &str) -> Option<Reason> {
    let (what, todo, severity) = match keyword {
        "job-hold-until-specified"
        | "job-held-by-operator"
        | "job-held-by-system"
        | "job-held-for-review"
        | "job-suspended"
        | "job-suspended-by-operator"
        | "job-suspended-by-system" => (
            "印刷が保留になっています",
            "プリンターの画面か、印刷サービスの設定で、保留を解いてください。",
            Severity::Error,
        ),
        "job-password-wait" | "job-held-for-authorization" => (
            "プリンターが暗証番号を待っています",
            "プリンターの画面で番号を入れてください。",
            Severity::Error,
        ),
        "resources-are-not-ready" => {
            ("違う紙が入っています", "書類と同じ大きさの紙をトレイに入れてください。", Severity::Error)
        }
        "printer-stopped" | "printer-stopped-partly" => {
            ("プリンターが止まっています", "プリンターの画面を見てください。", Severity::Error)
        }
        "aborted-by-system" => (
            "プリンターが印刷を中止しました",
            "プリンターの画面を見て、もう一度印刷してください。",
            Severity::Error,
        ),
        "job-canceled-at-device" => {
            ("プリンターの画面で取り消されました", "必要なら、もう一度印刷してください。", Severity::Error)
        }
        "job-canceled-by-operator" => {
            ("ほかの人が取り消しました", "必要なら、もう一度印刷してください。", Severity::Error)
        }
        "document-format-error"
        | "document-unprintable-error"
        | "unsupported-document-format"
        | "conversion-error" => {
            ("プリンターがこの書類を読めませんでした", "別のプリンターで印刷してください。", Severity::Error)
        }
        "unsupported-attributes-or-values" | "conflicting-attributes" => (
            "用紙・両面・トレイの組み合わせが、このプリンターではできません",
            "設定を変えて印刷してください。",
            Severity::Error,
        ),
        _ => return None,
    };
    Some(Reason { keyword: plain(keyword), severity, what: what.to_owned(), todo: todo.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn 知らせは職員の言葉になり_知らない言葉も消えない() {
        let reason = |word: &str| Reason::of(word).unwrap();
        assert_eq!(reason("media-empty-error").what, "紙がなくなりました");
        assert_eq!(reason("media-empty-error").severity, Severity::Error);
        assert_eq!(reason("media-empty-report").severity, Severity::Report);
        assert_eq!(reason("toner-low").severity, Severity::Warning);
        assert_eq!(
            reason("com.example-odd-thing").what,
            "プリンターが知らせを出しています（com.example-odd-thing）"
        );
        assert_eq!(reason("\u{7}\n悪い言葉").keyword, "");
        assert!(Reason::of("none").is_none());
    }

    #[test]
    fn 同じ言葉を二度決めない_文は閉じている() {
        let mut seen = std::collections::BTreeSet::new();
        for (word, what, todo, _) in WORDS {
            assert!(seen.insert(word), "{word}");
            assert!(!what.ends_with('。') && todo.ends_with('。'), "{word}");
        }
    }
}
