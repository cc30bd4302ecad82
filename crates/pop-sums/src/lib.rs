//! The sums stream: columns, status, reasons; read and written
