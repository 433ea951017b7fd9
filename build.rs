//! Migrations are compiled into the binary; without this a changed SQL file alone would not rebuild it.
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
