//! Rebuilds this crate when a content file of the catalogue is added, changed or taken away.

fn main() {
    println!("cargo:rerun-if-changed=../../catalog");
}
