//! Whose certificates are believed.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use pop_http::{
    BaseUrl, Client, ClientError, ClientOptions, Credentials, HttpErrorKind, RetryPolicy, TlsError,
};

fn options(url: &str) -> ClientOptions {
    ClientOptions {
        retry: RetryPolicy::never(),
        ..ClientOptions::new(BaseUrl::parse(url).unwrap(), Credentials::Anonymous)
    }
}

#[test]
fn a_file_without_certificates_is_refused() {
    let dir = std::env::temp_dir();
    let path = dir.join(format!("pop-http-ca-{}.pem", std::process::id()));
    std::fs::write(&path, "no certificate").unwrap();
    let mut options = options("https://127.0.0.1:1");
    options.ca_file = Some(path.clone());
    let refused = Client::new(options.clone());
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(
        refused,
        Err(ClientError::Tls(TlsError::NoCertificate { .. }))
    ));
    let missing = Client::new(options);
    assert!(matches!(
        missing,
        Err(ClientError::Tls(TlsError::Unreadable { .. }))
    ));
}

/// A certificate authority, in a file that goes away with it.
struct Authority {
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    file: PathBuf,
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, format!("headcount test {name}"));
        let certificate = params.self_signed(&key).unwrap();
        let file = std::env::temp_dir().join(format!("pop-http-{name}-{}.pem", std::process::id()));
        std::fs::write(&file, certificate.pem()).unwrap();
        Self {
            issuer: rcgen::Issuer::new(params, key),
            file,
        }
    }

    /// A server with a certificate for `host`, that answers one request with `{}`.
    fn serve(&self, host: &str) -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(vec![host.to_owned()])
            .unwrap()
            .signed_by(&key, &self.issuer)
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
            let mut tls = rustls::StreamOwned::new(connection, stream);
            if tls.read(&mut [0; 4096]).is_ok() {
                let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
                let _ = write!(
                    tls,
                    "{head}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}"
                );
                let _ = tls.flush();
            }
        });
        format!("https://127.0.0.1:{port}")
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

#[test]
fn an_authority_of_ones_own_is_believed_when_it_is_named() {
    let authority = Authority::new("own");
    let mut options = options(&authority.serve("127.0.0.1"));
    options.ca_file = Some(authority.file.clone());
    let client = Client::new(options).unwrap();
    assert_eq!(client.get("/x").unwrap().status(), 200);
}

#[test]
fn an_unknown_authority_and_a_wrong_name_are_not() {
    let authority = Authority::new("known");
    let other = Authority::new("other");
    let cases = [
        (authority.serve("127.0.0.1"), None),
        (authority.serve("127.0.0.1"), Some(other.file.clone())),
        (authority.serve("192.0.2.7"), Some(authority.file.clone())),
    ];
    for (url, ca_file) in cases {
        let mut options = options(&url);
        options.ca_file = ca_file;
        let client = Client::new(options).unwrap();
        let error = client.post("/x", "application/json", b"{}").unwrap_err();
        assert!(matches!(error.kind, HttpErrorKind::Tls(_)), "{error:?}");
        assert_eq!(error.effect, pop_http::Effect::None);
        assert!(error.hint().unwrap().contains("--ca-file"));
    }
}
