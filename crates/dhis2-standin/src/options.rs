//! How a stand-in is set up.

use jiff::civil::Date;
use serde_json::Value;

use crate::fault_rules::FaultRule;
use crate::version::Version;

/// The day that the server's clock shows when nothing else is asked for.
const TODAY: Date = Date::constant(2026, 11, 22);

/// How a stand-in is set up.
#[derive(Debug, Clone)]
pub struct StandinOptions {
    /// The release to be.
    pub version: Version,
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Path below which the server lives, such as `/dhis`; empty for the root.
    pub context_path: String,
    /// Organisation units as the bytes of a GeoJSON FeatureCollection.
    pub org_units: Option<Vec<u8>>,
    /// Metadata packages as for `POST /api/metadata`, loaded in order.
    pub bundles: Vec<Value>,
    /// The day that the server's clock starts at.
    pub today: Date,
    /// `systemId` of the server's self-description.
    pub system_id: Option<String>,
    /// Password of the superuser `admin`.
    pub admin_password: String,
    /// Whether the superuser gets the roots as capture units.
    pub admin_has_roots: bool,
    /// Whether `/standin/…` tells the server's state and takes orders, from everybody on this
    /// machine.
    pub control: Control,
    /// What goes wrong.
    pub faults: Vec<FaultRule>,
}

impl StandinOptions {
    /// A server of that release with nothing in it.
    #[must_use]
    pub fn new(version: Version) -> Self {
        Self {
            version,
            port: 0,
            context_path: String::new(),
            org_units: None,
            bundles: Vec::new(),
            today: TODAY,
            system_id: Some("eed3d451-4ff5-4193-b951-ffcc68954299".to_owned()),
            admin_password: "district".to_owned(),
            admin_has_roots: true,
            control: Control::Closed,
            faults: Vec::new(),
        }
    }
}

/// Whether a server can be looked into, and told what to do, over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Only by the process that started it.
    Closed,
    /// At `/standin/…`.
    Open,
}
