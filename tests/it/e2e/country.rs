//! The sample country on a server, under a prefix of its own, and how it is taken away again.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};

use pop_http::{Client, Method};
use serde_json::{Value, json};

use super::site::{Site, client, send};
use crate::support::{Ran, Run, tool};

/// The types of what is made, in the order in which it can be taken away.
pub(crate) const TYPES: [&str; 10] = [
    "dataSets",
    "dataElements",
    "categoryOptionCombos",
    "categoryCombos",
    "categories",
    "categoryOptions",
    "userGroups",
    "users",
    "userRoles",
    "organisationUnits",
];

/// The sample country, its two users, and a folder for the files of the tools.
pub(crate) struct Country<'a> {
    pub(crate) site: &'a Site,
    /// Four letters that no other run has.
    run: String,
    /// Identifiers of the sample, and those that stand for them here.
    ids: BTreeMap<String, String>,
    package: Value,
    passwords: [String; 2],
    tokens: std::cell::RefCell<Vec<(String, String)>>,
    folder: tempfile::TempDir,
    gone: std::cell::Cell<bool>,
}

impl<'a> Country<'a> {
    /// Makes it on the server. What of it is made goes away again, whatever happens.
    pub(crate) fn bring(site: &'a Site) -> Self {
        let run = letters(4);
        let files = sample_country::files().unwrap();
        let folder = tempfile::tempdir().unwrap();
        for file in &files {
            std::fs::write(folder.path().join(&file.name), &file.bytes).unwrap();
        }
        let metadata = std::fs::read(folder.path().join("metadata.json")).unwrap();
        let mut package: Value = serde_json::from_slice(&metadata).unwrap();
        // Names of levels belong to the whole server.
        package
            .as_object_mut()
            .unwrap()
            .remove("organisationUnitLevels");
        let users = add_users(&mut package, &run);
        let ids = new_ids(&package, &run);
        let package = renamed(package, &ids, &run);
        let country = Self {
            site,
            run,
            ids,
            package,
            passwords: users,
            tokens: std::cell::RefCell::default(),
            folder,
            gone: std::cell::Cell::new(false),
        };
        country.make();
        country
    }

    fn make(&self) {
        let path = "/api/metadata?importStrategy=CREATE&atomicMode=ALL";
        let (status, report) = send(
            &self.site.superuser,
            Method::Post,
            path,
            Some(&self.package),
        );
        assert_eq!(status, 200, "{report:#}");
        for (user, password) in ["pusher", "census"].iter().zip(&self.passwords) {
            let line = format!("{}:{password}\n", self.username(user));
            std::fs::write(self.path(&format!("{user}.txt")), line).unwrap();
        }
    }

    /// The identifier here of an object of the sample.
    pub(crate) fn id(&self, sample: &str) -> &str {
        &self.ids[sample]
    }

    /// All identifiers here.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.values().map(String::as_str)
    }

    /// What was made of a type.
    pub(crate) fn made(&self, plural: &str) -> &[Value] {
        self.package[plural].as_array().map_or(&[], Vec::as_slice)
    }

    /// The unit without a parent.
    pub(crate) fn root(&self) -> &str {
        let root = self
            .made("organisationUnits")
            .iter()
            .find(|unit| unit["parent"].is_null());
        root.unwrap()["id"].as_str().unwrap()
    }

    /// The unit of a name in the sample.
    pub(crate) fn unit(&self, name: &str) -> &Value {
        let name = called(&self.run, name);
        let units = self.made("organisationUnits");
        units
            .iter()
            .find(|unit| unit["name"] == json!(name))
            .unwrap()
    }

    /// The sample's districts.
    pub(crate) fn districts(&self) -> Vec<&Value> {
        let units = self.made("organisationUnits").iter();
        units
            .filter(|unit| unit["parent"]["id"] == json!(self.root()))
            .collect()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn read(&self, name: &str) -> Value {
        let bytes = std::fs::read(self.path(name)).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn username(&self, user: &str) -> String {
        format!("e2e_{}_{user}", self.run)
    }

    /// A client as one of the two users.
    pub(crate) fn client(&self, user: &str) -> Client {
        let credentials = std::fs::read_to_string(self.path(&format!("{user}.txt"))).unwrap();
        client(&self.site.url, &credentials)
    }

    /// A tool in the folder, as the user who may push and no more.
    pub(crate) fn tool(&self, name: &str) -> Run {
        tool(name)
            .folder(self.folder.path())
            .env("DHIS2_URL", &self.site.url)
            .env("DHIS2_CREDENTIALS_FILE", "pusher.txt")
    }

    /// Runs a tool to its end, and looks that it gave no secret away.
    pub(crate) fn run(&self, run: Run, status: i32) -> Ran {
        let ran = run.run();
        for secret in self.secrets() {
            let told = [ran.stdout.as_slice(), ran.stderr.as_bytes()]
                .iter()
                .any(|bytes| holds(bytes, &secret));
            assert!(!told, "a secret in what a tool printed");
        }
        ran.expect(status)
    }

    /// Has a token made for the user who pushes, good for reading only, and names it in a file.
    pub(crate) fn reading_token(&self, file: &str) {
        let body =
            json!({"attributes": [{"type": "MethodAllowedList", "allowedMethods": ["GET"]}]});
        let pusher = self.client("pusher");
        let make = |body| send(&pusher, Method::Post, "/api/apiToken", Some(body));
        let (mut status, mut made) = make(&body);
        // 2.44 fails on a list of methods (a fault of the server): a token without one will do.
        if status == 500 {
            (status, made) = make(&json!({}));
        }
        assert_eq!(status, 201, "{made:#}");
        let text = |key: &str| made["response"][key].as_str().unwrap().to_owned();
        self.write(file, text("key"));
        self.tokens.borrow_mut().push((text("uid"), text("key")));
    }

    /// The tokens of the user who pushes: those made, and those that the server knows besides.
    fn all_tokens(&self) -> std::collections::BTreeSet<String> {
        let made = self.tokens.borrow();
        let mut ids: std::collections::BTreeSet<String> =
            made.iter().map(|(id, _)| id.clone()).collect();
        if !self.path("pusher.txt").exists() {
            return ids;
        }
        let path = "/api/apiToken.json?fields=id&paging=false";
        if let Ok(list) = self.client("pusher").get_json::<Value>(path) {
            let listed = list["apiToken"].as_array().map_or(&[][..], Vec::as_slice);
            ids.extend(
                listed
                    .iter()
                    .filter_map(|token| Some(token["id"].as_str()?.to_owned())),
            );
        }
        ids
    }

    fn secrets(&self) -> Vec<String> {
        let tokens = self.tokens.borrow();
        let keys = tokens.iter().map(|(_, key)| key.clone());
        self.passwords.iter().cloned().chain(keys).collect()
    }

    /// No file of the folder may hold a password or a token, but those made to hold one.
    pub(crate) fn keeps_its_secrets(&self) {
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            if path.extension().is_none_or(|kind| kind != "txt") {
                for secret in self.secrets() {
                    assert!(!holds(&bytes, &secret), "a secret in {}", path.display());
                }
            }
        }
    }

    /// The values stored for the country, by element, unit and option combination, as a user reads them.
    pub(crate) fn stored(&self) -> BTreeMap<[String; 3], String> {
        let path = format!(
            "/api/dataValueSets.json?dataSet={}&period=2025&orgUnit={}&children=true",
            self.id("dsPopYear01"),
            self.root()
        );
        let answer: Value = self.client("census").get_json(path).unwrap();
        by_key(&answer)
    }

    /// Takes everything away; what could not be, and why.
    pub(crate) fn take_away(&self) -> Vec<String> {
        self.gone.set(true);
        let mut left = Vec::new();
        let superuser = &self.site.superuser;
        let mut away = |client: &Client, method: Method, path: &str| {
            let (status, answer) = send(client, method, path, None);
            if !matches!(status, 200 | 204 | 404) {
                left.push(format!("{path}: {status} {answer}"));
            }
        };
        // A user who has a token cannot be deleted; one may be there though its making failed.
        for id in self.all_tokens() {
            let pusher = self.client("pusher");
            away(&pusher, Method::Delete, &format!("/api/apiToken/{id}"));
        }
        for element in self.made("dataElements") {
            let id = element["id"].as_str().unwrap();
            if superuser
                .get(format!("/api/dataElements/{id}.json?fields=id"))
                .is_ok_and(|answer| answer.status() == 200)
            {
                away(
                    superuser,
                    Method::Post,
                    &format!("/api/maintenance/dataPruning/dataElements/{id}"),
                );
            }
        }
        for plural in TYPES
            .iter()
            .filter(|plural| **plural != "categoryOptionCombos")
        {
            // Units are made from the root down.
            for object in self.made(plural).iter().rev() {
                away(
                    superuser,
                    Method::Delete,
                    &format!("/api/{plural}/{}", object["id"].as_str().unwrap()),
                );
            }
        }
        let still = self.ids().filter(|id| self.site.knows(id));
        left.extend(still.map(|id| format!("{id} is still there")));
        left
    }
}

impl Drop for Country<'_> {
    fn drop(&mut self) {
        if !self.gone.get() {
            let left = self.take_away();
            eprintln!("e2e: taken away after a failure; left: {left:#?}");
        }
    }
}

/// A data value set by element, unit and option combination.
pub(crate) fn by_key(set: &Value) -> BTreeMap<[String; 3], String> {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or("HllvX50cXC0").to_owned();
    let values = set["dataValues"].as_array().map_or(&[][..], Vec::as_slice);
    values
        .iter()
        .map(|value| {
            let key = ["dataElement", "orgUnit", "categoryOptionCombo"].map(|key| text(value, key));
            (key, text(value, "value"))
        })
        .collect()
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes
        .windows(secret.len())
        .any(|part| part == secret.as_bytes())
}

/// Random letters and digits, a letter first.
fn letters(count: usize) -> String {
    let mut mixed = RandomState::new().hash_one(std::process::id());
    let mut take = |among: &[u8]| {
        let letter = among[usize::try_from(mixed % among.len() as u64).unwrap()];
        mixed = RandomState::new().hash_one(mixed);
        char::from(letter)
    };
    let small = b"abcdefghijklmnopqrstuvwxyz";
    (0..count)
        .map(|place| {
            if place == 0 {
                take(small)
            } else {
                take(b"abcdefghijklmnopqrstuvwxyz0123456789")
            }
        })
        .collect()
}

/// Two users who may enter values and no more, in a group that the data set is shared with.
fn add_users(package: &mut Value, run: &str) -> [String; 2] {
    let passwords = [(); 2].map(|()| format!("Xy9-{}", letters(20)));
    let root = package["organisationUnits"][0]["id"].clone();
    let users = ["pusher", "census"]
        .iter()
        .zip(&passwords)
        .map(|(user, password)| {
            json!({"id": format!("us{user}0001")[..11], "username": format!("e2e_{run}_{user}"),
            "firstName": "headcount", "surname": user, "password": password,
            "userRoles": [{"id": "urPusher001"}],
            "organisationUnits": [{"id": root}], "dataViewOrganisationUnits": [{"id": root}]})
        });
    package["users"] = users.collect();
    package["userRoles"] =
        json!([{"id": "urPusher001", "name": "pusher", "authorities": ["F_DATAVALUE_ADD"]}]);
    let members: Vec<Value> = package["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| json!({"id": user["id"]}))
        .collect();
    package["userGroups"] = json!([{"id": "ugPush00001", "name": "pushers", "users": members}]);
    let sharing = json!({"public": "--------", "userGroups": {"ugPush00001": {"id": "ugPush00001", "access": "rwrw----"}}});
    for plural in ["categoryOptions", "dataSets"] {
        for object in package[plural].as_array_mut().unwrap() {
            object["sharing"] = sharing.clone();
        }
    }
    passwords
}

/// An identifier of this run for everything in the package.
fn new_ids(package: &Value, run: &str) -> BTreeMap<String, String> {
    let objects = package
        .as_object()
        .unwrap()
        .values()
        .flat_map(|list| list.as_array().unwrap());
    let olds = objects.map(|object| object["id"].as_str().unwrap().to_owned());
    olds.enumerate()
        .map(|(number, old)| (old, format!("e2e{run}{number:04}")))
        .collect()
}

fn called(run: &str, name: &str) -> String {
    format!("e2e {run} {name}")
}

/// The package with identifiers, names and codes of this run.
fn renamed(package: Value, ids: &BTreeMap<String, String>, run: &str) -> Value {
    let mut text = package.to_string();
    for (old, new) in ids {
        text = text.replace(&format!("\"{old}\""), &format!("\"{new}\""));
    }
    let mut package: Value = serde_json::from_str(&text).unwrap();
    for object in package
        .as_object_mut()
        .unwrap()
        .values_mut()
        .flat_map(|list| list.as_array_mut().unwrap())
    {
        for key in ["name", "shortName", "code"] {
            if let Some(name) = object[key].as_str() {
                let name: String = called(run, name).chars().take(50).collect();
                object[key] = name.into();
            }
        }
    }
    package
}
