//! What `deploy/` promises, as far as it can be tried without a container engine: the program needs no more than the image has, runs as
//! nobody on a file system that it may only read, and the files name settings and paths that exist.
use crate::support::{
    caller::TestCaller,
    postgres::PostgresDatabase,
    process::{PartyProcess, run_party},
};
use party::{domain::id::CompanyId, startup::Settings};
use serde_json::json;
use std::{collections::BTreeSet, fs, path::Path, process::Command};

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap_or_else(|_| panic!("{name} is missing"))
}

/// What the image `distroless/cc` has of the libraries that a program may ask for.
const IN_THE_IMAGE: &[&str] = &["libc.so.6", "libm.so.6", "libgcc_s.so.1", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libstdc++.so.6"];

#[test]
fn the_program_needs_only_libraries_of_the_image() {
    let output = Command::new("ldd").arg(env!("CARGO_BIN_EXE_party")).output().unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    let needed: Vec<&str> = listed.lines().filter(|line| line.contains("=>")).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(needed.contains(&"libc.so.6"), "{listed}");
    let missing: Vec<_> = needed.iter().filter(|name| !IN_THE_IMAGE.contains(name)).collect();
    assert!(missing.is_empty(), "the image lacks {missing:?}");
}

/// A root file system that holds the program and its libraries and nothing else, may only be read, and belongs to somebody else.
const IN_AN_EMPTY_ROOT: &str = r#"root=$1; shift; program=$1
mount --bind "$root" "$root"; cd "$root"
for file in $(ldd "$program" | grep -oE '/[^ ]+') "$program"; do install -D "$file" "$root$file"; done
mount -o remount,bind,ro "$root"
if [ "$AS_ROOT" = 1 ]; then exec chroot --userspec=65532:65532 "$root" "$@"; else exec chroot "$root" "$@"; fi"#;

#[tokio::test]
async fn the_program_runs_as_nobody_on_a_root_that_it_may_only_read() {
    let database = PostgresDatabase::create().await;
    let company = CompanyId::parse(run_party(&database.app_url, &["company", "add", "--name", "Acme"]).await.trim()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let root = folder.path().display().to_string();
    let script = format!(
        r#"if [ "$(id -u)" = 0 ]; then export AS_ROOT=1; as=; else export AS_ROOT=0; as="--user --map-root-user"; fi
        exec unshare $as --mount sh -euc '{}' sh "$@""#,
        IN_AN_EMPTY_ROOT.replace('\'', r"'\''")
    );
    let server = PartyProcess::start_in_shell(&database.app_url, &script, &[&root]).await;
    let caller = TestCaller::new(server.address, company);
    caller.person("Jane Roe").await;
    assert_eq!(caller.data("{ partyStatistics { total } }", json!({})).await["partyStatistics"]["total"], 1);

    let status = fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let me = Command::new("id").arg("-u").output().unwrap().stdout;
    if String::from_utf8(me).unwrap().trim() == "0" {
        assert!(status.contains("Uid:\t65532\t65532\t65532\t65532") && status.contains("CapEff:\t0000000000000000"), "{status}");
    }
    let its_root = Path::new("/proc").join(server.id().to_string()).join("root");
    let refused = fs::write(its_root.join("file"), "").unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::ReadOnlyFilesystem);
}

#[test]
fn settings_of_the_files_are_settings() {
    let known = Settings::DEFAULTS;
    for name in ["deploy/Dockerfile", "deploy/compose.yaml", "deploy/kubernetes.yaml"] {
        let text = file(name);
        let named: BTreeSet<&str> =
            text.split(|letter: char| !(letter.is_ascii_uppercase() || letter == '_')).filter(|word| word.starts_with("PARTY_")).collect();
        for setting in &named {
            let line = format!("{} = ", setting.trim_start_matches("PARTY_").to_lowercase());
            assert!(known.lines().any(|known| known.trim_start_matches("# ").starts_with(&line)), "{name} sets {setting}, which is no setting");
        }
    }
}

#[test]
fn the_image_is_built_with_the_toolchain_of_the_workspace() {
    let (cargo, image) = (file("Cargo.toml"), file("deploy/Dockerfile"));
    let version = cargo.lines().find_map(|line| line.strip_prefix("rust-version = ")).unwrap().trim_matches('"').to_owned();
    assert!(image.contains(&format!("FROM rust:{version}-slim-bookworm")), "the image is not built with Rust {version}");
    let members = cargo.split_once("members = [").unwrap().1.split(']').next().unwrap().replace(['"', ' '], "");
    for member in members.split(',').filter(|member| !member.is_empty()) {
        assert!(image.contains(&format!("COPY {member}/ {member}/")), "the image is built without {member}/");
    }
}

#[test]
fn probes_ask_for_paths_that_the_server_has() {
    let (manifest, router) = (file("deploy/kubernetes.yaml"), file("src/http/mod.rs"));
    let paths: Vec<&str> =
        manifest.split("path: ").skip(1).filter_map(|rest| rest.split([',', '}']).next()).filter(|path| path.starts_with('/')).collect();
    assert_eq!(paths, ["/health/live", "/health/live", "/health/ready"]);
    assert!(paths.iter().all(|path| router.contains(&format!("{path:?}"))));
}
