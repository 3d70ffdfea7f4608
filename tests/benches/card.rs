//! カードの読取り: our own time per read, beyond the card's, and how many commands it takes, beside the shortest script of
//! commands that brings the same bytes.
//!
//! The card is software and answers at once; what it spends answering is taken off both. What is printed is the section of
//! `RESULTS.md`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use madoka_card::practice::{PracticeCard, resident};
use madoka_card::{
    Authorities, Cancel, CardRead, Faces, Opening, Request, Transport, TransportError, VirtualCard,
    practice_authorities, read_through,
};
use zeroize::Zeroizing;

const ROUNDS: usize = 400;
const WARM_UP: usize = 40;

/// Counts what the card itself spends.
struct Timed {
    card: VirtualCard,
    spent: Duration,
    commands: u32,
}

impl Transport for Timed {
    fn transmit(&mut self, command: &[u8], answer: &mut Zeroizing<Vec<u8>>) -> Result<(), TransportError> {
        let since = Instant::now();
        let done = self.card.transmit(command, answer);
        self.spent += since.elapsed();
        self.commands += 1;
        done
    }
}

impl Timed {
    /// The time around the card, in microseconds.
    fn own<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> (f64, T) {
        self.card.power_off();
        (self.spent, self.commands) = (Duration::ZERO, 0);
        let since = Instant::now();
        let value = black_box(work(self));
        ((since.elapsed().saturating_sub(self.spent)).as_secs_f64() * 1e6, value)
    }
}

struct Case {
    name: &'static str,
    resident: &'static str,
    card: PracticeCard,
    by_pin: bool,
    faces: Faces,
    checked: bool,
    /// The shortest script of the same read, where there is one without cryptography.
    script: Option<fn(&mut Timed, &str)>,
}

const CASES: [Case; 6] = [
    Case {
        name: "マイナンバーカード：四情報（照合番号B）",
        resident: "kenichi",
        card: PracticeCard::MyNumber,
        by_pin: false,
        faces: Faces::No,
        checked: false,
        script: Some(by_code_b),
    },
    Case {
        name: "マイナンバーカード：四情報（暗証番号）",
        resident: "kenichi",
        card: PracticeCard::MyNumber,
        by_pin: true,
        faces: Faces::No,
        checked: false,
        script: Some(by_pin),
    },
    Case {
        name: "同：発行者の署名も確かめる",
        resident: "kenichi",
        card: PracticeCard::MyNumber,
        by_pin: false,
        faces: Faces::No,
        checked: true,
        script: None,
    },
    Case {
        name: "同：券面の画像も",
        resident: "satoru",
        card: PracticeCard::MyNumber,
        by_pin: false,
        faces: Faces::Yes,
        checked: false,
        script: None,
    },
    Case {
        name: "運転免許証（裏面の追記も）",
        resident: "kenichi",
        card: PracticeCard::Licence,
        by_pin: true,
        faces: Faces::No,
        checked: false,
        script: None,
    },
    Case {
        name: "在留カード（券面の画像も）",
        resident: "maria",
        card: PracticeCard::Residence,
        by_pin: false,
        faces: Faces::WhenGlyphsMissing,
        checked: false,
        script: None,
    },
];

fn main() {
    println!(
        "| 読取り | まどか自身の時間（µs、中央値） | 中央の半分 | 最小–最大 | 命令 | うちデータを運ぶ | それ以外 | 最短の手順 |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for case in &CASES {
        measure(case);
    }
    println!(
        "\nそれぞれ {ROUNDS} 回。カードはソフトウェアで、すぐに答えます。カードが答えるのにかけた時間は両方から引きました。「最短の手順」は、\
         残り回数を聞かず、有効期限も読まず、カードを閉じもしないで、同じデータを取り出す命令の列です（命令の数と時間）。\
         予算（DESIGN §12）：5,000 µs 未満、データを運ぶ命令のほかに 8 まで。"
    );
}

fn measure(case: &Case) {
    let resident = resident(case.resident).expect("a practice resident");
    let holder = &resident.holder;
    let mut timed = Timed { card: resident.card(case.card), spent: Duration::ZERO, commands: 0 };
    let authorities = if case.checked { practice_authorities() } else { Authorities::default() };
    let opening = || match case.card {
        PracticeCard::MyNumber if !case.by_pin => {
            Opening::match_code_b(&holder.match_code_b()).expect("14 digits")
        }
        PracticeCard::Residence => Opening::card_number(&holder.card_number).expect("12 characters"),
        _ => Opening::pin(&holder.pin).expect("4 digits"),
    };
    let (mut ours, mut scripts, mut count, mut steps) = (Vec::new(), Vec::new(), None, 0);
    for round in 0..WARM_UP + ROUNDS {
        let request = Request::new(opening()).faces(case.faces).checked_by(authorities.clone());
        let (time, read) = timed.own(|card| read_through(card, request, &Cancel::default()));
        let read: CardRead = read.expect("a whole read");
        count = Some(read.count);
        if round >= WARM_UP {
            ours.push(time);
        }
        if let Some(script) = case.script {
            let secret = if case.by_pin { holder.pin.clone() } else { holder.match_code_b() };
            let (time, ()) = timed.own(|card| script(card, &secret));
            steps = timed.commands;
            if round >= WARM_UP {
                scripts.push(time);
            }
        }
    }
    let count = count.expect("a read");
    let [low, quarter, middle, three, high] = spread(&mut ours);
    let script = if scripts.is_empty() {
        "—".to_owned()
    } else {
        let [_, _, middle, _, _] = spread(&mut scripts);
        format!("{steps} 命令、{middle:.1} µs")
    };
    println!(
        "| {} | {middle:.1} | {quarter:.1}–{three:.1} | {low:.1}–{high:.1} | {} | {} | {} | {script} |",
        case.name,
        count.commands,
        count.chunks,
        count.beyond_data(),
    );
}

fn spread(samples: &mut [f64]) -> [f64; 5] {
    samples.sort_by(f64::total_cmp);
    let at = |part: usize| samples[(samples.len() - 1) * part / 4];
    [at(0), at(1), at(2), at(3), at(4)]
}

fn by_code_b(card: &mut Timed, secret: &str) {
    script(card, 0x15, secret);
}

fn by_pin(card: &mut Timed, secret: &str) {
    script(card, 0x11, secret);
}

/// Select the application, select the key, VERIFY, select the file, read it.
fn script(card: &mut Timed, key: u8, secret: &str) {
    let mut answer = Zeroizing::new(Vec::with_capacity(300));
    let length = u8::try_from(secret.len()).expect("short");
    let commands: [Vec<u8>; 5] = [
        vec![0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08],
        vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, key],
        [&[0x00, 0x20, 0x00, 0x80, length], secret.as_bytes()].concat(),
        vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x02],
        vec![0x00, 0xB0, 0x00, 0x00, 0x00],
    ];
    for command in commands {
        card.transmit(&command, &mut answer).expect("an answer");
        assert!(answer.ends_with(&[0x90, 0x00]));
    }
}
