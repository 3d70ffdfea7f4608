//! Builds the crate anew when the pack it carries has changed.

fn main() {
    println!("cargo::rerun-if-changed=../../../assets/sample-city");
    println!("cargo::rerun-if-changed=../../../forms");
}
