//! Whatever file is handed in as a paper, it is taken or refused with what is wrong, and nothing breaks.

#[path = "../../../fuzz/entries/lending.rs"]
mod entries;
#[path = "../../../fuzz/entries/inputs.rs"]
mod inputs;

/// Memory that looking at papers may take at most, in MB, the test program included.
const MEMORY_MAX: u64 = 256;

#[test]
fn no_file_breaks_the_reader_of_papers() {
    let papers: [&[u8]; 3] = [
        b"%PDF-1.7\n1 0 obj <</Type/Catalog/OpenAction <</S/#4aavaScript>>>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n",
        b"\xff\xd8\xff\xe0 a photo \xff\xd9",
        b"\x89PNG\r\n\x1a\n an image IEND\xae\x42\x60\x82",
    ];
    inputs::drive(&papers, 20_000, MEMORY_MAX, entries::document);
}
