//! 設定・プリンター: which there are, which is the usual one, and how far each sets beside where it should.

use madoka_facts::Id;
use madoka_forms::print::{
    Capabilities, Condition, Offset, PRINT_SERVICE, Printer, PrinterState, PrinterUri, queues,
};
use serde::Serialize;
#[cfg(test)]
use ts_rs::TS;

use super::printer_name;
use super::state::Trouble;
use crate::{Counter, CounterError};

/// The プリンター part of 設定.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PrintersView {
    pub printers: Vec<PrinterShown>,
    /// The print service of this machine answers.
    pub service: bool,
    /// A cover for staff before the forms.
    pub cover: bool,
    /// Forms that may come out on pre-printed stock.
    pub stock: Vec<StockForm>,
}

/// One printer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct PrinterShown {
    pub uri: String,
    /// What people call it.
    pub name: String,
    pub model: String,
    /// 「使えます」「印刷中」「つながりません」
    pub state: String,
    pub ready: bool,
    pub troubles: Vec<Trouble>,
    /// いつものプリンター
    pub usual: bool,
    /// By its address, not found by itself; it can be removed.
    pub added: bool,
    /// Right and down, in millimetres.
    pub offset: [f64; 2],
    /// Own offsets of forms on stock.
    pub forms: Vec<Stock>,
}

/// The offset of one form on one printer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct Stock {
    pub form: String,
    pub offset: [f64; 2],
}

/// A form and whether its pre-printed stock lies ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(TS), ts(export))]
pub struct StockForm {
    pub form: String,
    pub name: String,
    pub ready: bool,
    pub always: bool,
}

/// What to ask printers about, without the counter.
#[derive(Debug)]
pub struct PrinterSearch {
    /// By their place, in no print service.
    pub(crate) added: Vec<PrinterUri>,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    service: bool,
    printers: Vec<FoundPrinter>,
}

#[derive(Debug)]
struct FoundPrinter {
    uri: PrinterUri,
    name: String,
    model: String,
    condition: Result<Condition, CounterError>,
    added: bool,
}

/// Asks the print service, and every printer that was added by its address. It may take a moment.
pub fn find_printers(search: &PrinterSearch) -> Found {
    let mut printers = Vec::new();
    let service = PRINT_SERVICE.parse().and_then(|service| queues(&service));
    let answers = service.is_ok();
    for queue in service.unwrap_or_default() {
        let (uri, name, condition) = (queue.uri, queue.label, Ok(queue.condition));
        printers.push(FoundPrinter { uri, name, model: String::new(), condition, added: false });
    }
    for uri in &search.added {
        let asked = Printer::new(uri.clone()).with_patience(QUICK).capabilities();
        let (name, model, condition) = match asked {
            Ok(Capabilities { name, model, condition, .. }) => (name, model, Ok(condition)),
            Err(error) => (String::new(), String::new(), Err(CounterError::from(error))),
        };
        let name = if name.is_empty() { printer_name(uri) } else { name };
        printers.push(FoundPrinter { uri: uri.clone(), name, model, condition, added: true });
    }
    Found { service: answers, printers }
}

/// A printer that needs longer for a question is not ready.
const QUICK: madoka_forms::print::Patience = madoka_forms::print::Patience {
    answer: std::time::Duration::from_secs(3),
    document: std::time::Duration::from_secs(3),
};

impl Counter {
    pub fn printer_search(&self) -> PrinterSearch {
        PrinterSearch { added: self.print_settings().added.clone() }
    }

    /// What was found, with what this terminal remembers of it.
    pub fn printers(&self, found: &Found) -> PrintersView {
        let settings = self.print_settings();
        let mut printers: Vec<PrinterShown> = found
            .printers
            .iter()
            .map(|FoundPrinter { uri, name, model, condition, added }| {
                let offsets = settings.offsets(Some(uri));
                let (state, ready, troubles) = described(condition);
                PrinterShown {
                    uri: uri.as_str().to_owned(),
                    name: name.clone(),
                    model: model.clone(),
                    state,
                    ready,
                    troubles,
                    usual: settings.printer.as_ref() == Some(uri),
                    added: *added,
                    offset: pair(offsets.all()),
                    forms: offsets
                        .own()
                        .map(|(form, offset)| Stock { form: form.to_owned(), offset: pair(offset) })
                        .collect(),
                }
            })
            .collect();
        // The usual one stays on the list when it cannot be found today.
        if let Some(usual) = &settings.printer
            && printers.iter().all(|printer| !printer.usual)
        {
            let offsets = settings.offsets(Some(usual));
            printers.push(PrinterShown {
                uri: usual.as_str().to_owned(),
                name: printer_name(usual),
                model: String::new(),
                state: "見つかりません".to_owned(),
                ready: false,
                troubles: Vec::new(),
                usual: true,
                added: false,
                offset: pair(offsets.all()),
                forms: Vec::new(),
            });
        }
        PrintersView {
            printers,
            service: found.service,
            cover: !settings.no_cover,
            stock: self.stock_forms(),
        }
    }

    fn stock_forms(&self) -> Vec<StockForm> {
        let settings = self.print_settings();
        let forms = self.city.pack.as_ref().map(|pack| pack.forms.as_slice()).unwrap_or_default();
        let mut stock: Vec<StockForm> = forms
            .iter()
            .filter_map(|form| {
                let always = self.city.blanks.is_always_on_stock(&form.id)?;
                Some(StockForm {
                    form: form.id.to_string(),
                    name: form.name.ja.clone(),
                    ready: always || settings.stock.contains(&form.id),
                    always,
                })
            })
            .collect();
        stock.sort_by(|one, other| (!one.ready, &one.name).cmp(&(!other.ready, &other.name)));
        stock
    }

    /// いつものプリンター
    pub fn choose_printer(&mut self, uri: &str) -> Result<(), CounterError> {
        let uri: PrinterUri = uri.parse()?;
        self.change_settings(|settings| settings.printing.printer = Some(uri))
    }

    /// The address in full; one without a path gets the usual one.
    pub fn add_printer(&mut self, address: &str) -> Result<(), CounterError> {
        let address = address.trim();
        let address =
            if address.contains("://") { address.to_owned() } else { format!("ipp://{address}/ipp/print") };
        let uri: PrinterUri = address.parse()?;
        self.change_settings(|settings| {
            let printing = &mut settings.printing;
            if !printing.added.contains(&uri) {
                printing.added.push(uri.clone());
            }
            printing.printer.get_or_insert(uri);
        })
    }

    pub fn remove_printer(&mut self, uri: &str) -> Result<(), CounterError> {
        let uri: PrinterUri = uri.parse()?;
        self.change_settings(|settings| {
            let printing = &mut settings.printing;
            printing.added.retain(|known| *known != uri);
            printing.printer.take_if(|usual| *usual == uri);
        })
    }

    /// 印字位置の補正, for every form on stock or for one; `None` puts a form with all others again.
    pub fn set_offset(
        &mut self,
        uri: &str,
        form: Option<&str>,
        offset: Option<[f64; 2]>,
    ) -> Result<(), CounterError> {
        let uri: PrinterUri = uri.parse()?;
        let offset = offset
            .map(|[right, down]| Offset::new(right, down).ok_or(CounterError::OffsetTooFar))
            .transpose()?;
        self.change_settings(|settings| {
            let offsets = settings.printing.offsets.entry(uri).or_default();
            match (form, offset) {
                (None, offset) => offsets.set_all(offset.unwrap_or_default()),
                (Some(form), Some(offset)) => offsets.set(form, offset),
                (Some(form), None) => offsets.forget(form),
            }
        })
    }

    /// 印字済みの用紙: values alone from now on, or the whole form again.
    pub fn set_stock(&mut self, form: &str, ready: bool) -> Result<(), CounterError> {
        let form: Id = form.parse().map_err(|_| CounterError::NothingToPrint)?;
        self.change_settings(|settings| {
            let stock = &mut settings.printing.stock;
            if ready {
                stock.insert(form)
            } else {
                stock.remove(&form)
            };
        })
    }

    pub fn set_cover(&mut self, cover: bool) -> Result<(), CounterError> {
        self.change_settings(|settings| settings.printing.no_cover = !cover)
    }

    /// The printer named, or the usual one.
    pub fn printer(&self, uri: Option<&str>) -> Result<PrinterUri, CounterError> {
        match uri {
            Some(uri) => Ok(uri.parse()?),
            None => self.print_settings().printer.clone().ok_or(CounterError::NoPrinter),
        }
    }
}

fn pair(offset: Offset) -> [f64; 2] {
    [offset.right, offset.down]
}

fn described(condition: &Result<Condition, CounterError>) -> (String, bool, Vec<Trouble>) {
    match condition {
        Ok(condition) => {
            let troubles: Vec<Trouble> = condition
                .reasons
                .iter()
                .map(|reason| Trouble {
                    code: reason.keyword.clone(),
                    what: format!("{}。", reason.what),
                    todo: reason.todo.clone(),
                    stops: reason.severity == madoka_forms::print::Severity::Error,
                })
                .collect();
            let stopped = condition.hindrance().is_some() || condition.state == PrinterState::Stopped;
            let state = match condition.state {
                _ if !condition.accepting => "受け付けていません",
                _ if stopped => "止まっています",
                PrinterState::Printing => "印刷中",
                _ => "使えます",
            };
            (state.to_owned(), condition.accepting && !stopped, troubles)
        }
        Err(error) => {
            let problem = crate::view::Problem::from(error);
            let trouble = Trouble { code: problem.code, what: problem.what, todo: problem.todo, stops: true };
            ("つながりません".to_owned(), false, vec![trouble])
        }
    }
}
