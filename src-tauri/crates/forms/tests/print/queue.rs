//! The queue and the printer, as an officer meets them.

use madoka_forms::print::{
    Decision, EntryId, MemorySpool, Paper, PrintError, PrintQueue, Printer, Severity, Sides, Spool,
    SpoolEntry, SpoolError, Stage, Ticket, queues,
};

use crate::stand::{Cups, EvePrinter, Model};
use crate::{PDF, failure_code, follow, over, papers, place, press, ticket};

fn open() -> PrintQueue<MemorySpool> {
    PrintQueue::open(MemorySpool::default()).unwrap()
}

#[test]
fn 頼んだとおりの紙と面と部数で一度だけ刷られ_印刷済みになる() {
    let printer = EvePrinter::new(Model::default());
    let mut queue = open();
    let id = place(&mut queue, printer.uri(), ticket());
    assert_eq!(follow(&mut queue, id, over).stage, Stage::Printed);
    assert_eq!(printer.sheets(), [PDF]);
    let order = printer.orders().remove(0);
    for wanted in [
        "IPP_MEDIA=iso_a4_210x297mm",
        "IPP_SIDES=two-sided-long-edge",
        "IPP_COPIES=2",
        "IPP_PRINT_SCALING=none",
        "IPP_JOB_NAME=まどか 12 #000000000000-1",
    ] {
        assert!(order.contains(wanted), "{wanted} がありません:\n{order}");
    }
    queue.forget(id).unwrap();
    assert!(queue.entries().is_empty());
}

#[test]
fn 紙切れを知らせ_紙を入れると続きから刷る() {
    let printer = EvePrinter::new(Model::default());
    printer.set("paper-out");
    let mut queue = open();
    let id = place(&mut queue, printer.uri(), ticket());
    let waiting = follow(&mut queue, id, |progress| !progress.troubles.is_empty());
    assert!(matches!(waiting.stage, Stage::Printing { .. }), "{waiting:?}");
    assert_eq!(waiting.troubles[0].what, "紙がなくなりました");
    assert!(waiting.troubles[0].severity >= Severity::Warning);
    assert!(printer.sheets().is_empty());
    printer.unset("paper-out");
    assert_eq!(follow(&mut queue, id, over).stage, Stage::Printed);
    assert_eq!(printer.sheets().len(), 1);
}

#[test]
fn 途中でやめたら失敗と言い_頼まれたらもう一度刷る() {
    let printer = EvePrinter::new(Model::default());
    printer.set("abort");
    let mut queue = open();
    let id = place(&mut queue, printer.uri(), ticket());
    assert_eq!(failure_code(&follow(&mut queue, id, over).stage), "PRINT-20");
    // Nothing happens by itself.
    assert_eq!(failure_code(&queue.advance(id, &mut press).unwrap().stage), "PRINT-20");
    printer.unset("abort");
    queue.retry(id).unwrap();
    assert_eq!(follow(&mut queue, id, over).stage, Stage::Printed);
    assert_eq!(printer.sheets().len(), 1);
}

#[test]
fn 刷っているあいだの取消しはプリンターが認めてから取消済みになる() {
    let printer = EvePrinter::new(Model::default());
    printer.set("slow");
    let mut queue = open();
    let id = place(&mut queue, printer.uri(), ticket());
    follow(&mut queue, id, |progress| matches!(progress.stage, Stage::Printing { .. }));
    queue.cancel(id).unwrap();
    assert!(matches!(queue.entry(id).unwrap().stage, Stage::Printing { .. }));
    queue.advance(id, &mut press).unwrap();
    printer.unset("slow");
    assert_eq!(follow(&mut queue, id, over).stage, Stage::Cancelled);
}

#[test]
fn 待っているあいだの取消しはすぐ済む() {
    let printer = EvePrinter::switched_off(Model::default());
    let mut queue = open();
    let id = place(&mut queue, printer.uri(), ticket());
    queue.cancel(id).unwrap();
    assert_eq!(queue.entry(id).unwrap().stage, Stage::Cancelled);
    assert!(matches!(queue.cancel(id), Err(PrintError::WrongStage { stage: "取消済み" })));
}

#[test]
fn 電源が切れていたら待ち_入れば刷る() {
    let mut printer = EvePrinter::switched_off(Model::default());
    let mut queue = open();
    let first = place(&mut queue, printer.uri(), ticket());
    let second = place(&mut queue, printer.uri(), ticket());
    let all = queue.advance_all(&mut press).unwrap();
    // The second waits behind the first without asking the printer again.
    assert_eq!(all.len(), 1);
    assert_eq!(
        (&all[0].1.stage, all[0].1.troubles[0].what.as_str()),
        (&Stage::Waiting, "プリンターにつながりません")
    );
    printer.switch_on();
    for id in [first, second] {
        assert_eq!(follow(&mut queue, id, over).stage, Stage::Printed);
    }
    assert_eq!(printer.sheets().len(), 2);
}

#[test]
fn できないことは送る前に断る() {
    let plain = EvePrinter::new(Model { two_sided: false, ..Model::default() });
    let mut queue = open();
    for (ticket, code) in [
        (ticket(), "PRINT-10"),
        (Ticket::new("a", Paper::B4), "PRINT-09"),
        (Ticket::new("a", Paper::A4).tray("tray-9"), "PRINT-11"),
        (Ticket::new("a", Paper::A4).copies(5000), "PRINT-12"),
    ] {
        let id = place(&mut queue, plain.uri(), ticket);
        assert_eq!(failure_code(&follow(&mut queue, id, over).stage), code);
    }
    let rough = EvePrinter::new(Model { formats: "image/pwg-raster", two_sided: true });
    let id = place(&mut queue, rough.uri(), ticket());
    assert_eq!(failure_code(&follow(&mut queue, id, over).stage), "PRINT-08");
    assert!(plain.sheets().is_empty() && rough.sheets().is_empty());
}

#[test]
fn トレイを選べる() {
    let printer = EvePrinter::new(Model::default());
    let mut queue = open();
    let id = place(&mut queue, printer.uri(), Ticket::new("a", Paper::A4).tray("by-pass-tray"));
    assert_eq!(follow(&mut queue, id, over).stage, Stage::Printed);
    let order = printer.orders().remove(0);
    assert!(order.contains("by-pass-tray"), "{order}");
}

#[test]
fn 見たものと違うものは刷らない() {
    let printer = EvePrinter::new(Model::default());
    let mut queue = open();
    let id = place(&mut queue, printer.uri(), ticket());
    let progress = queue.advance(id, &mut |_| Ok(b"%PDF-1.4 altered".to_vec())).unwrap();
    assert_eq!(failure_code(&progress.stage), "PRINT-15");
    queue.retry(id).unwrap();
    let progress = queue.advance(id, &mut |_| Err("様式がありません".to_owned())).unwrap();
    assert_eq!(failure_code(&progress.stage), "PRINT-16");
    assert!(printer.sheets().is_empty());
}

#[test]
fn 同じ注文が二度届いても一度だけ刷る() {
    let printer = EvePrinter::new(Model::default());
    let mut queue = open();
    let id = place(&mut queue, printer.uri(), ticket());
    let entry = queue.entry(id).unwrap().clone();
    queue.place(id, entry.placed, entry.printer, entry.ticket, papers(), PDF).unwrap();
    assert_eq!(queue.entries().len(), 1);
}

#[test]
fn プリンターが忘れた印刷は要確認になり_人が決める() {
    let mut printer = EvePrinter::new(Model::default());
    printer.set("slow");
    let mut queue = open();
    let id = place(&mut queue, printer.uri(), ticket());
    follow(&mut queue, id, |progress| matches!(progress.stage, Stage::Printing { .. }));
    printer.switch_off();
    let lost = queue.advance(id, &mut press).unwrap();
    assert_eq!(lost.troubles[0].keyword, "PRINT-02");
    printer.unset("slow");
    printer.switch_on();
    assert_eq!(follow(&mut queue, id, over).stage, Stage::Unclear);
    assert!(matches!(queue.forget(id), Err(PrintError::WrongStage { .. })));
    queue.settle(id, Decision::PrintAgain).unwrap();
    assert_eq!(follow(&mut queue, id, over).stage, Stage::Printed);
}

/// A disk that keeps what it was told, until the program dies at the nth write: before it (`torn`) or just after it.
struct Dying {
    kept: MemorySpool,
    left: usize,
    torn: bool,
}

impl Spool for Dying {
    fn load(&self) -> Result<Vec<SpoolEntry>, SpoolError> {
        self.kept.load()
    }

    fn put(&mut self, entry: &SpoolEntry) -> Result<(), SpoolError> {
        let died = || SpoolError::from(Box::<dyn std::error::Error + Send + Sync>::from("power cut"));
        match self.left {
            0 => return Err(died()),
            1 => {
                self.left = 0;
                if !self.torn {
                    self.kept.put(entry)?;
                }
                return Err(died());
            }
            _ => self.left -= 1,
        }
        self.kept.put(entry)
    }

    fn remove(&mut self, id: EntryId) -> Result<(), SpoolError> {
        self.kept.remove(id)
    }
}

#[test]
fn どの書込みで落ちても_開き直せば一度だけ刷られる() {
    let printer = EvePrinter::new(Model::default());
    let mut came_out = 0;
    for torn in [false, true] {
        // Placed, sending, job known, printing, printed.
        for deadly in 2..=6 {
            let mut disk = Dying { kept: MemorySpool::default(), left: deadly, torn };
            let mut queue = PrintQueue::open(&mut disk).unwrap();
            let id = place(&mut queue, printer.uri(), ticket());
            let died = loop {
                match queue.advance(id, &mut press) {
                    Ok(progress) if progress.stage.is_over() => break false,
                    Ok(_) => std::thread::sleep(std::time::Duration::from_millis(10)),
                    Err(error) => {
                        assert_eq!(error.code(), "PRINT-14");
                        break true;
                    }
                }
            };
            assert_eq!(died, deadly < 6, "書込み{deadly}");
            let mut queue = PrintQueue::open(disk.kept).unwrap();
            let stage = follow(&mut queue, id, over).stage;
            assert_eq!(stage, Stage::Printed, "書込み{deadly} torn={torn}");
            came_out += 1;
            assert_eq!(printer.sheets().len(), came_out, "書込み{deadly} torn={torn}");
        }
    }
}

#[test]
fn 印刷サービスのキューを見つけ_そこから刷る() {
    let printer = EvePrinter::new(Model::default());
    let cups = Cups::new();
    assert_eq!(queues(&cups.uri()).unwrap(), []);
    cups.add("shimin", &printer.uri());
    cups.until_ready("shimin");
    let found = queues(&cups.uri()).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].name.as_str(), &found[0].uri), ("shimin", &cups.queue("shimin")));
    let can = Printer::new(cups.queue("shimin")).capabilities().unwrap();
    assert!(can.sides.contains(&Sides::LongEdge) && can.two_steps && can.true_size, "{can:?}");

    printer.set("paper-out");
    let mut queue = open();
    let id = place(&mut queue, cups.queue("shimin"), Ticket::new("まどか 7", Paper::A4));
    let waiting = follow(&mut queue, id, |progress| {
        progress.troubles.iter().any(|reason| reason.what == "紙がなくなりました") || over(progress)
    });
    assert!(!over(&waiting), "{waiting:?}\n{}", cups.log());
    printer.unset("paper-out");
    let end = follow(&mut queue, id, over);
    assert_eq!(end.stage, Stage::Printed, "{}", cups.log());
    assert_eq!(printer.sheets().len(), 1);
    let order = printer.orders().remove(0);
    assert!(order.contains("IPP_MEDIA_COL") || order.contains("IPP_MEDIA="), "{order}");
    assert!(order.contains("iso_a4_210x297mm") || order.contains("x-dimension=21000"), "{order}");
}
