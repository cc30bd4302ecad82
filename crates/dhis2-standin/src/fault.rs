//! FaultRules on demand: what proxies, networks and failing servers do to requests.

use std::str::FromStr;

/// Something that goes wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// 302 to a login page, as a proxy with a session of its own sends it.
    LoginRedirect,
    /// 200 and a login page in HTML.
    LoginPage,
    /// An answer of that status with an HTML page, before the server does anything.
    Refused(u16),
    /// The same after the server has done all it was asked to.
    RefusedAfter(u16),
    /// 429 with that many seconds in `Retry-After`.
    TooMany {
        /// Seconds to wait.
        seconds: u32,
    },
    /// 413 for bodies of more bytes than that; smaller ones pass.
    TooLarge {
        /// Most bytes that pass.
        limit: usize,
    },
    /// The work is done; the connection closes in the middle of the answer.
    CutAnswer,
    /// The work is done; the connection closes without an answer.
    LostAnswer,
    /// The connection closes before anything is done.
    Reset,
    /// The answer comes a few bytes at a time, with a pause of that many milliseconds.
    Drip {
        /// Milliseconds between pieces.
        pause: u64,
    },
    /// The work is done; the answer comes after that many milliseconds.
    Late {
        /// Milliseconds to wait.
        pause: u64,
    },
    /// The work begins only after that many milliseconds, and is done even if the client has gone.
    Slow {
        /// Milliseconds to wait.
        pause: u64,
    },
    /// 200 and nothing else.
    Empty,
    /// 200 with this body as JSON, before anything is done.
    Answer(String),
    /// These bytes and nothing else, in place of an answer, before anything is done.
    Raw(Vec<u8>),
    /// 200 with this body as JSON, after everything is done.
    AnswerAfter(String),
    /// An import: 200 SUCCESS with all values ignored, and nothing stored.
    LostWrite,
    /// An import: 200 SUCCESS with zeros, and nothing stored.
    NothingDone,
    /// An import: the server dies after having stored that many values. The older engine keeps
    /// them, the newer one keeps nothing.
    CrashAfter(usize),
}

/// What happens to an import itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportFault {
    LostWrite,
    NothingDone,
    CrashAfter(usize),
}

impl FromStr for Fault {
    type Err = String;

    /// Reads a fault as the command line names it: `reset`, `refused=502`, `drip=50`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, amount) = match text.split_once('=') {
            Some((name, amount)) => (name, Some(amount)),
            None => (text, None),
        };
        let unknown = || format!("no fault {text:?}, expected one of: {}", Self::names());
        let number = || {
            let amount = amount.ok_or_else(unknown)?;
            let parsed = amount.parse::<u32>();
            parsed.map_err(|_| format!("{text:?}: {amount:?} is no number"))
        };
        Ok(match name {
            "login-redirect" => Self::LoginRedirect,
            "login-page" => Self::LoginPage,
            "refused" => Self::Refused(to_status(number()?)?),
            "refused-after" => Self::RefusedAfter(to_status(number()?)?),
            "too-many" => Self::TooMany { seconds: number()? },
            "too-large" => Self::TooLarge {
                limit: number()? as usize,
            },
            "cut" => Self::CutAnswer,
            "lost-answer" => Self::LostAnswer,
            "reset" => Self::Reset,
            "drip" => Self::Drip {
                pause: number()?.into(),
            },
            "late" => Self::Late {
                pause: number()?.into(),
            },
            "slow" => Self::Slow {
                pause: number()?.into(),
            },
            "empty" => Self::Empty,
            "lost-write" => Self::LostWrite,
            "nothing-done" => Self::NothingDone,
            "crash" => Self::CrashAfter(number()? as usize),
            _ => return Err(unknown()),
        })
    }
}

fn to_status(number: u32) -> Result<u16, String> {
    u16::try_from(number)
        .ok()
        .filter(|status| (100..600).contains(status))
        .ok_or_else(|| format!("{number} is no HTTP status"))
}

impl Fault {
    /// The names that the command line knows, with what follows them.
    #[must_use]
    pub fn names() -> String {
        Self::NAMES.join(", ")
    }

    /// What the command line knows, with what follows the names.
    pub(crate) const NAMES: [&str; 16] = [
        "login-redirect",
        "login-page",
        "refused=STATUS",
        "refused-after=STATUS",
        "too-many=SECONDS",
        "too-large=BYTES",
        "cut",
        "lost-answer",
        "reset",
        "drip=MILLISECONDS",
        "late=MILLISECONDS",
        "slow=MILLISECONDS",
        "empty",
        "lost-write",
        "nothing-done",
        "crash=VALUES",
    ];

    pub(crate) fn of_import(&self) -> Option<ImportFault> {
        match self {
            Self::LostWrite => Some(ImportFault::LostWrite),
            Self::NothingDone => Some(ImportFault::NothingDone),
            Self::CrashAfter(rows) => Some(ImportFault::CrashAfter(*rows)),
            _ => None,
        }
    }
}
