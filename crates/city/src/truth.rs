//! What nobody in the city knows: the hidden course of every subject, for judging models and receivers.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use crate::CityError;
use crate::farm::Income;
use crate::row::date_text;
use crate::subject::Subject;

/// The list `subjects.csv` being written.
pub(crate) struct Truth(BufWriter<File>);

impl Truth {
    /// Begins the list in the folder.
    pub(crate) fn create(folder: &Path) -> Result<Self, CityError> {
        std::fs::create_dir_all(folder).map_err(CityError::Write)?;
        let mut list = BufWriter::new(File::create(folder.join("subjects.csv")).map_err(CityError::Write)?);
        let header = "subject_key,name,kind,district,industry,segment,path,default_on,closed_on,income_yuan,\
                      wage_yuan,subsidy_yuan,operating_yuan,property_yuan";
        writeln!(list, "{header}").map_err(CityError::Write)?;
        Ok(Self(list))
    }

    /// Lists one subject; incomes are known for households only.
    pub(crate) fn write(&mut self, who: &Subject, income: Option<&Income>) -> Result<(), CityError> {
        let default_on = who.trouble.map(|trouble| date_text(trouble.default_on)).unwrap_or_default();
        let closed_on = who.closed.map(date_text).unwrap_or_default();
        let (key, name, kind, district) = (&who.key, &who.name, who.kind.id(), who.place.code);
        let (class, segment, course) = (who.trade.class, who.trade.segment.id(), who.course.id());
        write!(self.0, "{key},{name},{kind},{district},{class},{segment},{course},{default_on},{closed_on},")
            .map_err(CityError::Write)?;
        match income {
            None => writeln!(self.0, ",,,,"),
            Some(income) => {
                // An empty sum is minus zero; nobody should read that.
                let [wage, subsidy, operating, property] =
                    [income.wage, income.subsidy, income.operating, income.property].map(|yuan| yuan + 0.0);
                let total = wage + subsidy + operating + property;
                writeln!(self.0, "{total:.2},{wage:.2},{subsidy:.2},{operating:.2},{property:.2}")
            }
        }
        .map_err(CityError::Write)
    }

    /// Writes the list out.
    pub(crate) fn finish(mut self) -> Result<(), CityError> {
        self.0.flush().map_err(CityError::Write)
    }
}
