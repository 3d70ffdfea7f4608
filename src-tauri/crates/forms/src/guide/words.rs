//! The sheet's own words, in its three languages, and how each writes a day.

use jiff::civil::{Date, Weekday};
use madoka_text::EraDate;

use super::{Language, SectionKind};

/// やさしい日本語 follows 出入国在留管理庁・文化庁「在留支援のためのやさしい日本語ガイドライン」: short sentences, words of daily
/// life, readings for every kanji, spaces between phrases.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) title_bereaved: &'static str,
    pub(super) condolence: &'static str,
    pub(super) case_number: &'static str,
    pub(super) visited: &'static str,
    pub(super) overview: &'static str,
    pub(super) soon: &'static str,
    pub(super) bring_title: &'static str,
    pub(super) bring_hint: &'static str,
    pub(super) by: &'static str,
    pub(super) bring: &'static str,
    pub(super) fee: &'static str,
    pub(super) why: &'static str,
    pub(super) overdue: &'static str,
    pub(super) passed: &'static str,
    pub(super) open: &'static str,
    /// Beside the first of several days.
    pub(super) by_first: &'static str,
    /// What depends on something that nobody knows yet.
    pub(super) decides: &'static str,
    /// Instead of something that is not written on a paper at home.
    pub(super) ask_us: &'static str,
    pub(super) who: &'static str,
    pub(super) phone: &'static str,
    pub(super) in_case: &'static str,
    pub(super) unsure: &'static str,
    pub(super) continued: &'static str,
    pub(super) guidance: &'static str,
    pub(super) question: &'static str,
    pub(super) outside_bereaved: &'static str,
    pub(super) practice: &'static str,
    pub(super) comma: &'static str,
}

const JA: Words = Words {
    title: "手続きのご案内",
    title_bereaved: "おくやみの手続きのご案内",
    condolence: "心よりお悔やみ申し上げます。手続きは、この紙の順に、ひとつずつで大丈夫です。",
    case_number: "受付番号",
    visited: "ご来庁日",
    overview: "これからの流れ",
    soon: "期限の近い手続き",
    bring_title: "お持ちいただくもの",
    bring_hint: "まだの手続きすべてのための持ち物です。同じものは1つで足ります。",
    by: "期限",
    bring: "持ち物",
    fee: "手数料",
    why: "理由",
    overdue: "この日を過ぎています。できるだけ早くお手続きください。",
    passed: "※この日を過ぎています",
    open: "確認",
    by_first: "早い期限",
    decides: "手続き",
    ask_us: "窓口でお話しすること",
    who: "対象の方",
    phone: "電話",
    in_case: "念のためのご案内です",
    unsure: "確かめた結果によって要るもの（まだお持ちいただかなくて大丈夫です）",
    continued: "（つづき）",
    guidance: "この紙は、今日うかがった内容をもとにしたご案内です。手続きの決定（処分）ではありません。事情が変わると、必要な手続きや期限が変わることがあります。",
    question: "この紙についてのお問い合わせ",
    outside_bereaved: "市役所の外での手続き",
    practice: "練習用",
    comma: "、",
};

const EASY: Words = Words {
    title: "手続（てつづ）きの お知（し）らせ",
    title_bereaved: "家族（かぞく）が なくなった 人（ひと）の 手続（てつづ）き",
    condolence: "手続（てつづ）きは たくさん あります。この 紙（かみ）の 順番（じゅんばん）に、1つずつ すれば だいじょうぶです。",
    case_number: "受付（うけつけ）の 番号（ばんごう）",
    visited: "今日（きょう）",
    overview: "これから すること",
    soon: "早（はや）く する 手続（てつづ）き",
    bring_title: "持（も）って くる もの",
    bring_hint: "同（おな）じ ものは 1つで いいです。",
    by: "いつまで",
    bring: "持（も）ち物（もの）",
    fee: "お金（かね）",
    why: "どうして",
    overdue: "この 日（ひ）は もう 過（す）ぎました。すぐに 手続（てつづ）きを して ください。",
    passed: "もう 過（す）ぎました",
    open: "聞（き）くこと",
    by_first: "いつまで",
    decides: "手続（てつづ）き",
    ask_us: "窓口（まどぐち）で 話（はな）す こと",
    who: "だれ",
    phone: "電話（でんわ）",
    in_case: "必要（ひつよう）かも しれません",
    unsure: "あとで いるかも しれない もの（今（いま）は いりません）",
    continued: "（つづき）",
    guidance: "この 紙（かみ）は、今日（きょう） 聞（き）いた ことから 作（つく）った お知（し）らせです。市（し）が 決（き）めた ことでは ありません。あなたの ことが 変（か）わると、手続（てつづ）きも 変（か）わります。",
    question: "わからない とき",
    outside_bereaved: "市役所（しやくしょ）の 外（そと）で する 手続（てつづ）き",
    practice: "練習用",
    comma: "、",
};

const EN: Words = Words {
    title: "Your procedures",
    title_bereaved: "Procedures after a death",
    condolence: "We are sorry for your loss. Take the steps one at a time, in the order of this sheet.",
    case_number: "Reference number",
    visited: "Date of visit",
    overview: "What comes next",
    soon: "Nearest deadlines",
    bring_title: "What to bring",
    bring_hint: "For everything that is still open. One of each is enough.",
    by: "By",
    bring: "Bring",
    fee: "Fee",
    why: "Why",
    overdue: "This date has passed. Please act as soon as you can.",
    passed: "(passed)",
    open: "To find out",
    by_first: "First day",
    decides: "Decides",
    ask_us: "What we talk about at the counter",
    who: "For",
    phone: "Phone",
    in_case: "May concern you",
    unsure: "May be needed later (not yet)",
    continued: " (continued)",
    guidance: "This sheet is guidance based on what you told us today. It is not an official decision. If your situation changes, the procedures and deadlines may change too.",
    question: "Questions about this sheet",
    outside_bereaved: "Outside city hall",
    practice: "PRACTICE",
    comma: ", ",
};

impl Words {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Ja => &JA,
            Language::Easy => &EASY,
            Language::En => &EN,
        }
    }
}

/// A section's heading and, below it, what the resident does with it.
pub(super) const fn section(language: Language, kind: SectionKind) -> (&'static str, &'static str) {
    match (language, kind) {
        (Language::Ja, SectionKind::Done) => ("今日終わったこと", ""),
        (Language::Ja, SectionKind::Here) => {
            ("この窓口でできること", "書類はこちらで用意します。確かめて、署名をお願いします。")
        }
        (Language::Ja, SectionKind::Visit) => ("ほかの窓口", "上から順に回ると、歩く距離が短くなります。"),
        (Language::Ja, SectionKind::Later) => {
            ("後日でよいこと", "今日でなくても大丈夫です。期限までにお越しください。")
        }
        (Language::Ja, SectionKind::ToConfirm) => (
            "確かめること",
            "わからなかったことです。わかったら窓口にお知らせください。必要な手続きが決まります。",
        ),
        (Language::Ja, SectionKind::NotAsked) => (
            "まだうかがっていないこと",
            "必要かどうかが、まだ決まっていない手続きです。続きは窓口でお話しください。",
        ),
        (Language::Easy, SectionKind::NotAsked) => (
            "まだ 聞（き）いて いない こと",
            "必要（ひつよう）か まだ わかりません。窓口（まどぐち）で 話（はな）して ください。",
        ),
        (Language::En, SectionKind::NotAsked) => {
            ("Not discussed yet", "We do not know yet whether you need these. Please ask at the counter.")
        }
        (Language::Ja, SectionKind::Outside) => {
            ("市役所の外での手続き", "市役所ではできません。それぞれのところへお問い合わせください。")
        }
        (Language::Easy, SectionKind::Done) => ("今日（きょう） 終（お）わった こと", ""),
        (Language::Easy, SectionKind::Here) => (
            "この 窓口（まどぐち）で できる こと",
            "紙（かみ）は 市役所（しやくしょ）の 人（ひと）が 作（つく）ります。見（み）て、名前（なまえ）を 書（か）いて ください。",
        ),
        (Language::Easy, SectionKind::Visit) => {
            ("ほかの 窓口（まどぐち）", "上（うえ）から 順番（じゅんばん）に 行（い）って ください。")
        }
        (Language::Easy, SectionKind::Later) => {
            ("今日（きょう）で なくても いい こと", "書（か）いて ある 日（ひ）までに 来（き）て ください。")
        }
        (Language::Easy, SectionKind::ToConfirm) => {
            ("確（たし）かめる こと", "わかったら、市役所（しやくしょ）に 教（おし）えて ください。")
        }
        (Language::Easy, SectionKind::Outside) => (
            "市役所（しやくしょ）の 外（そと）で する 手続（てつづ）き",
            "市役所（しやくしょ）では できません。書（か）いて ある ところに 聞（き）いて ください。",
        ),
        (Language::En, SectionKind::Done) => ("Done today", ""),
        (Language::En, SectionKind::Here) => {
            ("At this counter", "We prepare the papers. Please check and sign them.")
        }
        (Language::En, SectionKind::Visit) => ("Other counters", "This order saves you steps."),
        (Language::En, SectionKind::Later) => ("Another day", "Not today: come by the date given."),
        (Language::En, SectionKind::ToConfirm) => {
            ("To be found out first", "Once these are known, we can tell you whether you need the procedure.")
        }
        (Language::En, SectionKind::Outside) => {
            ("Outside city hall", "City hall cannot do these. Please contact each place.")
        }
    }
}

/// How many procedures wait: 「3件」.
pub(super) fn count(language: Language, number: usize) -> String {
    match language {
        Language::Ja => format!("{number}件"),
        Language::Easy => format!("{number}つ"),
        Language::En if number == 1 => "1 procedure".to_owned(),
        Language::En => format!("{number} procedures"),
    }
}

/// How many offices to visit.
pub(super) fn places(language: Language, number: usize) -> String {
    match language {
        Language::Ja => format!("{number}か所"),
        Language::Easy => format!("{number}つの 場所（ばしょ）"),
        Language::En if number == 1 => "1 place".to_owned(),
        Language::En => format!("{number} places"),
    }
}

pub(super) fn page(language: Language, number: usize, of: usize) -> String {
    match language {
        Language::Ja | Language::Easy => format!("{number} ／ {of}"),
        Language::En => format!("{number} / {of}"),
    }
}

pub(super) fn yen(language: Language, yen: u32) -> String {
    let digits = yen.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match language {
        Language::Ja => format!("{grouped}円"),
        Language::Easy => format!("{grouped}円（えん）"),
        Language::En => format!("{grouped} yen"),
    }
}

/// A day as residents say it. The year stands there when it is not the visit's, in Japanese with the era that tax
/// papers and pension books use.
pub(super) fn day(language: Language, day: Date, on: Date) -> String {
    let (month, date) = (day.month(), day.day());
    let other_year = day.year() != on.year();
    match language {
        Language::Ja => {
            let year = if other_year { year_ja(day) } else { String::new() };
            format!("{year}{month}月{date}日（{}）", weekday_ja(day.weekday()))
        }
        Language::Easy => {
            let year = if other_year { format!("{}年（ねん）", day.year()) } else { String::new() };
            let weekday = weekday_ja(day.weekday());
            format!(
                "{year}{month}月（がつ）{date}日（にち）（{weekday}曜日（{}ようび））",
                weekday_reading(day.weekday())
            )
        }
        Language::En => {
            let year = if other_year { format!(" {}", day.year()) } else { String::new() };
            format!("{} {date} {}{year}", weekday_en(day.weekday()), month_en(month))
        }
    }
}

/// A day in the list of what is due soon.
pub(super) fn about(language: Language, the_day: Date, on: Date, approximate: bool) -> String {
    let day = day(language, the_day, on);
    match (language, approximate) {
        (_, false) => day,
        (Language::Ja, true) => format!("{day}ごろ"),
        (Language::Easy, true) => format!("だいたい {day}"),
        (Language::En, true) => format!("about {day}"),
    }
}

pub(super) fn until(language: Language, the_day: Date, on: Date, approximate: bool) -> String {
    let day = day(language, the_day, on);
    match (language, approximate) {
        (Language::Ja | Language::Easy, false) => format!("{day}まで"),
        (Language::Ja, true) => format!("{day}ごろまで（目安）"),
        (Language::Easy, true) => format!("だいたい {day}まで"),
        (Language::En, false) => day,
        (Language::En, true) => format!("about {day}"),
    }
}

/// Always with its year: the head of the sheet.
pub(super) fn full_day(language: Language, on: Date) -> String {
    match language {
        Language::Ja => {
            format!("{}{}月{}日（{}）", year_ja(on), on.month(), on.day(), weekday_ja(on.weekday()))
        }
        Language::Easy => format!("{}年（ねん）{}", on.year(), day(language, on, on)),
        Language::En => format!("{} {}", day(language, on, on), on.year()),
    }
}

/// 2027年（令和9年）. A guide's days lie in 令和; an era yet to come would be printed without.
fn year_ja(day: Date) -> String {
    let year = day.year();
    match EraDate::of(day) {
        Ok(era) => {
            let in_era = if era.year() == 1 { "元".to_owned() } else { era.year().to_string() };
            format!("{year}年（{}{in_era}年）", era.era().name())
        }
        Err(_) => format!("{year}年"),
    }
}

const fn weekday_ja(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "月",
        Weekday::Tuesday => "火",
        Weekday::Wednesday => "水",
        Weekday::Thursday => "木",
        Weekday::Friday => "金",
        Weekday::Saturday => "土",
        Weekday::Sunday => "日",
    }
}

const fn weekday_reading(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "げつ",
        Weekday::Tuesday => "か",
        Weekday::Wednesday => "すい",
        Weekday::Thursday => "もく",
        Weekday::Friday => "きん",
        Weekday::Saturday => "ど",
        Weekday::Sunday => "にち",
    }
}

const fn weekday_en(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}

const fn month_en(month: i8) -> &'static str {
    match month {
        1 => "January",
        2 => "February",
        3 => "March",
        4 => "April",
        5 => "May",
        6 => "June",
        7 => "July",
        8 => "August",
        9 => "September",
        10 => "October",
        11 => "November",
        _ => "December",
    }
}
