//! The DHIS2 releases that the server can be.

use std::fmt;
use std::str::FromStr;

/// A release of DHIS2. Later ones compare greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// 2.38.7
    V38,
    /// 2.40.12
    V40,
    /// 2.41.9.1
    V41,
    /// 2.42.5.2
    V42,
    /// 2.43.1, the first with the second import engine
    V43,
    /// 2.44-SNAPSHOT
    V44,
}

/// How a release imports data values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportDialect {
    /// Up to 2.42: each value is checked and stored by itself (`DefaultDataValueSetService`).
    PerValue,
    /// From 2.43: a group of values of one data set is stored as a whole or not at all
    /// (`DataEntryPipeline`).
    Grouped,
}

impl Version {
    /// All of them, oldest first.
    pub const ALL: [Self; 6] = [
        Self::V38,
        Self::V40,
        Self::V41,
        Self::V42,
        Self::V43,
        Self::V44,
    ];

    /// As `GET /api/system/info` names it.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::V38 => "2.38.7",
            Self::V40 => "2.40.12",
            Self::V41 => "2.41.9.1",
            Self::V42 => "2.42.5.2",
            Self::V43 => "2.43.1",
            Self::V44 => "2.44-SNAPSHOT",
        }
    }

    /// Short commit hash of the build.
    pub(crate) fn revision(self) -> &'static str {
        match self {
            Self::V38 => "d7a5b68",
            Self::V40 => "6bff9b1",
            Self::V41 => "b8c4a3c",
            Self::V42 => "91f1f41",
            Self::V43 => "9cbfbf3",
            Self::V44 => "0000000",
        }
    }

    /// The servlet container that the release runs on: its name stands below error pages.
    pub(crate) fn container(self) -> &'static str {
        if self >= Self::V42 {
            "Apache Tomcat/11.0.20"
        } else {
            "Apache Tomcat/9.0.100"
        }
    }

    /// The login page to which requests without credentials are sent.
    pub(crate) fn login_path(self) -> &'static str {
        match self {
            Self::V38 | Self::V40 => "/dhis-web-commons/security/login.action",
            Self::V41 => "/dhis-web-login",
            Self::V42 => "/dhis-web-login/",
            Self::V43 | Self::V44 => "/login/",
        }
    }

    /// The numbers that may stand in `/api/<number>/…`.
    pub(crate) fn path_versions(self) -> std::ops::RangeInclusive<u32> {
        match self {
            Self::V38 => 28..=39,
            Self::V40 | Self::V41 | Self::V42 => 28..=42,
            Self::V43 => 28..=43,
            Self::V44 => 28..=44,
        }
    }

    /// How `POST /api/dataValueSets` imports.
    pub(crate) fn import_dialect(self) -> ImportDialect {
        if self >= Self::V43 {
            ImportDialect::Grouped
        } else {
            ImportDialect::PerValue
        }
    }

    pub(crate) fn has_grouped_import(self) -> bool {
        self.import_dialect() == ImportDialect::Grouped
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// A version that is none of [`Version::ALL`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownVersion(String);

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<_> = Version::ALL.iter().map(|version| version.text()).collect();
        write!(
            f,
            "unknown version {}: known are {}",
            self.0,
            known.join(", ")
        )
    }
}

impl std::error::Error for UnknownVersion {}

impl FromStr for Version {
    type Err = UnknownVersion;

    /// Takes `2.43.1` and the release line alone, `2.43`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|version| version.text() == text || version.text().get(..4) == Some(text))
            .ok_or_else(|| UnknownVersion(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_by_its_number_or_line() {
        for version in Version::ALL {
            assert_eq!(version.text().parse(), Ok(version));
        }
        assert_eq!("2.44".parse(), Ok(Version::V44));
        assert!("2.39".parse::<Version>().is_err());
    }
}
