//! 統計の表: what the screen shows, as a spreadsheet.

use super::{FigureRow, StatisticsView, TableKind};

const HEAD: [&str; 20] = [
    "分け方",
    "項目",
    "件数",
    "所要（分/件）",
    "読取（分/件）",
    "聞き取り（分/件）",
    "手続（分/件）",
    "書類（分/件）",
    "案内（分/件）",
    "待ち（分/件）",
    "来庁前の準備（分/件）",
    "ワンストップ率（%）",
    "書かずに済んだ様式",
    "手続",
    "済",
    "後日",
    "他課",
    "辞退",
    "判定の修正",
    "画像の読取りの正しさ（%）",
];

impl StatisticsView {
    /// As CSV, with a mark in front that lets spreadsheets see it is UTF-8.
    pub fn csv(&self) -> String {
        let mut lines = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(Vec::new());
        // Writing into memory does not fail.
        let mut write = |line: Vec<String>| drop(lines.write_record(&line));
        let made_up = if self.made_up { "（練習：架空の数字）" } else { "" };
        write(vec![format!("統計{made_up}"), self.period.clone()]);
        write(HEAD.map(str::to_owned).to_vec());
        for table in &self.tables {
            for row in &table.rows {
                write(self.line(kind(table.kind), row));
            }
        }
        if let Some(total) = &self.total {
            write(self.line("", total));
        }
        for (what, ranked) in [
            ("わからないの多い質問", &self.unknown),
            ("判定を直した手続", &self.corrected),
            ("読取りを直した項目", &self.fields),
        ] {
            for one in ranked {
                write(vec![what.to_owned(), plain(&one.name), one.cases.to_string()]);
            }
        }
        for one in &self.missed {
            let cases = if one.cases == 0 { format!("{}未満", self.least) } else { one.cases.to_string() };
            write(vec!["案内漏れ".to_owned(), plain(&one.name), cases, plain(&one.because.join("・"))]);
        }
        if !self.answers.is_empty() {
            let head = [
                "関係課の回答",
                "課",
                "回答",
                "半分が何分まで",
                "9割が何分まで",
                "最長（分）",
                "来庁後の回答",
                "ワンストップ率（%）",
                "待ち",
            ];
            write(head.map(str::to_owned).to_vec());
        }
        for one in &self.answers {
            write(vec![
                "関係課の回答".to_owned(),
                plain(&one.office),
                one.answered.to_string(),
                one.median.to_string(),
                one.ninth.to_string(),
                one.longest.to_string(),
                one.late.to_string(),
                one.one_stop.map(|rate| rate.to_string()).unwrap_or_default(),
                one.open.to_string(),
            ]);
        }
        let bytes = lines.into_inner().unwrap_or_default();
        format!("\u{FEFF}{}", String::from_utf8_lossy(&bytes))
    }

    fn line(&self, kind: &str, row: &FigureRow) -> Vec<String> {
        let mut line = vec![kind.to_owned(), plain(&row.label)];
        if row.hidden {
            line.push(format!("{}未満など（表示しません）", self.least));
            return line;
        }
        line.push(row.cases.to_string());
        line.push(row.work.to_string());
        line.extend(row.steps.iter().map(ToString::to_string));
        line.extend([row.waiting, row.prepared, row.one_stop].map(|number| number.to_string()));
        let counts =
            [row.papers, row.procedures, row.done, row.later, row.other_office, row.declined, row.corrected];
        line.extend(counts.map(|number| number.to_string()));
        line.push(row.pictures_right.map(|rate| rate.to_string()).unwrap_or_default());
        line
    }
}

const fn kind(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Day => "日",
        TableKind::Month => "月",
        TableKind::Weekday => "曜日",
        TableKind::Hour => "時刻",
        TableKind::LifeEvent => "ライフイベント",
        TableKind::Office => "窓口",
    }
}

/// A spreadsheet takes a cell that begins like this for a formula.
pub(super) fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() }
}
