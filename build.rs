//! Lets cargo notice when the page was built anew: what is in `web/dist` is part of the program.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A folder that is not there cannot be watched; an empty one holds no page, which the program says.
    if let Err(error) = std::fs::create_dir_all("web/dist") {
        println!("cargo:warning=web/dist: {error}");
    }
    println!("cargo:rerun-if-changed=web/dist");
}
