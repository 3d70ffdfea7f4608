//! プリンター: asked of the print service (CUPS) on this machine, by IPP.

use madoka_forms::print::{PRINT_SERVICE, PrintError, queues};

use super::{Check, Part};

pub(super) fn check() -> Check {
    let (names, absent) = match printers() {
        Ok(names) => (names, "登録がありません"),
        Err(_) => (Vec::new(), "印刷サービスが動いていません"),
    };
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
