//! Imports of a few rows, for tests about something else.
use super::{app::TestApp, caller::TestCaller};
use party::{
    domain::import::mapping::Mapping,
    service::import::{self, Order, Source},
};

/// Imports files of old tables into the caller's company; the id of the run.
pub async fn import_csv(app: &TestApp, caller: &TestCaller, files: &[(&str, &str)]) -> String {
    let folder = tempfile::TempDir::new().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let source = Source::open(folder.path().to_str().expect("a path")).await.expect("the files open");
    let mapping = Mapping::parse(Mapping::OLD_SHAPE).expect("the default mapping parses");
    let old_company = caller.company.to_string();
    let order = Order { company: caller.company, old_company: &old_company, mapping: &mapping, is_dry: false };
    let report = import::import(&app.hub, &source, &order, |_| ()).await.expect("the import ends");
    report.run.expect("something was imported").to_string()
}
