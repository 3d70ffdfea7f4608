//! プリンター: asked of the print service (CUPS) on this machine, by IPP; and those an officer added by their place,
//! which are not asked, for that may take seconds.

use madoka_forms::print::{PRINT_SERVICE, PrintError, queues};

use super::{Check, Part};
use crate::printing::PrinterSearch;

pub(super) fn check(search: &PrinterSearch) -> Check {
    let (mut names, absent) = match printers() {
        Ok(names) => (names, "登録がありません"),
        Err(_) => (Vec::new(), "印刷サービスが動いていません"),
    };
    names.extend(search.added.iter().map(|uri| uri.as_str().to_owned()));
    Check::devices(
        Part::Printer,
        names,
        absent,
        "プリンターの電源とケーブルを確かめ、この端末に登録してください。なくても書類は PDF で確かめられます。",
    )
}

fn printers() -> Result<Vec<String>, PrintError> {
    Ok(queues(&PRINT_SERVICE.parse()?)?.into_iter().map(|queue| queue.name).collect())
}
