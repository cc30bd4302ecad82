//! Asking a person for credentials, on the terminal itself: stdin and stdout are data.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write as _};

use pop_dhis2::{CredentialsError, parse_credentials};
use pop_http::{BaseUrl, Credentials, Secret};

#[cfg(windows)]
const TERMINAL: (&str, &str) = ("CONIN$", "CONOUT$");
#[cfg(not(windows))]
const TERMINAL: (&str, &str) = ("/dev/tty", "/dev/tty");

/// Asks for user and password, or a token. `None` where there is no terminal.
pub(crate) fn ask(server: &BaseUrl) -> Result<Option<Credentials>, CredentialsError> {
    let Ok((input, mut output)) = open() else {
        return Ok(None);
    };
    let mut user = String::new();
    let asked = write!(output, "{server}\nuser (empty for a token): ")
        .and_then(|()| output.flush())
        .and_then(|()| BufReader::new(input).read_line(&mut user));
    if asked.is_err() {
        return Ok(None);
    }
    let user = user.trim();
    let prompt = if user.is_empty() {
        "token: "
    } else {
        "password: "
    };
    // Reads from the terminal, without showing what is typed.
    let Ok(secret) = rpassword::prompt_password(prompt).map(Secret::new) else {
        return Ok(None);
    };
    let text = if user.is_empty() {
        secret
    } else {
        Secret::new(format!("{user}:{}", secret.expose()))
    };
    parse_credentials(text.expose()).map(Some)
}

fn open() -> io::Result<(File, File)> {
    let input = File::open(TERMINAL.0)?;
    let output = File::options().write(true).open(TERMINAL.1)?;
    Ok((input, output))
}
