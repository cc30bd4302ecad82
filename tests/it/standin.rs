//! The stand-in as a program: faults and switches from its command line.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::support::binary;

/// A running program; it ends when its standard input is closed.
struct Program {
    child: Child,
    url: String,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(binary("dhis2-standin"))
            .args(["--until-stdin-closes"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut url).unwrap();
        Self {
            child,
            url: url.trim().to_owned(),
        }
    }

    fn get(&self, path: &str) -> String {
        let host = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic YWRtaW46ZGlzdHJpY3Q=\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }
}

#[test]
fn faults_and_switches_come_from_the_command_line() {
    let program = Program::start(&[
        "--version",
        "2.41.9.1",
        "--fault",
        "too-many=7 on GET system/info after 1",
        "--no-system-id",
        "--control",
    ]);
    let info = program.get("/api/system/info");
    assert!(
        info.contains("2.41.9.1") && !info.contains("systemId"),
        "{info}"
    );
    let refused = program.get("/api/system/info");
    assert!(
        refused.starts_with("HTTP/1.1 429") && refused.contains("Retry-After: 7"),
        "{refused}"
    );
    assert!(program.get("/api/system/info").starts_with("HTTP/1.1 200"));
    assert!(program.get("/standin/state").contains("\"requests\":3"));
}

#[test]
fn a_rule_that_cannot_be_read_is_refused_with_those_there_are() {
    let output = Command::new(binary("dhis2-standin"))
        .args(["--fault", "boom"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("lost-answer"), "{said}");
}
