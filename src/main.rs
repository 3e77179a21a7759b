//! govwatch
fn main() {}
