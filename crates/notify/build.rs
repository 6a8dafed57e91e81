//! Has the crate compiled again when a message text is added or changed, because they are embedded.

fn main() {
    println!("cargo::rerun-if-changed=../../notify");
}
