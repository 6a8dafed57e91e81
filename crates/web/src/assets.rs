//! Style sheet, scripts, icons and charts: embedded in the binary, kept by browsers for a year.
//!
//! The address of an asset carries a hash of all of them, so that a new release is fetched at once.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, DirEntry, include_dir};

static ASSETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets");
static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut all = Vec::new();
    collect(&ASSETS, &mut all);
    jq_base::sm3::hex(&all)[..12].to_owned()
});

/// The chart library, as vendored; see `assets/vendor/VENDOR.md`.
pub const ECHARTS: &str = "vendor/echarts-6.1.0.simple.min.js";
/// The icons as symbols of one file.
pub const ICONS: &str = "vendor/icons.svg";

/// The address of the asset `path`.
pub fn address(path: &str) -> String {
    format!("/assets/{}/{path}", *HASH)
}

/// The contents of an asset, if there is one of that name.
pub fn find(path: &str) -> Option<&'static [u8]> {
    ASSETS.get_file(path).map(include_dir::File::contents)
}

/// Answers `GET /assets/{hash}/{*path}`. An old hash is answered too, but not kept.
pub async fn serve(Path((hash, path)): Path<(String, String)>) -> Response {
    let Some(contents) = find(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = if hash == *HASH { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, kind_of(&path)), (header::CACHE_CONTROL, keep)];
    (headers, contents).into_response()
}

fn kind_of(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "text/plain; charset=utf-8",
    }
}

fn collect(dir: &Dir<'_>, all: &mut Vec<u8>) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(inner) => collect(inner, all),
            DirEntry::File(file) => all.extend_from_slice(file.contents()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_style_sheets_stay_small() {
        let size: usize = ["tokens.css", "components.css"].iter().map(|path| find(path).unwrap().len()).sum();
        assert!(size < 40_000, "{size} bytes of style sheet");
    }

    #[test]
    fn what_pages_ask_for_is_there() {
        for path in [ECHARTS, ICONS, "charts.js", "passkeys.js", "favicon.svg"] {
            assert!(find(path).is_some(), "{path}");
        }
    }
}
