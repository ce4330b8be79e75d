//! Builds again when a migration was added, and lets the crate compile before the pages are built.

fn main() -> std::io::Result<()> {
    println!("cargo:rerun-if-changed=migrations");
    std::fs::create_dir_all("invigilator-ui/dist")
}
