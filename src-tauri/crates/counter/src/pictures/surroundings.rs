//! What a picture is read by: the day, the nation's municipalities, the city's towns, and its register.

use jiff::civil::Date;
use madoka_casework::CaseId;
use madoka_ocr::{Known, Resident, Seen};
use madoka_register::Query;
use madoka_rules::pack::City;
use madoka_sync::wire::register::{Purpose, Search};
use madoka_text::{BirthDate, Gazetteer};

use crate::Counter;
use crate::register::Books;

/// The day and the city a picture is read in.
#[derive(Debug)]
pub struct Surroundings {
    pub(super) today: Date,
    pub(super) gazetteer: Gazetteer,
    pub(super) city: CityKnows,
}

/// 町名 and 台帳, as hints between readings that are near each other.
#[derive(Debug)]
pub(super) struct CityKnows {
    /// With and without the prefecture: a card has it, a city's own paper often not.
    towns: Vec<String>,
    /// Where residents are asked, and for which case.
    books: Option<(Books, CaseId)>,
}

impl CityKnows {
    fn of(city: Option<&City>, books: Option<(Books, CaseId)>) -> Self {
        let towns = city.map_or_else(Vec::new, |city| {
            let whole = |town: &String| {
                let own = format!("{}{town}", city.name);
                [format!("{}{own}", city.prefecture), own]
            };
            city.towns.iter().flat_map(whole).collect()
        });
        Self { towns, books }
    }
}

impl Known for CityKnows {
    fn towns(&self) -> &[String] {
        &self.towns
    }

    /// As an officer would look: by birth date and name, and where a glyph of the name was misread by birth date and
    /// address. The server writes both down as done for this case. No answer, no hint.
    fn residents(&self, seen: &Seen<'_>) -> Vec<Resident> {
        let Some((books, case)) = &self.books else { return Vec::new() };
        let Ok(day) = BirthDate::new(seen.birth_date) else { return Vec::new() };
        let born = || Query { birth_date: Some(day), ..Query::default() };
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        let by_name = given(seen.name).map(|name| Query { name: Some(name), ..born() });
        let by_place = given(seen.address).map(|address| Query { address: Some(address), ..born() });
        for query in [by_name, by_place].into_iter().flatten() {
            let Ok(query) = query.checked() else { continue };
            let found = books.search(&Search { purpose: Purpose::Case(*case), query });
            let residents: Vec<Resident> = found.map_or_else(
                |_| Vec::new(),
                |found| {
                    let resident = |one: &madoka_sync::wire::register::Brief| Resident {
                        name: one.name.clone(),
                        address: one.address.clone(),
                    };
                    found.residents.iter().map(resident).collect()
                },
            );
            if !residents.is_empty() {
                return residents;
            }
        }
        Vec::new()
    }
}

impl Counter {
    /// What a picture is read by: births lie before today, addresses are those of Japan and of this city, and where the
    /// register can be asked it is, for this case.
    pub fn surroundings(&self, books: Option<(Books, CaseId)>) -> Surroundings {
        let city = self.city.pack.as_ref().map(|pack| &pack.city);
        let gazetteer = match city {
            Some(city) => Gazetteer::nation().with([(city.prefecture.as_str(), city.name.as_str())]),
            None => Gazetteer::nation().clone(),
        };
        Surroundings { today: self.today(), gazetteer, city: CityKnows::of(city, books) }
    }
}
