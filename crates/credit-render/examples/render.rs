//! Renders a report view to a PDF file and says how long it took, cold and warm.
//!
//! `cargo run --release -p jq-credit-render --example render -- VIEW.json TEMPLATE.typ OUT.pdf [RUNS]`

use std::time::Instant;

use jq_credit_render::Renderer;

/// As in the platform's own binary: setting a page is many small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(view), Some(template), Some(out)) = (args.next(), args.next(), args.next()) else {
        return Err("usage: render VIEW.json TEMPLATE.typ OUT.pdf [RUNS]".into());
    };
    let runs: u32 = args.next().map_or(Ok(1), |runs| runs.parse())?;
    let view = std::fs::read_to_string(view)?;
    let template = std::fs::read_to_string(template)?;
    let renderer = Renderer::new();
    for run in 0..runs {
        // Each run is a new report: another number, so that no cached page is reused as a whole.
        let view = view.replace("R2PA", &format!("R{run:03}"));
        let started = Instant::now();
        let pdf = renderer.render(&view, &template)?;
        println!("run {run}: {} pages, {} bytes, {:?}", pdf.pages, pdf.bytes.len(), started.elapsed());
        std::fs::write(&out, pdf.bytes)?;
    }
    Ok(())
}
