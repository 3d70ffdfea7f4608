//! Dates of validity that overlap or leave a hole, procedures to be looked at again.

use std::collections::BTreeMap;

use jiff::civil::Date;
use madoka_facts::{DeclaredPath, Id};

use super::Analysis;
use super::finding::Finding;
use crate::pack::{Dated, Effective, Period, Place, ProcedureId};

impl Analysis<'_> {
    pub(super) fn validity(&mut self, today: Option<Date>) {
        let pack = self.index.pack;
        let mut procedures: BTreeMap<&ProcedureId, Vec<(Effective, &Place)>> = BTreeMap::new();
        for procedure in &pack.procedures {
            procedures.entry(&procedure.id).or_default().push((procedure.effective, &procedure.place));
            let about = format!("手続 {}", procedure.id);
            self.dated(&procedure.place, &about, "名前", &procedure.name);
            self.dated(&procedure.place, &about, "手数料", &procedure.fee);
            self.dated(&procedure.place, &about, "職員への注意", &procedure.staff_note);
            self.dated(&procedure.place, &about, "来庁者への説明", &procedure.resident_note);
            if let (Some(by), Some(today)) = (procedure.review_by, today)
                && by < today
            {
                self.add(
                    Finding::warning("A305", &procedure.place, &about)
                        .says(format!("確認の期限（{by}）を過ぎています。"))
                        .fix("所管課に内容を確かめて、review_by を新しくしてください。"),
                );
            }
        }
        for (id, versions) in procedures {
            self.versions(&format!("手続 {id}"), versions);
        }
        let mut questions: BTreeMap<(&DeclaredPath, &Id), Vec<(Effective, &Place)>> = BTreeMap::new();
        for question in &pack.questions {
            for event in &question.events {
                questions
                    .entry((&question.fact, event))
                    .or_default()
                    .push((question.effective, &question.place));
            }
            let about = format!("質問 {}", question.fact);
            self.dated(&question.place, &about, "質問の文", &question.ask);
            self.dated(&question.place, &about, "補足", &question.help);
        }
        for ((fact, _), versions) in questions {
            self.versions(&format!("質問 {fact}"), versions);
        }
    }

    fn versions(&mut self, about: &str, mut versions: Vec<(Effective, &Place)>) {
        versions.sort_by_key(|(effective, _)| effective.period.from);
        for pair in versions.windows(2) {
            let [(before, _), (after, place)] = pair else { continue };
            self.between(place, about, "有効期間", before.period, after.period);
        }
    }

    fn dated<T>(&mut self, place: &Place, about: &str, what: &str, dated: &Dated<T>) {
        let mut periods: Vec<Period> = dated.0.iter().map(|(period, _)| *period).collect();
        periods.sort_by_key(|period| period.from);
        for pair in periods.windows(2) {
            let [before, after] = pair else { continue };
            self.between(place, about, what, *before, *after);
        }
        let (Some(first), Some(last)) = (periods.first(), periods.last()) else { return };
        let pack = self.index.pack.valid;
        let late = first.from.zip(pack.from).is_some_and(|(from, start)| start < from);
        let early = last.to.is_some_and(|to| pack.to.is_none_or(|end| to < end));
        if late || early {
            self.add(
                Finding::warning("A401", place, about)
                    .says(format!(
                        "{what}が、パックの有効期間の{}ありません。",
                        if early { "終わりまで" } else { "初めには" }
                    ))
                    .fix("足りない期間の分を書くか、from・to を外してください。"),
            );
        }
    }

    fn between(&mut self, place: &Place, about: &str, what: &str, before: Period, after: Period) {
        if before.overlaps(&after) {
            self.add(
                Finding::error("A402", place, about)
                    .says(format!("{what}の期間が重なっています。"))
                    .fix("前のものの to を、次のものの from の前の日にしてください。"),
            );
        } else if let (Some(to), Some(from)) = (before.to, after.from)
            && let (Ok(first), Ok(last)) = (to.tomorrow(), from.yesterday())
            && first <= last
        {
            self.add(
                Finding::warning("A401", place, about)
                    .says(format!("{what}に、{first}から{last}まですき間があります。"))
                    .fix("その間はないことでよいか確かめ、そうでなければ to か from を直してください。"),
            );
        }
    }
}
