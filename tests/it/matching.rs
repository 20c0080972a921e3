//! Matching of whole files: what the shipped defaults reach on labelled data, and what broken files are told.
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

struct Scores {
    precision: f64,
    recall: f64,
}

impl Scores {
    fn f1(&self) -> f64 {
        2.0 * self.precision * self.recall / (self.precision + self.recall)
    }
}

fn evaluate(data: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_party")).args(["match", "evaluate"]).arg(data).args(more).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// One column of a CSV file by the first one.
fn column(path: &Path, name: &str) -> Vec<(String, String)> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let at = reader.headers().unwrap().iter().position(|heading| heading == name).unwrap();
    reader.records().map(|row| row.unwrap()).map(|row| (row[0].to_owned(), row[at].to_owned())).collect()
}

/// How well the pairs within the found parties agree with the pairs within the true ones.
fn scores(set: &str, link: bool) -> Scores {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/matching").join(set);
    let folder = tempfile::tempdir().unwrap();
    let clusters = folder.path().join("clusters.csv");
    let mut more = vec!["--clusters", clusters.to_str().unwrap()];
    more.extend(link.then_some("--link"));
    let output = evaluate(&data, &more);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let found: HashMap<String, String> = column(&clusters, "cluster_id").into_iter().collect();
    let sources: HashMap<String, String> = column(&data, "source").into_iter().collect();
    let records = column(&data, "cluster");
    assert_eq!(found.len(), records.len());
    let (mut both, mut told, mut real) = (0.0, 0.0, 0.0);
    for (at, (one, truth)) in records.iter().enumerate() {
        for (other, other_truth) in records[at + 1..].iter().filter(|(other, _)| !link || sources[one] != sources[other]) {
            let (same, joined) = (truth == other_truth, found[one] == found[other]);
            both += f64::from(u8::from(same && joined));
            told += f64::from(u8::from(joined));
            real += f64::from(u8::from(same));
        }
    }
    Scores { precision: both / told, recall: both / real }
}

#[test]
fn the_defaults_reach_what_they_did() {
    for (set, link, least) in
        [("fake_1000.csv", false, 0.965), ("febrl1.csv", false, 0.995), ("fodors_zagat.csv", true, 0.96), ("senzing_truthset.csv", false, 0.87)]
    {
        let scores = scores(set, link);
        assert!(scores.f1() >= least, "{set}: F1 {:.4} (precision {:.4}, recall {:.4})", scores.f1(), scores.precision, scores.recall);
    }
}

fn file(folder: &tempfile::TempDir, content: &[u8]) -> PathBuf {
    let path = folder.path().join("data.csv");
    fs::write(&path, content).unwrap();
    path
}

/// What the command says of a file, and the clusters that it finds.
fn clusters_of(content: &[u8]) -> (String, Vec<(String, String)>) {
    let folder = tempfile::tempdir().unwrap();
    let clusters = folder.path().join("clusters.csv");
    let output = evaluate(&file(&folder, content), &["--clusters", clusters.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    (text(&output.stdout), column(&clusters, "cluster_id"))
}

#[test]
fn files_of_every_origin_are_read() {
    let plain = "rec_id,first_name,last_name,email\n1,Jörg,Meier,jm@firma.de\n2,Joerg,Meier,jm@firma.de\n3,Ann,Li,al@firma.de\n".to_owned();
    let latin: Vec<u8> = plain.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let marked = [b"\xef\xbb\xbf".as_slice(), plain.as_bytes()].concat();
    let german = plain.replace(',', ";").replace("first_name", "Vorname").replace("last_name", "Nachname").replace('\n', "\r\n");
    let expected: Vec<(String, String)> = [("1", "1"), ("2", "1"), ("3", "3")].map(|(id, cluster)| (id.to_owned(), cluster.to_owned())).to_vec();
    for content in [plain.as_bytes(), &latin, &marked, german.as_bytes()] {
        assert_eq!(clusters_of(content).1, expected, "{}", text(content));
    }
}

#[test]
fn ragged_rows_and_huge_fields_are_survived() {
    let huge = "x".repeat(1_000_000);
    let content = format!("rec_id,first_name,last_name,email\n1,Ann\n2,Ann,Li,al@firma.de,more,more\n3,{huge},{huge},{huge}\n");
    let (told, clusters) = clusters_of(content.as_bytes());
    assert_eq!(clusters.len(), 3);
    assert!(told.contains("1 had too few fields (counted as empty), 1 too many (ignored)"), "{told}");
}

#[test]
fn what_cannot_be_used_is_said() {
    let cases: [(&[u8], &[&str], &str); 6] = [
        (b"", &[], "is empty"),
        (b"rec_id,email\n1,a@b.com\n1,c@d.com\n", &[], "line 3: rec_id \"1\" was already that of record 1"),
        (b"rec_id,email\n,a@b.com\n", &[], "line 2: rec_id is empty"),
        (b"rec_id,foo\n1,bar\n", &[], "No column"),
        (b"\xff\xfer\0e\0c\0", &[], "UTF-16"),
        (b"rec_id,source,email\n1,a,x@y.com\n", &["--link"], "--link joins records of different sources"),
    ];
    for (content, more, says) in cases {
        let folder = tempfile::tempdir().unwrap();
        let output = evaluate(&file(&folder, content), more);
        let told = text(&output.stderr);
        assert!(!output.status.success() && told.contains(says), "{told}");
    }
}

#[test]
fn a_mapping_file_says_what_columns_hold() {
    let folder = tempfile::tempdir().unwrap();
    let map = folder.path().join("map.toml");
    fs::write(&map, "[columns]\na = \"given_name\"\nb = \"family_name\"\nc = \"email\"\n").unwrap();
    let data = file(&folder, b"rec_id,a,b,c\n1,Ann,Li,al@firma.de\n2,Anne,Li,al@firma.de\n");
    let output = evaluate(&data, &["--map", map.to_str().unwrap(), "--explain", "1,2"]);
    let told = text(&output.stdout);
    assert!(told.contains("a = given_name, b = family_name, c = email"), "{told}");
    assert!(told.contains("Family: same") && told.contains("where every pair starts"), "{told}");
}
