//! Rebuilds the crate when a text or an asset that it embeds is added or changed.

fn main() {
    println!("cargo:rerun-if-changed=assets");
    println!("cargo:rerun-if-changed=../../text");
}
