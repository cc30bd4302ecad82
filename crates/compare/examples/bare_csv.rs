//! The least that a comparison of two CSV files can cost: both are read, record by record, and one is written again.
//!
//!     bare_csv OLD NEW OUT

use std::fs::File;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let [old, new, out] = names.as_slice() else {
        return Err("usage: bare_csv OLD NEW OUT".into());
    };
    let mut record = csv::ByteRecord::new();
    let mut reader = csv::Reader::from_reader(File::open(old)?);
    while reader.read_byte_record(&mut record)? {}
    let mut reader = csv::Reader::from_reader(File::open(new)?);
    let mut writer = csv::Writer::from_writer(File::create(out)?);
    writer.write_byte_record(reader.byte_headers()?)?;
    while reader.read_byte_record(&mut record)? {
        writer.write_byte_record(&record)?;
    }
    writer.flush()?;
    Ok(())
}
