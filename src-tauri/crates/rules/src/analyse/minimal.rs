//! From what a search left possible to a person with only the facts that matter, in the ordinary logic.

use madoka_facts::{FactPath, Value};

use super::truth::truth;
use super::witness::Witness;
use super::world::{Check, NodeId, Out, Side, Use, View, World};
use crate::kleene::Tri;

/// A person: a value or nothing for each cell of a world.
pub(super) struct Sketch {
    pub(super) cells: Vec<Option<Value>>,
    pub(super) members: u16,
    /// Nobody else lives there.
    pub(super) listed: bool,
}

impl World<'_> {
    /// Takes away every fact without which `node` stays true.
    pub(super) fn minimal(&self, node: NodeId, about: Option<u16>, mut sketch: Sketch) -> Witness {
        let holds = |sketch: &Sketch| self.eval(sketch, node, about, 0) == Out::True;
        for cell in (0..sketch.cells.len()).rev() {
            let Some(said) = sketch.cells.get_mut(cell).and_then(Option::take) else { continue };
            if !holds(&sketch)
                && let Some(place) = sketch.cells.get_mut(cell)
            {
                *place = Some(said);
            }
        }
        // Without any member's fact, is the list itself needed?
        if about.is_none() && self.slots > 0 && !self.says_of_members(&sketch) {
            sketch.listed = false;
            sketch.listed = !holds(&sketch);
        }
        self.described(about, sketch)
    }

    fn says_of_members(&self, sketch: &Sketch) -> bool {
        let members = self.vars.iter().filter(|var| var.path.is_each_member());
        let mut cells =
            members.flat_map(|var| (0..usize::from(sketch.members)).map(move |member| var.base + member));
        cells.any(|cell| sketch.cells.get(cell).is_some_and(Option::is_some))
    }

    fn described(&self, about: Option<u16>, mut sketch: Sketch) -> Witness {
        let mut answers: Vec<(FactPath, Value)> = Vec::new();
        let mut on = self.day();
        let household = self.slots > 0 && sketch.listed;
        for var in &self.vars {
            let members = if !var.path.is_each_member() {
                1
            } else if household {
                sketch.members
            } else {
                0
            };
            for member in 0..members {
                let value = sketch.cells.get_mut(var.base + usize::from(member)).and_then(Option::take);
                let (path, Some(value)) = (var.path.of_member(member), value) else { continue };
                if path.to_string() == "case.visit_date" {
                    on = value.as_date().and_then(madoka_text::BirthDate::date).unwrap_or(on);
                } else {
                    answers.push((path, value));
                }
            }
        }
        answers.sort_by(|(one, _), (other, _)| one.cmp(other));
        let event = self.contexts.first().and_then(|ctx| ctx.event.cloned());
        Witness { event, on, answers, household: household.then_some(sketch.members), member: about }
    }
}

impl View for Sketch {
    type Open = ();

    fn check(
        &self,
        world: &World<'_>,
        check: &Check,
        left: Side,
        right: Option<Side>,
        member: Option<u16>,
    ) -> Out<()> {
        let value = |fact: usize, side: Side| {
            let fact = world.uses.get(fact)?;
            if side == Side::Skipped {
                return fact.skipped.as_ref();
            }
            let var = world.vars.get(fact.var)?;
            let member = if var.path.is_each_member() { member.unwrap_or_default() } else { 0 };
            if member >= self.members.max(1) {
                return None;
            }
            let member = usize::from(member);
            self.cells.get(var.base + member)?.as_ref()
        };
        let Some(one) = value(check.left, left) else { return Out::Open(()) };
        let other = check.right.zip(right).and_then(|(fact, side)| value(fact, side));
        match truth(&check.test, one, other) {
            Tri::True => Out::True,
            Tri::False => Out::False,
            Tri::Unknown => Out::Open(()),
        }
    }

    fn members(&self) -> u16 {
        self.members
    }

    fn is_there(&self, _: u16) -> Out<()> {
        if self.listed { Out::True } else { Out::False }
    }

    fn others(&self) -> Option<(u16, ())> {
        // The cells end with the listed members: of anybody else nothing is known.
        (!self.listed).then_some((u16::MAX, ()))
    }

    fn skipped(&self, _: &World<'_>, _: &Use, _: Option<u16>) -> Result<Side, ()> {
        Ok(Side::Skipped)
    }

    fn behind_open_gate(&self, (): ()) -> Result<Side, ()> {
        Err(())
    }

    fn step(&self) -> bool {
        true
    }

    fn given_up(&self) {}
}
