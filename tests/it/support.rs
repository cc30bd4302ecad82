//! Running the real binaries and looking at what comes out.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dhis2_standin::{StandinOptions, Version};

/// The names of the installed tools, in the order of the pipeline.
pub(crate) fn tools() -> Vec<String> {
    let names = manual::tools();
    names
        .iter()
        .map(|tool| tool.get_name().to_owned())
        .collect()
}

/// The password of the superuser on the servers of these tests. No tool may write it anywhere:
/// every [`Run`] looks for it in all that the tool left behind.
pub(crate) const PASSWORD: &str = "Marker-9c41e07f2ab8";

/// The same as it goes over the wire (Basic credentials of `admin`).
const ON_THE_WIRE: &str = "YWRtaW46TWFya2VyLTljNDFlMDdmMmFiOA==";

/// A stand-in of a release whose superuser has [`PASSWORD`].
pub(crate) fn guarded(version: Version) -> StandinOptions {
    StandinOptions {
        admin_password: PASSWORD.to_owned(),
        ..StandinOptions::new(version)
    }
}

/// Writes a file with the superuser's credentials.
pub(crate) fn write_credentials(file: &Path) {
    std::fs::write(file, format!("admin:{PASSWORD}\n")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// Where the binary of a tool is.
pub(crate) fn binary(tool: &str) -> PathBuf {
    // Cargo puts all binaries of the package into one folder.
    let any = Path::new(env!("CARGO_BIN_EXE_push"));
    let binary = any.with_file_name(format!("{tool}{}", std::env::consts::EXE_SUFFIX));
    assert!(binary.is_file(), "{}: not built", binary.display());
    binary
}

/// A run of a tool that is being put together.
pub(crate) struct Run {
    command: Command,
    name: String,
    folder: Option<PathBuf>,
    stdin: Vec<u8>,
}

/// What a tool left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit status; -1 when a signal ended it.
    pub(crate) status: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    pub(crate) line: String,
}

/// Starts a run of `tool`, without any DHIS2, proxy or language variable of the caller.
pub(crate) fn tool(tool: &str) -> Run {
    start(tool, Command::new(binary(tool)))
}

/// The same with no more address space and processor time than this, where the system can limit them.
pub(crate) fn tool_within(tool: &str, mebibytes: u32, seconds: u32) -> Run {
    if !cfg!(target_os = "linux") {
        return self::tool(tool);
    }
    let limits = format!(
        r#"ulimit -v {}; ulimit -t {seconds}; exec "$0" "$@""#,
        mebibytes * 1024
    );
    let mut command = Command::new("sh");
    command.args(["-c", &limits]).arg(binary(tool));
    // every thread's heap would set aside 64 MiB of addresses
    command.env("MALLOC_ARENA_MAX", "1");
    start(tool, command)
}

/// The same behind a line of a shell: `exec "$0" "$@"` in it starts the tool.
#[cfg(target_os = "linux")]
pub(crate) fn tool_in_shell(tool: &str, line: &str) -> Run {
    let mut command = Command::new("sh");
    command.args(["-c", line]).arg(binary(tool));
    start(tool, command)
}

fn start(tool: &str, mut command: Command) -> Run {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let name = name.as_str();
        if ["COLUMNS", "LANG", "LC_ALL", "LC_MESSAGES"].contains(&name)
            || name.starts_with("DHIS2_")
            || name.to_lowercase().ends_with("_proxy")
        {
            command.env_remove(name);
        }
    }
    Run {
        command,
        name: tool.to_owned(),
        folder: None,
        stdin: Vec::new(),
    }
}

impl Run {
    pub(crate) fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.command.arg(arg.into());
        self
    }

    pub(crate) fn args<T: Into<OsString>>(mut self, args: impl IntoIterator<Item = T>) -> Self {
        self.command.args(args.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.command.env(name, value.into());
        self
    }

    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self.folder = Some(folder.to_owned());
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Starts it, without input, and lets it run.
    #[cfg(unix)]
    pub(crate) fn start(mut self) -> std::process::Child {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Ran {
        let line = format!("{:?}", self.command);
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let mut pipe = child.stdin.take().unwrap();
        let bytes = std::mem::take(&mut self.stdin);
        // A tool that does not read its stdin closes the pipe: no fault of the test.
        let writer = std::thread::spawn(move || drop(pipe.write_all(&bytes)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            assert!(!tells_secrets(bytes), "{line}: the password is in {name}");
        }
        if let Some(folder) = &self.folder {
            keeps_secrets(folder, &line);
        }
        Ran {
            status: output.status.code().unwrap_or(-1),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            line,
        }
    }
}

/// No file of a folder may hold the password, but the one that brings it.
fn keeps_secrets(folder: &Path, line: &str) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_raster = path.extension().is_some_and(|kind| kind == "tif");
        if is_raster || !path.is_file() {
            continue;
        }
        // Somebody else may take a file away meanwhile.
        let bytes = std::fs::read(&path).unwrap_or_default();
        let brought = bytes.starts_with(b"admin:");
        assert!(
            brought || !tells_secrets(&bytes),
            "{line}: the password is in {}",
            path.display()
        );
    }
}

fn tells_secrets(bytes: &[u8]) -> bool {
    [PASSWORD, ON_THE_WIRE].iter().any(|secret| {
        bytes
            .windows(secret.len())
            .any(|part| part == secret.as_bytes())
    })
}

impl Ran {
    /// Fails the test unless the tool ended with `status`.
    #[track_caller]
    pub(crate) fn expect(self, status: i32) -> Self {
        assert_eq!(
            self.status,
            status,
            "{}\nstderr:\n{}\nstdout:\n{}",
            self.line,
            self.stderr,
            String::from_utf8_lossy(&self.stdout[..self.stdout.len().min(2000)])
        );
        self
    }

    /// Fails the test unless the tool failed with `status` and wrote nothing to stdout.
    #[track_caller]
    pub(crate) fn expect_nothing(self, status: i32) -> Self {
        let ran = self.expect(status);
        assert!(ran.stdout.is_empty(), "{}: bytes on stdout", ran.line);
        ran
    }

    /// Fails the test unless stderr holds `text`.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "{}\nno {text:?} in stderr:\n{}",
            self.line,
            self.stderr
        );
        self
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }
}

/// The root of the checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What cargo knows of the packages that a build on this machine takes.
pub(crate) fn cargo_metadata() -> serde_json::Value {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    let host = rustc
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .args(["--filter-platform", host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}
