//! zen-engine on the decisions that Madoka's benchmark hands over: `rules-peers GRAPH.json RECORDS.json [--trace]`.
//!
//! The graph is compiled once and used again, nothing is parsed while measuring, and the records are zen's own values
//! beforehand. First it prints every record's results as one line of JSON. Then every line it is given asks for one
//! sample, and it answers with nanoseconds a record.

use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;
use zen_engine::model::GraphContent;
use zen_engine::{Decision, EvaluationOptions, Variable};

/// A sample lasts at least so long.
const SAMPLE: Duration = Duration::from_millis(20);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [graph, records, rest @ ..] = arguments.as_slice() else {
        panic!("GRAPH.json RECORDS.json [--trace]")
    };
    let graph: GraphContent = serde_json::from_slice(&std::fs::read(graph).unwrap()).unwrap();
    let records: Vec<Value> = serde_json::from_slice(&std::fs::read(records).unwrap()).unwrap();
    let records: Vec<Variable> = records.into_iter().map(Variable::from).collect();
    let trace = rest.iter().any(|argument| argument == "--trace");
    let options = EvaluationOptions { trace, ..EvaluationOptions::default() };
    let mut decision = Decision::from(graph);
    decision.compile();

    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut results = Vec::new();
        for record in &records {
            results
                .push(decision.evaluate_with_opts(record.clone(), options).await.unwrap().result.to_value());
        }
        say(&Value::Array(results).to_string());
        for line in std::io::stdin().lock().lines() {
            line.unwrap();
            let (started, mut judged) = (used(), 0_u32);
            while used() - started < SAMPLE {
                for record in &records {
                    black_box(decision.evaluate_with_opts(black_box(record.clone()), options).await.unwrap());
                    judged += 1;
                }
            }
            say(&((used() - started).as_secs_f64() * 1e9 / f64::from(judged)).to_string());
        }
    });
}

/// The time this process has been given by its processors.
fn used() -> Duration {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(used.tv_sec.try_into().unwrap(), used.tv_nsec.try_into().unwrap())
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}
