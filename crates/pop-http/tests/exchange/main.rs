//! The client against servers that answer what a script says, byte by byte.

mod answers;
mod hostile;
mod redirects;
mod retries;
mod scripted;
mod secrets;
mod tls;
