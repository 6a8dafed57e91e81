//! What to do when the platform itself failed, for whoever gave the command.

use std::path::Path;

use jq_base::disk;
use jq_base::lang::Lang;
use jq_db::DbError;
use jq_ingest::IngestError;
use jq_lake::LakeError;

/// What to do about an error; nothing where its own words say all.
pub(crate) fn of(error: &anyhow::Error, data: &Path, lang: Lang) -> Option<String> {
    let data = data.display();
    if disk::is_full(error.as_ref()) {
        return Some(match lang {
            Lang::Zh => format!(
                "磁盘空间不足：请腾出 {data} 所在磁盘的空间，再执行同一命令，可放心重复执行：数据没有丢失，也不会重复入库"
            ),
            Lang::En => format!(
                "free space on the disk of {data}, then give the same command again, which is safe: nothing is lost \
                 and nothing is taken twice"
            ),
        });
    }
    is_of_platform(error).then(|| {
        let words = lang.pick(
            "请再执行同一命令，可放心重复执行：数据没有丢失，也不会重复入库",
            "give the same command again, which is safe: nothing is lost and nothing is taken twice",
        );
        words.to_owned()
    })
}

/// True when a step of the platform failed that may well succeed the next time.
fn is_of_platform(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<LakeError>().is_some_and(LakeError::is_of_storage)
            || cause.downcast_ref::<IngestError>().is_some_and(IngestError::is_of_platform)
            || cause.downcast_ref::<DbError>().is_some_and(DbError::is_passing)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(error: impl Into<anyhow::Error>) -> Option<String> {
        of(&error.into(), Path::new("/data"), Lang::En)
    }

    #[test]
    fn a_full_disk_is_named_with_the_way_on() {
        let source = std::io::Error::from_raw_os_error(28);
        let full = LakeError::Disk { path: "/data/lake".to_owned(), source };
        assert!(said(IngestError::from(full)).unwrap().starts_with("free space on the disk of /data"));
    }

    #[test]
    fn a_failed_step_may_be_done_again_and_a_wrong_question_not() {
        let source = std::io::Error::from_raw_os_error(5);
        let failed = LakeError::Disk { path: "/data/lake".to_owned(), source };
        assert!(said(failed).unwrap().starts_with("give the same command again"));
        assert_eq!(said(LakeError::UnknownTable("x".to_owned())), None);
        assert_eq!(said(IngestError::BatchNotFound("x".to_owned())), None);
    }
}
