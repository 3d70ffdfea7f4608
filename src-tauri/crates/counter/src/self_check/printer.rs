//! プリンター: asked of the print service (CUPS) on this machine, by IPP.

use std::time::Duration;

use ipp::prelude::*;

use super::{Check, Part};

/// Where CUPS listens on every machine that has it. By number: a machine that does not list `localhost` among its own
/// names would ask a name server for it.
const PRINT_SERVICE: &str = "http://127.0.0.1:631/";

/// The service answers in milliseconds or does not run at all.
const PATIENCE: Duration = Duration::from_secs(2);

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

fn printers() -> Result<Vec<String>, IppError> {
    let client = IppClient::builder(Uri::from_static(PRINT_SERVICE)).request_timeout(PATIENCE).build();
    let answer = client.send(IppOperationBuilder::cups().get_printers())?;
    let names = answer
        .attributes()
        .groups_of(DelimiterTag::PrinterAttributes)
        .filter_map(|printer| printer.get("printer-name"))
        .map(|name| name.value().to_string())
        .collect();
    Ok(names)
}
