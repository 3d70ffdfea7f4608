//! The guide sheet as a resident holds it: read back from the PDF with poppler, where the words stand on the paper.

// poppler is Debian's.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail loudly")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use jiff::civil::date;
use madoka_forms::Fonts;
use madoka_forms::guide::{
    CaseMark, Contact, Deadline, GuideSheet, Language, Section, SectionKind, Stop, Task, Thing,
};

/// One word of a page, in millimetres.
#[derive(Debug)]
struct Word {
    page: usize,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    text: String,
}

fn words(pdf: &[u8]) -> Vec<Word> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sheet.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output =
        Command::new("pdftotext").arg("-bbox").arg(&file).arg("-").output().unwrap_or_else(|error| {
            panic!(
                "pdftotext を起動できません（{error}）。Debian パッケージ poppler-utils を入れてください。"
            )
        });
    let mut page = 0;
    let mut words = Vec::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        page += usize::from(line.trim().starts_with("<page "));
        let Some(word) = line.trim().strip_prefix("<word ") else { continue };
        let number = |name: &str| {
            let at = word.split(&format!("{name}=\"")).nth(1).unwrap();
            at.split('"').next().unwrap().parse::<f64>().unwrap() * 25.4 / 72.0
        };
        let text = word.split('>').nth(1).unwrap().strip_suffix("</word").unwrap();
        words.push(Word {
            page,
            left: number("xMin"),
            top: number("yMin"),
            right: number("xMax"),
            bottom: number("yMax"),
            text: text.replace("&apos;", "'").replace("&amp;", "&"),
        });
    }
    words
}

fn task(name: &str) -> Task {
    Task { name: name.to_owned(), ..Task::default() }
}

fn stop(name: &str, place: &str, phone: &str, tasks: Vec<Task>) -> Stop {
    Stop { name: name.to_owned(), place: place.to_owned(), phone: phone.to_owned(), tasks }
}

fn due(day: jiff::civil::Date, rule: &str) -> Deadline {
    Deadline { day: Some(day), approximate: false, rule: rule.to_owned() }
}

/// A small sheet with one of everything.
#[expect(clippy::too_many_lines, reason = "one text after the other")]
fn sheet(language: Language) -> GuideSheet {
    let say = |ja: &str, easy: &str, en: &str| {
        match language {
            Language::Ja => ja,
            Language::Easy => easy,
            Language::En => en,
        }
        .to_owned()
    };
    let mut sheet = GuideSheet::new(
        language,
        "みなと野市",
        say("おくやみ（死亡）", "おくやみ（なくなったとき）", "Bereavement"),
        date(2026, 11, 2),
    );
    sheet.bereavement = true;
    sheet.case =
        Some(CaseMark { number: "26-012-000345-9529".to_owned(), code: "999999260120003459529".to_owned() });
    sheet.contact = Some(Contact {
        name: say("おくやみコーナー", "おくやみコーナー", "Bereavement desk"),
        phone: "0999-20-1000".to_owned(),
    });
    let citizens = say("市民課", "市民課（しみんか）", "Citizens' Affairs");
    let done =
        task(&say("世帯主変更届", "世帯主（せたいぬし）を 変（か）える", "Change of head of household"));
    sheet
        .sections
        .push(Section { kind: SectionKind::Done, stops: vec![stop(&citizens, "", "", vec![done])] });
    let here = Task {
        deadline: Some(due(
            date(2026, 11, 4),
            &say(
                "死亡した日の翌日から14日以内",
                "次（つぎ）の 日（ひ）から 14日（にち）の 間（あいだ）に",
                "Within 14 days",
            ),
        )),
        bring: vec![say(
            "介護保険被保険者証",
            "介護保険（かいごほけん）の 証（しょう）",
            "Insurance certificate",
        )],
        fee: Some(1300),
        why: say("介護保険：要介護2", "介護保険（かいごほけん）：2", "Long-term care: level 2"),
        note: say("介護保険の証を返します。", "証（しょう）を 返（かえ）します。", "Return the certificate."),
        who: vec![say("山田花子さん", "山田花子", "Hanako Yamada")],
        ..task(&say(
            "介護保険 資格喪失届",
            "介護保険（かいごほけん）を やめる",
            "Leaving long-term care insurance",
        ))
    };
    sheet.sections.push(Section {
        kind: SectionKind::Here,
        stops: vec![stop(
            &say("介護保険課", "介護保険課（かいごほけんか）", "Long-term Care"),
            "",
            "0999-20-1030",
            vec![here],
        )],
    });
    let visit = task(&say("納付の相談", "お金（かね）の 相談（そうだん）", "Consultation on tax payment"));
    sheet.sections.push(Section {
        kind: SectionKind::Visit,
        stops: vec![stop(
            &say("納税課", "納税課（のうぜいか）", "Tax Payment"),
            &say("2階 33番窓口", "2階（かい） 33番（ばん）の 窓口（まどぐち）", "floor 2, counter 33"),
            "0999-20-2070",
            vec![visit],
        )],
    });
    let unsure = Task {
        open: vec![say("亡くなった方の年金", "年金（ねんきん）", "Pension of the deceased")],
        ..task(&say("未支給年金", "年金（ねんきん）を もらう", "Unpaid pension"))
    };
    sheet
        .sections
        .push(Section { kind: SectionKind::ToConfirm, stops: vec![stop(&citizens, "", "", vec![unsure])] });
    let not_asked = task(&say("犬の登録", "犬（いぬ）の 登録（とうろく）", "Dog registration"));
    sheet
        .sections
        .push(Section { kind: SectionKind::NotAsked, stops: vec![stop(&citizens, "", "", vec![not_asked])] });
    let outside = Task {
        deadline: Some(due(date(2027, 1, 31), "")),
        in_case: true,
        ..task(&say("相続放棄", "相続（そうぞく）を しない", "Renouncing an inheritance"))
    };
    let overdue = Task {
        deadline: Some(due(date(2026, 10, 30), "")),
        ..task(&say("年金受給権者死亡届", "年金（ねんきん）の 届（とど）け", "Notice of death"))
    };
    sheet.sections.push(Section {
        kind: SectionKind::Outside,
        stops: vec![stop(
            &say("家庭裁判所", "家庭裁判所（かていさいばんしょ）", "Family Court"),
            "",
            "",
            vec![overdue, outside],
        )],
    });
    sheet.bring.push(Thing {
        name: say("本人確認書類（運転免許証など）", "身分証（みぶんしょう）", "Identity document"),
        note: say("顔写真つきは1点", "写真（しゃしん）が あれば 1つ", "One with a photo"),
        sure: false,
    });
    sheet
}

/// Where every word stands, to half a millimetre.
fn picture(pdf: &[u8]) -> String {
    let mut text = String::new();
    for word in words(pdf) {
        let half = |mm: f64| (mm * 2.0).round() / 2.0;
        writeln!(text, "{} {:5.1} {:5.1} {}", word.page, half(word.left), half(word.bottom), word.text)
            .unwrap();
    }
    text
}

fn golden(name: &str, found: &str) {
    let path = format!("{}/tests/guide/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("MADOKA_BLESS").is_some() {
        std::fs::create_dir_all(format!("{}/tests/guide", env!("CARGO_MANIFEST_DIR"))).unwrap();
        std::fs::write(&path, found).unwrap();
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    for (wanted, found) in wanted.lines().zip(found.lines()) {
        assert_eq!(wanted, found, "{name}: 変わったなら絵を見て、MADOKA_BLESS=1 で覚え直してください");
    }
    assert_eq!(wanted.lines().count(), found.lines().count(), "{name}");
}

#[test]
fn 三つの言葉で_字も位置も変わらない() {
    let fonts = Fonts::system();
    for language in [Language::Ja, Language::Easy, Language::En] {
        let pdf = sheet(language).to_pdf(&fonts).unwrap();
        golden(language.word(), &picture(&pdf));
        assert_eq!(pdf, sheet(language).to_pdf(&fonts).unwrap(), "同じ中身は同じバイト");
    }
}

/// The letters of a page without what breaks them apart.
fn pages(pdf: &[u8]) -> BTreeMap<usize, String> {
    let mut pages: BTreeMap<usize, String> = BTreeMap::new();
    for word in words(pdf) {
        pages.entry(word.page).or_default().push_str(&word.text);
    }
    pages
}

/// A household of twelve, names of forty letters, and much to do in many places.
fn large() -> GuideSheet {
    let mut sheet = GuideSheet::new(Language::Ja, "みなと野市", "転入", date(2026, 11, 2));
    let name = "寿限無寿限無五劫のすりきれ海砂利水魚の水行末雲来末風来末食う寝るところに住むところ";
    for (kind, letter) in
        [(SectionKind::Here, '甲'), (SectionKind::Visit, '乙'), (SectionKind::Outside, '丙')]
    {
        let stops = (0..9)
            .map(|office| {
                let tasks = (0..=office % 4)
                    .map(|at| Task {
                        who: (0..12).map(|member| format!("{name}{member}さん")).collect(),
                        note: format!("終{letter}{office}の{at}。"),
                        bring: vec!["とても長い持ち物の名前".repeat(at * 3 + 1)],
                        ..task(&format!("始{letter}{office}の{at}"))
                    })
                    .collect();
                stop(&"長い名前の課".repeat(5), "別館12階 123番窓口", "0999-20-1030", tasks)
            })
            .collect();
        sheet.sections.push(Section { kind, stops });
    }
    sheet
}

#[test]
fn 一つの手続は二つの頁に分かれず_余白から出ない() {
    let pdf = large().to_pdf(&Fonts::system()).unwrap();
    let pages = pages(&pdf);
    for letter in ['甲', '乙', '丙'] {
        for office in 0..9 {
            for at in 0..=office % 4 {
                let holds = |mark: &str| {
                    let mark = format!("{mark}{letter}{office}の{at}");
                    pages.iter().find(|(_, text)| text.contains(&mark)).map(|(page, _)| *page)
                };
                assert!(holds("始").is_some(), "{letter}{office}の{at} がありません");
                assert_eq!(holds("始"), holds("終"), "{letter}{office}の{at} が頁をまたぎました");
            }
        }
    }
    for word in words(&pdf) {
        let inside = word.left >= 17.5 && word.right <= 192.8 && word.top >= 12.0 && word.bottom <= 288.0;
        assert!(inside, "{word:?}");
    }
}

#[test]
fn わからないことは一度ずつ確かめる一覧になり_手続は一つも失われず_早い期限から並ぶ() {
    let mut sheet = GuideSheet::new(Language::Ja, "みなと野市", "おくやみ（死亡）", date(2026, 11, 2));
    sheet.bereavement = true;
    let unsure = |name: String, open: &[&str], day: Option<jiff::civil::Date>| Task {
        open: open.iter().map(|one| (*one).to_owned()).collect(),
        deadline: day.map(|day| due(day, "きまり")),
        bring: vec!["一覧には出ない持ち物".to_owned()],
        ..task(&name)
    };
    let tasks = (0..60).map(|at| {
        let open: &[&str] = match at % 3 {
            0 => &["受け取っていた年金"],
            1 => &["亡くなった方の健康保険", "受け取っていた年金"],
            _ => &["遺言書"],
        };
        unsure(format!("手続甲{at:02}"), open, (at == 2).then(|| date(2026, 11, 9)))
    });
    let tasks: Vec<Task> = tasks.chain([unsure("手続乙".to_owned(), &[], None)]).collect();
    sheet
        .sections
        .push(Section { kind: SectionKind::ToConfirm, stops: vec![stop("年金事務所", "", "", tasks)] });
    let thing = |name: &str, sure| Thing { name: name.to_owned(), note: String::new(), sure };
    sheet.bring = vec![thing("通帳", true), thing("年金証書", true), thing("遺言書の写し", false)];
    let pdf = sheet.to_pdf(&Fonts::system()).unwrap();
    let pages = pages(&pdf);
    assert!(pages.len() <= 2, "{} 枚", pages.len());
    let text: String = pages.into_values().collect();
    for at in 0..60 {
        assert_eq!(text.matches(&format!("手続甲{at:02}")).count(), 1, "{at}");
    }
    for what in ["亡くなった方の健康保険", "窓口でお話しすること", "手続乙", "遺言書の写し"]
    {
        assert_eq!(text.matches(what).count(), 1, "{what}");
    }
    let at = |what: &str| text.find(what).unwrap();
    assert!(at("11月9日") < at("受け取っていた年金"), "what is due first is found out first");
    assert!(text.contains("確かめること4件") && !text.contains("一覧には出ない持ち物"), "{text}");
    assert!(at("通帳") < at("確かめた結果によって要るもの"));
}

#[test]
fn どの頁にも頁番号と受付番号がある() {
    let mut sheet = large();
    sheet.case = Some(CaseMark { number: "26-012-000345-9529".to_owned(), code: "1".to_owned() });
    sheet.practice = true;
    let pages = pages(&sheet.to_pdf(&Fonts::system()).unwrap());
    let all = pages.len();
    assert!(all > 5);
    for (page, text) in pages {
        assert!(text.contains(&format!("{page}／{all}")), "{page}: {text}");
        assert!(text.contains("26-012-000345-9529"), "{page}");
        // Slanted, it is read letter by letter.
        assert!("練習用".chars().all(|letter| text.contains(letter)), "{page}");
    }
}

#[test]
fn 頁より高い手続でも終わり_字は失われない() {
    let mut sheet = GuideSheet::new(Language::Ja, "みなと野市", "転入", date(2026, 11, 2));
    let long =
        Task { note: format!("{}おしまい", "長い説明。".repeat(900)), ..task("はじまり") };
    sheet.sections.push(Section { kind: SectionKind::Here, stops: vec![stop("課", "", "", vec![long])] });
    let text: String = pages(&sheet.to_pdf(&Fonts::system()).unwrap()).into_values().collect();
    assert!(text.contains("はじまり") && text.contains("おしまい"));
}

#[test]
fn 書体にない字は下駄になり_異体字は選んだ字で出る() {
    let mut sheet = GuideSheet::new(Language::Ja, "みなと野市", "転入", date(2026, 11, 2));
    let who = vec!["葛\u{E0102}城さん".to_owned(), "\u{10FFFD}さん".to_owned(), "𠮷田さん".to_owned()];
    let task = Task { who, ..task("印鑑登録") };
    sheet
        .sections
        .push(Section { kind: SectionKind::Here, stops: vec![stop("市民課", "", "", vec![task])] });
    let text: String = pages(&sheet.to_pdf(&Fonts::system()).unwrap()).into_values().collect();
    assert!(text.contains("葛\u{E0102}城さん、〓さん、𠮷田さん"), "{text}");
}

#[test]
fn 何もなければ一枚() {
    let fonts = Fonts::system();
    let empty = GuideSheet::new(Language::En, "", "", date(2026, 2, 28)).to_pdf(&fonts).unwrap();
    assert_eq!(pages(&empty).len(), 1);
}
