//! Receiving an archive piece by piece into a file, never larger and never slower than allowed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use futures::StreamExt;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use crate::code;
use crate::problem::ApiProblem;
use crate::state::{ApiState, Limits};

/// Content types under which programs send archives.
const ARCHIVES: [&str; 2] = ["application/zip", "application/x-zip-compressed"];

/// A received archive; the file goes when the value goes.
#[derive(Debug)]
pub(crate) struct Upload {
    path: PathBuf,
}

impl Upload {
    /// The archive.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Receives the body of a request.
    pub(crate) async fn receive(state: &ApiState, request: Request) -> Result<Self, ApiProblem> {
        let (parts, body) = request.into_parts();
        is_archive(&parts.headers, state.limits)?;
        let kept = |error: std::io::Error| ApiProblem::internal(&error);
        tokio::fs::create_dir_all(&state.uploads).await.map_err(kept)?;
        let name = format!("upload-{}.zip", jq_web::visit::random_hex(12));
        let upload = Self { path: state.uploads.join(name) };
        let file = File::create(&upload.path).await.map_err(kept)?;
        write(body, file, state.limits).await?;
        Ok(upload)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // A file that cannot be removed now is only a little space in the folder of uploads.
        let _left = std::fs::remove_file(&self.path);
    }
}

/// Refuses early what the headers already show cannot be taken.
fn is_archive(headers: &HeaderMap, limits: Limits) -> Result<(), ApiProblem> {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let kind = text(header::CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let is_coded =
        text(header::CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity"));
    if is_coded || !ARCHIVES.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        return Err(ApiProblem::new(&code::MEDIA_TYPE));
    }
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > limits.batch_bytes_max) {
        return Err(too_large(limits));
    }
    Ok(())
}

async fn write(body: Body, mut file: File, limits: Limits) -> Result<(), ApiProblem> {
    let kept = |error: std::io::Error| ApiProblem::internal(&error);
    let mut pieces = body.into_data_stream();
    let mut room = limits.batch_bytes_max;
    while let Some(piece) = wait(pieces.next(), limits.pause_max).await? {
        let piece = piece.map_err(|_| ApiProblem::new(&code::UNREADABLE))?;
        room = room.checked_sub(piece.len() as u64).ok_or_else(|| too_large(limits))?;
        file.write_all(&piece).await.map_err(kept)?;
    }
    file.flush().await.map_err(kept)
}

async fn wait<T>(next: impl Future<Output = T>, pause_max: Duration) -> Result<T, ApiProblem> {
    timeout(pause_max, next).await.map_err(|_| ApiProblem::new(&code::TOO_SLOW))
}

fn too_large(limits: Limits) -> ApiProblem {
    let max = limits.batch_bytes_max;
    ApiProblem::new(&code::TOO_LARGE)
        .detail(format!("压缩包不得超过 {max} 字节"), format!("an archive has at most {max} bytes"))
}
