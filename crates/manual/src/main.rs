//! man
fn main(){}
