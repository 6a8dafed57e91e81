//! Has the crate compiled again when a migration file is added or changed, because they are embedded.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
