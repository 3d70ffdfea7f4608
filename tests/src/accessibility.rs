//! WCAG 2.2 A and AA, as far as a program can see: axe-core on what is shown now.

use std::fs;

use serde_json::Value;

use crate::machine::project;
use crate::{Page, Step};

const RULES: &str = "
    const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    axe.run(document, { runOnly: { type: 'tag', values: tags } })
       .then((found) => done({ violations: found.violations, passes: found.passes.length }))
       .catch((error) => done({ error: String(error) }));
";

/// Fails the test with every violation, its rule and where it stands.
pub(crate) async fn check(page: &Page, place: &str) -> Step {
    let told = faults(page).await?;
    assert!(told.is_empty(), "WCAG violations on {place}:\n{}", told.join("\n"));
    Ok(())
}

/// Every violation, its rule and where it stands.
pub(crate) async fn faults(page: &Page) -> Step<Vec<String>> {
    let axe = project().join("ui/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(axe).expect("axe-core is installed: run `cargo xtask test`");
    page.run(&format!("if (!window.axe) {{ {axe} }}"), Vec::new()).await?;
    let found = page.run_slowly(RULES).await?;
    let passes = found.get("passes").and_then(Value::as_u64).unwrap_or_default();
    assert!(passes > 5, "axe looked at nothing: {found}");
    let violations = found.get("violations").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(violations.iter().map(describe).collect())
}

fn describe(violation: &Value) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let nodes = violation.get("nodes").and_then(Value::as_array).cloned().unwrap_or_default();
    let places: Vec<String> = nodes
        .iter()
        .map(|node| format!("    {} {}", text(node.get("html")), text(node.get("failureSummary"))))
        .collect();
    format!("  {}: {}\n{}", text(violation.get("id")), text(violation.get("help")), places.join("\n"))
}
