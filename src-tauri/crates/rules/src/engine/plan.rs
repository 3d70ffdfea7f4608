//! What else to get from people or registers: facts that need no question, and facts for paper.

use std::collections::BTreeSet;

use madoka_facts::{Answer, FactPath, Facts};

use super::compile::Rulebook;
use super::judge::{Entry, Judgement};
use crate::pack::{FillFrom, Question, Verdict};

impl Rulebook {
    /// The open facts that a card or a register holds: to be filled in before anybody is asked.
    pub fn prefill(&self, judgement: &Judgement) -> Vec<FactPath> {
        let held = |path: &FactPath| {
            let question = self.question_about(path);
            question.is_some_and(|question| matches!(question.fill_from, FillFrom::Card | FillFrom::Register))
        };
        let open = judgement.entries.iter().filter(|entry| entry.verdict == Verdict::Undecided);
        let open: BTreeSet<&FactPath> =
            open.flat_map(|entry| &entry.open).filter(|path| held(path)).collect();
        open.into_iter().cloned().collect()
    }

    /// Facts that change no verdict any more but are printed on a form or date a deadline, in the order of asking.
    /// To be asked last, when the list of procedures stands.
    pub fn details(&self, judgement: &Judgement, facts: &Facts) -> Vec<FactPath> {
        let mut wanted: BTreeSet<FactPath> = BTreeSet::new();
        let entries = judgement.entries.iter().filter(|entry| entry.verdict != Verdict::NotNeeded);
        for entry in entries {
            wanted.extend(self.printed_or_dated(entry, facts));
        }
        let mut wanted: Vec<(i64, i64, FactPath)> = wanted
            .into_iter()
            .filter(|path| facts.answer(path) == Answer::Unasked)
            .filter_map(|path| self.order_of(&path).map(|(screen, order)| (screen, order, path)))
            .collect();
        wanted.sort();
        wanted.into_iter().map(|(_, _, path)| path).collect()
    }

    fn printed_or_dated(&self, entry: &Entry, facts: &Facts) -> Vec<FactPath> {
        let pack = self.pack();
        let Some(procedure) = pack.procedures.get(entry.procedure) else { return Vec::new() };
        let forms = pack.forms.iter().filter(|form| procedure.forms.contains(&form.id));
        let periods = procedure.deadlines.iter().filter_map(|deadline| deadline.period.as_ref());
        let anchors =
            periods.filter_map(|period| pack.anchors.iter().find(|anchor| anchor.id == period.anchor));
        let declared = forms.flat_map(|form| &form.facts).chain(anchors.map(|anchor| &anchor.fact));
        declared
            .flat_map(|path| {
                let members = if path.is_each_member() { facts.members() } else { 1 };
                (0..members).map(|member| path.of_member(member))
            })
            .collect()
    }

    fn question_about(&self, path: &FactPath) -> Option<&Question> {
        let declared = path.declared();
        let mut questions = self.questions.iter().filter_map(|(index, _)| self.pack().questions.get(*index));
        questions.find(|question| question.fact == declared)
    }

    fn order_of(&self, path: &FactPath) -> Option<(i64, i64)> {
        let declared = path.declared();
        let questions = self.questions.iter();
        let mut questions =
            questions.filter_map(|(index, screen)| Some((self.pack().questions.get(*index)?, *screen)));
        questions
            .find(|(question, _)| question.fact == declared)
            .map(|(question, screen)| (screen, question.order))
    }
}
