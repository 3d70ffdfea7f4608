//! The words of forms: which label means which fact, and whose.
//!
//! One table for all papers; a city's own words are added here, not in the code that finds boxes.

/// Whose column or section it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Who {
    Applicant,
    Visitor,
    Agent,
    Deceased,
    Mourner,
    Heir,
    /// Members of the household: rows.
    Member,
    /// 手帳を持つ方, 障害のある方, 受診者.
    Holder,
    /// 世帯主: of no person of its own in the facts; shown, not bound.
    Head,
    /// 被保険者, 受給者, 対象者…: the deceased on a paper about a death, else who files it.
    Insured,
    /// The city's own cells and others' (医師, 事業主): never filled.
    Nobody,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// An attribute every person has.
    Person(&'static str),
    /// A fact of the case, whoever's section it stands in.
    Case(&'static str),
    /// One fact of one person, whoever's section it stands in.
    Fact(&'static str),
    /// The day something changed: what, the paper's title tells.
    Changed,
    /// The day the paper is filed.
    Filed,
    /// Known, but not written from facts (被保険者番号, 個人番号, 備考).
    Hand,
    /// Signed or stamped by a person.
    Signature,
    /// The city's own.
    Office,
}

/// Longest first where one holds another.
pub(super) const PERSONS: &[(&str, Who)] = &[
    ("窓口に来られた方", Who::Visitor),
    ("窓口に来た方", Who::Visitor),
    ("窓口に来た人", Who::Visitor),
    ("来庁された方", Who::Visitor),
    ("来庁した方", Who::Visitor),
    ("来庁者", Who::Visitor),
    ("亡くなられた方", Who::Deceased),
    ("亡くなった方", Who::Deceased),
    ("亡くなった人", Who::Deceased),
    ("お亡くなりになった方", Who::Deceased),
    ("死亡した被保険者", Who::Deceased),
    ("死亡被保険者", Who::Deceased),
    ("死亡した受給者", Who::Deceased),
    ("死亡した受給権者", Who::Deceased),
    ("死亡受給権者", Who::Deceased),
    ("死亡された方", Who::Deceased),
    ("死亡した方", Who::Deceased),
    ("死亡した者", Who::Deceased),
    ("死亡した人", Who::Deceased),
    ("死亡者", Who::Deceased),
    ("被相続人", Who::Deceased),
    ("故人", Who::Deceased),
    ("葬祭を行った方", Who::Mourner),
    ("葬祭を行った者", Who::Mourner),
    ("葬祭を行う者", Who::Mourner),
    ("葬祭執行者", Who::Mourner),
    ("喪主", Who::Mourner),
    ("施主", Who::Mourner),
    ("相続人代表者", Who::Heir),
    ("相続人の代表者", Who::Heir),
    ("代表相続人", Who::Heir),
    ("相続人", Who::Heir),
    ("代理人", Who::Agent),
    ("代理の方", Who::Agent),
    ("受任者", Who::Agent),
    ("代理受領者", Who::Agent),
    ("届出義務者", Who::Applicant),
    ("届出人", Who::Applicant),
    ("届出者", Who::Applicant),
    ("申請者", Who::Applicant),
    ("申請人", Who::Applicant),
    ("請求者", Who::Applicant),
    ("請求人", Who::Applicant),
    ("申出者", Who::Applicant),
    ("申出人", Who::Applicant),
    ("申立人", Who::Applicant),
    ("申込者", Who::Applicant),
    ("申告者", Who::Applicant),
    ("申告人", Who::Applicant),
    ("届け出る方", Who::Applicant),
    ("請求する方", Who::Applicant),
    ("申し込む方", Who::Applicant),
    ("申込をする方", Who::Applicant),
    ("申請をする方", Who::Applicant),
    ("届出する方", Who::Applicant),
    ("請求をする方", Who::Applicant),
    ("委任をする方", Who::Applicant),
    ("代理人になる方", Who::Agent),
    ("委任される方", Who::Agent),
    ("委任を受ける方", Who::Agent),
    ("届出をする方", Who::Applicant),
    ("申請する方", Who::Applicant),
    ("申請される方", Who::Applicant),
    ("請求される方", Who::Applicant),
    ("委任者", Who::Applicant),
    ("委任する方", Who::Applicant),
    ("頼む人", Who::Applicant),
    ("頼まれる人", Who::Agent),
    ("異動した方", Who::Member),
    ("異動する方", Who::Member),
    ("異動者", Who::Member),
    ("異動した人", Who::Member),
    ("異動する人", Who::Member),
    ("転入する方", Who::Member),
    ("転出する方", Who::Member),
    ("転居する方", Who::Member),
    ("世帯員", Who::Member),
    ("世帯主", Who::Head),
    ("被保険者", Who::Insured),
    ("加入者", Who::Insured),
    ("入居者", Who::Insured),
    ("契約者", Who::Insured),
    ("手帳を持つ方", Who::Holder),
    ("手帳をお持ちの方", Who::Holder),
    ("手帳所持者", Who::Holder),
    ("手帳の名義人", Who::Holder),
    ("障害のある方", Who::Holder),
    ("障がいのある方", Who::Holder),
    ("障害者", Who::Holder),
    ("障がい者", Who::Holder),
    ("受診者", Who::Holder),
    ("対象となる方", Who::Holder),
    ("支援が必要な方", Who::Holder),
    ("保護者", Who::Applicant),
    ("対象児童", Who::Member),
    ("児童", Who::Member),
    ("お子さん", Who::Member),
    ("お子様", Who::Member),
    ("受給権者", Who::Insured),
    ("受給者", Who::Insured),
    ("受給資格者", Who::Insured),
    ("所有者", Who::Insured),
    ("使用者", Who::Insured),
    ("利用者", Who::Insured),
    ("名義人", Who::Insured),
    ("対象者", Who::Insured),
    ("本人", Who::Insured),
    ("納税義務者", Who::Insured),
    ("納付義務者", Who::Insured),
    ("医師", Who::Nobody),
    ("医療機関", Who::Nobody),
    ("事業主", Who::Nobody),
    ("証人", Who::Nobody),
    ("民生委員", Who::Nobody),
    ("緊急連絡先", Who::Nobody),
    ("配偶者", Who::Nobody),
];

const NAME: What = What::Person("name");
const KANA: What = What::Person("name_kana");
const BIRTH: What = What::Person("birth_date");
const SEX: What = What::Person("sex");
const POST: What = What::Person("postal_code");
const ADDRESS: What = What::Person("address");
const DOMICILE: What = What::Person("domicile");
const PHONE: What = What::Person("phone");
const RELATION: What = What::Person("relation");
const BANK: What = What::Person("bank.name");
const BRANCH: What = What::Person("bank.branch");
const KIND: What = What::Person("bank.kind");
const NUMBER: What = What::Person("bank.number");
const HOLDER: What = What::Person("bank.holder");

pub(super) const LABELS: &[(&str, What)] = &[
    ("氏名", NAME),
    ("お名前", NAME),
    ("名", NAME),
    ("名前", NAME),
    ("氏名又は名称", NAME),
    ("フリガナ", KANA),
    ("ふりがな", KANA),
    ("氏名フリガナ", KANA),
    ("フリガナ氏名", NAME),
    ("カナ氏名", KANA),
    ("カナ", KANA),
    ("よみかた", KANA),
    ("生年月日", BIRTH),
    ("生れた年月日", BIRTH),
    ("生まれた日", BIRTH),
    ("性別", SEX),
    ("男女の別", SEX),
    ("男女別", SEX),
    ("郵便番号", POST),
    ("住所", ADDRESS),
    ("現住所", ADDRESS),
    ("おところ", ADDRESS),
    ("住民登録地", ADDRESS),
    ("住所地", ADDRESS),
    ("住所又は所在地", ADDRESS),
    ("本籍", DOMICILE),
    ("本籍地", DOMICILE),
    ("電話番号", PHONE),
    ("電話", PHONE),
    ("電話番号(日中)", PHONE),
    ("連絡先", PHONE),
    ("連絡先電話番号", PHONE),
    ("日中の連絡先", PHONE),
    ("日中連絡先", PHONE),
    ("日中の電話番号", PHONE),
    ("日中連絡がつく電話番号", PHONE),
    ("携帯電話", PHONE),
    ("TEL", PHONE),
    ("続柄", RELATION),
    ("続き柄", RELATION),
    ("世帯主との続柄", RELATION),
    ("世帯主から見た続柄", RELATION),
    ("死亡者との続柄", RELATION),
    ("亡くなった方との続柄", RELATION),
    ("亡くなった方から見た続柄", RELATION),
    ("本人との続柄", RELATION),
    ("本人との関係", RELATION),
    ("被保険者との続柄", RELATION),
    ("被保険者との関係", RELATION),
    ("被相続人との続柄", RELATION),
    ("続柄(関係)", RELATION),
    ("死亡者から見た続柄", RELATION),
    ("関係", RELATION),
    ("国籍", What::Person("nationality")),
    ("国籍地域", What::Person("nationality")),
    ("旧氏", What::Person("former_name")),
    ("旧姓", What::Person("former_name")),
    ("通称", What::Person("common_name")),
    ("通称名", What::Person("common_name")),
    ("金融機関名", BANK),
    ("金融機関", BANK),
    ("金融機関の名称", BANK),
    ("銀行名", BANK),
    ("支店名", BRANCH),
    ("支店", BRANCH),
    ("店名", BRANCH),
    ("本支店名", BRANCH),
    ("預金種別", KIND),
    ("預金の種類", KIND),
    ("預金種目", KIND),
    ("口座種別", KIND),
    ("口座の種類", KIND),
    ("預貯金種別", KIND),
    ("種別", KIND),
    ("種目", KIND),
    ("口座番号", NUMBER),
    ("口座番号(右詰め)", NUMBER),
    ("預金口座番号", NUMBER),
    ("口座名義人", HOLDER),
    ("口座名義", HOLDER),
    ("口座名義人フリガナ", HOLDER),
    ("口座名義人氏名", HOLDER),
    ("名義人", HOLDER),
    ("名義", HOLDER),
    ("フリガナ口座名義人", HOLDER),
    ("死亡年月日", What::Case("death_date")),
    ("死亡日", What::Case("death_date")),
    ("死亡の日", What::Case("death_date")),
    ("死亡した日", What::Case("death_date")),
    ("死亡した年月日", What::Case("death_date")),
    ("亡くなった日", What::Case("death_date")),
    ("亡くなられた日", What::Case("death_date")),
    ("死亡日時", What::Case("death_date")),
    ("亡くなった年月日", What::Case("death_date")),
    ("葬祭執行日", What::Case("funeral_date")),
    ("葬祭執行年月日", What::Case("funeral_date")),
    ("葬祭を行った日", What::Case("funeral_date")),
    ("葬祭を行った年月日", What::Case("funeral_date")),
    ("葬祭日", What::Case("funeral_date")),
    ("葬儀日", What::Case("funeral_date")),
    ("葬儀執行日", What::Case("funeral_date")),
    ("葬儀を行った日", What::Case("funeral_date")),
    ("異動日", What::Changed),
    ("異動年月日", What::Changed),
    ("異動した日", What::Case("move_date")),
    ("引越しの日", What::Case("move_date")),
    ("引越し日", What::Case("move_date")),
    ("住み始めた日", What::Case("move_date")),
    ("住みはじめた日", What::Case("move_date")),
    ("転入年月日", What::Case("move_date")),
    ("転居年月日", What::Case("move_date")),
    ("転出年月日", What::Case("move_date")),
    ("転出予定日", What::Case("move_date")),
    ("転入日", What::Case("move_date")),
    ("転居日", What::Case("move_date")),
    ("新しい住所", What::Case("new_address")),
    ("新住所", What::Case("new_address")),
    ("異動後の住所", What::Case("new_address")),
    ("これからの住所", What::Case("new_address")),
    ("変更後の住所", What::Case("new_address")),
    ("転居後の住所", What::Case("new_address")),
    ("転居先", What::Case("new_address")),
    // 1月1日の住所: a number at the beginning counts for a row's.
    ("月1日の住所", What::Hand),
    ("住所地特例", What::Hand),
    ("転出先住所", What::Case("new_address")),
    ("転出先", What::Case("new_address")),
    ("今までの住所", What::Case("old_address")),
    ("これまでの住所", What::Case("old_address")),
    ("旧住所", What::Case("old_address")),
    ("前住所", What::Case("old_address")),
    ("前の住所", What::Case("old_address")),
    ("変更前の住所", What::Case("old_address")),
    ("転居前の住所", What::Case("old_address")),
    ("異動前の住所", What::Case("old_address")),
    ("新しい世帯主", What::Case("new_head")),
    ("新世帯主", What::Case("new_head")),
    ("異動後の世帯主", What::Case("new_head")),
    ("今までの世帯主", What::Case("old_head")),
    ("これまでの世帯主", What::Case("old_head")),
    ("旧世帯主", What::Case("old_head")),
    ("前世帯主", What::Case("old_head")),
    ("異動前の世帯主", What::Case("old_head")),
    ("婚姻年月日", What::Case("marriage_date")),
    ("婚姻日", What::Case("marriage_date")),
    ("離婚年月日", What::Case("divorce_date")),
    ("届出日", What::Filed),
    ("届出年月日", What::Filed),
    ("届出の日", What::Filed),
    ("申請日", What::Filed),
    ("申請年月日", What::Filed),
    ("請求日", What::Filed),
    ("請求年月日", What::Filed),
    ("申告日", What::Filed),
    ("申告年月日", What::Filed),
    ("申出日", What::Filed),
    ("申込日", What::Filed),
    ("変更年月日", What::Changed),
    ("変更の年月日", What::Changed),
    ("変更した年月日", What::Changed),
    ("変更日", What::Changed),
    ("変更した日", What::Changed),
    ("消滅した日", What::Changed),
    ("消滅日", What::Changed),
    ("事由発生日", What::Changed),
    ("事由発生年月日", What::Changed),
    ("事由の生じた日", What::Changed),
    ("出国予定日", What::Case("move_date")),
    ("出国の予定日", What::Case("move_date")),
    ("出国日", What::Case("move_date")),
    ("記入日", What::Filed),
    ("提出日", What::Filed),
    ("提出年月日", What::Filed),
    ("来庁日", What::Filed),
    ("委任日", What::Filed),
    ("委任年月日", What::Filed),
    ("個人番号", What::Hand),
    ("マイナンバー", What::Hand),
    ("被保険者番号", What::Hand),
    ("被保険者証番号", What::Hand),
    ("被保険者記号番号", What::Hand),
    ("被保険者証記号番号", What::Hand),
    ("被保険者証の記号番号", What::Hand),
    ("記号番号", What::Hand),
    ("記号", What::Hand),
    ("番号", What::Hand),
    ("受給者番号", What::Hand),
    ("受給者証番号", What::Hand),
    ("基礎年金番号", What::Hand),
    ("年金証書番号", What::Hand),
    ("年金コード", What::Hand),
    ("証書番号", What::Hand),
    ("手帳番号", What::Hand),
    ("登録番号", What::Hand),
    ("標識番号", What::Hand),
    ("整理番号", What::Hand),
    ("宛名番号", What::Office),
    ("世帯番号", What::Hand),
    ("お客様番号", What::Hand),
    ("使用者番号", What::Hand),
    ("水栓番号", What::Hand),
    ("備考", What::Hand),
    ("職業", What::Hand),
    ("勤務先", What::Hand),
    ("勤務先名", What::Hand),
    ("医療機関名", What::Hand),
    ("病院名", What::Hand),
    ("死因", What::Hand),
    ("金額", What::Hand),
    ("請求金額", What::Hand),
    ("支給額", What::Hand),
    ("申請額", What::Hand),
    ("理由", What::Hand),
    ("事由", What::Hand),
    ("異動事由", What::Hand),
    ("届出の理由", What::Hand),
    ("金融機関コード", What::Hand),
    ("店番号", What::Hand),
    ("支店コード", What::Hand),
    ("店番", What::Hand),
    ("署名", What::Signature),
    ("自署", What::Signature),
    ("署名欄", What::Signature),
    ("署名又は記名押印", What::Signature),
    ("押印", What::Signature),
    ("印", What::Signature),
    ("届出印", What::Signature),
    ("お届け印", What::Signature),
    ("金融機関届出印", What::Signature),
    ("受付印", What::Office),
    ("受付", What::Office),
    ("受付印欄", What::Office),
    ("受付日付印", What::Office),
    ("受付者", What::Office),
    ("受付日", What::Office),
    ("受付年月日", What::Office),
    ("受理", What::Office),
    ("受理印", What::Office),
    ("受付番号", What::Office),
    ("市処理欄", What::Office),
    ("市記入欄", What::Office),
    ("市役所記入欄", What::Office),
    ("市使用欄", What::Office),
    ("事務処理欄", What::Office),
    ("処理欄", What::Office),
    ("職員記入欄", What::Office),
    ("職員使用欄", What::Office),
    ("職員処理欄", What::Office),
    ("決裁", What::Office),
    ("決裁欄", What::Office),
    ("起案", What::Office),
    ("起案者", What::Office),
    ("係", What::Office),
    ("係員", What::Office),
    ("係長", What::Office),
    ("担当", What::Office),
    ("担当者", What::Office),
    ("主査", What::Office),
    ("課長", What::Office),
    ("課長補佐", What::Office),
    ("部長", What::Office),
    ("入力", What::Office),
    ("入力者", What::Office),
    ("確認", What::Office),
    ("確認者", What::Office),
    ("確認印", What::Office),
    ("照合", What::Office),
    ("審査", What::Office),
    ("交付", What::Office),
    ("交付者", What::Office),
    ("交付印", What::Office),
    ("本人確認", What::Office),
    ("本人確認欄", What::Office),
    ("本人確認書類", What::Office),
    ("資格確認", What::Office),
    ("検認", What::Office),
    ("金融機関記入欄", What::Office),
    ("金融機関確認印", What::Office),
    ("金融機関使用欄", What::Office),
    ("検印", What::Office),
    ("印鑑照合", What::Office),
    ("収受印", What::Office),
    ("決定通知", What::Office),
];

/// The answers printed for choosing, as the facts know them.
pub(super) const SEXES: &[(&str, &str)] =
    &[("男", "male"), ("女", "female"), ("男性", "male"), ("女性", "female")];

pub(super) const ERAS: &[(&str, &str)] = &[
    ("明治", "meiji"),
    ("大正", "taisho"),
    ("昭和", "showa"),
    ("平成", "heisei"),
    ("令和", "reiwa"),
    ("西暦", "western"),
    ("明", "meiji"),
    ("大", "taisho"),
    ("昭", "showa"),
    ("平", "heisei"),
    ("令", "reiwa"),
    ("西", "western"),
];

/// What a label says, once read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    pub who: Option<Who>,
    pub what: Option<What>,
    /// 1.0 when the table holds these very words.
    pub sure: f64,
}

/// Reads a label (already a `text::key`).
pub(super) fn read(label: &str) -> Reading {
    let nothing = Reading { who: None, what: None, sure: 0.0 };
    if label.is_empty() || label.chars().count() > 60 {
        return nothing;
    }
    if let Some(what) = exact(label) {
        return Reading { who: None, what: Some(what), sure: 1.0 };
    }
    let bare = super::text::without_brackets(label);
    // To be written by hand by the person, whatever else is said.
    if label.contains("自署") || label.contains("署名") {
        return Reading { who: person(label).map(|(_, who)| who), what: Some(What::Signature), sure: 0.97 };
    }
    if let Some(what) = exact(&bare) {
        // Whom a relation is to is not whose it is: 続柄（死亡者との）.
        let inside = label.replacen(&bare, "", 1);
        let who = person(&inside).map(|(_, who)| who).filter(|_| what != RELATION);
        return Reading { who, what: Some(what), sure: 0.97 };
    }
    // フリガナ over the name: one caption for both lines.
    for reading in ["フリガナ", "ふりがな"] {
        if let Some(rest) = bare.strip_prefix(reading).filter(|rest| !rest.is_empty()) {
            let below = read(rest);
            if matches!(below.what, Some(NAME | HOLDER)) {
                return below;
            }
            if below.what.is_none() && below.who.is_some() {
                return Reading { what: Some(NAME), sure: 0.9, ..below };
            }
        }
    }
    let (mut who, mut rest) = (None, bare.clone());
    // 申請者（手帳を持つ方）: who it really is stands in the brackets.
    let inside = label.replacen(&bare, "", 1);
    // 保護者（15歳未満のとき）, 権利を取得した者（被相続人との関係）: a condition and a relation name nobody.
    let aside = ["とき", "場合", "では", "との関係", "との続柄"].iter().any(|word| inside.contains(word));
    let really = person(&inside)
        .filter(|_| !aside)
        .map(|(_, who)| who)
        .filter(|who| matches!(who, Who::Heir | Who::Holder | Who::Member));
    if let Some((word, found)) = person(&bare) {
        // Who stands in for a child only sometimes is not whoever files the paper.
        let sometimes = word == "保護者" && aside;
        who = if sometimes { Some(Who::Nobody) } else { really.or(Some(found)) };
        rest = bare.replacen(word, "", 1);
    } else if let Some((_, found)) = person(label).filter(|_| !aside) {
        who = Some(found);
    }
    let rest = rest.trim_matches(|letter| "のがはとをにで、。((".contains(letter));
    // 所在地・電話番号: of a hospital, a facility, a house; people have a 住所.
    if label.contains("所在地") && !label.contains("住所") {
        return Reading { who, what: Some(What::Hand), sure: 0.8 };
    }
    if rest.is_empty() {
        return Reading { who, what: None, sure: 1.0 };
    }
    if let Some(what) = exact(rest) {
        return Reading { who: who.filter(|_| what != RELATION), what: Some(what), sure: 0.95 };
    }
    let length = rest.chars().count();
    let within = LABELS
        .iter()
        .filter(|(word, _)| word.chars().count() >= 2 && rest.contains(word))
        .max_by_key(|(word, _)| (word.chars().count(), rest.ends_with(word)));
    match within {
        Some((word, what)) if length <= word.chars().count() * 3 + 3 => {
            #[expect(clippy::cast_precision_loss, reason = "short words")]
            let share = word.chars().count() as f64 / length as f64;
            let sure = 0.55 + 0.35 * share;
            Reading {
                who: who.filter(|_| *what != RELATION),
                what: Some(*what),
                sure: if rest.ends_with(word) { sure } else { sure - 0.1 },
            }
        }
        _ => Reading { who, what: None, sure: 0.5 },
    }
}

/// Reads a caption that may hold a wrong letter or miss one, as OCR gives them.
pub(super) fn read_unsure(label: &str) -> Reading {
    let length = label.chars().count();
    let allowed = match length {
        0..=2 => return read(label),
        3..=6 => 1,
        _ => 2,
    };
    let off = |word: &str| {
        let distance = strsim::levenshtein(word, label);
        (distance <= allowed && word.chars().count() >= 3).then_some(distance)
    };
    let what = LABELS
        .iter()
        .filter_map(|(word, what)| Some((off(word)?, *what)))
        .min_by_key(|(distance, _)| *distance);
    let who = PERSONS
        .iter()
        .filter_map(|(word, who)| Some((off(word)?, *who)))
        .min_by_key(|(distance, _)| *distance);
    match (what, who) {
        (Some((near, what)), who) if who.is_none_or(|(other, _)| near <= other) => {
            Reading { who: None, what: Some(what), sure: 0.75 }
        }
        (_, Some((_, who))) => Reading { who: Some(who), what: None, sure: 0.96 },
        _ => read(label),
    }
}

fn exact(label: &str) -> Option<What> {
    LABELS.iter().find(|(word, _)| *word == label).map(|(_, what)| *what)
}

/// The longest person word in a text.
pub(super) fn person(text: &str) -> Option<(&'static str, Who)> {
    PERSONS
        .iter()
        .filter(|(word, _)| text.contains(word))
        .max_by_key(|(word, _)| word.chars().count())
        .copied()
}
