//! Which rasters a run is about, and under which lock.

use pop_cli::{Console, ToolError};
use pop_http::BaseUrl;
use pop_worldpop::{Family, Layer, ProductSpec, RasterKey};

use crate::FetchWorldpop;
use crate::address::Address;
use crate::catalogue::Catalogue;
use crate::keeper::Keeper;
use crate::lock::Lock;
use crate::mirror::Mirror;
use crate::orders::{self, Order};
use crate::request::{GLOBAL1, Request};
use crate::resolve::{Resolver, pinned};
use crate::sums;
use crate::wish::Wish;

/// The rasters of a run.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) wishes: Vec<Wish>,
    pub(crate) keeper: Keeper,
}

/// What a plan is made from.
struct Maker<'a> {
    args: &'a FetchWorldpop,
    request: Option<&'a Request>,
    mirror: Option<&'a Mirror>,
    data: &'a BaseUrl,
    /// `None` without the network.
    catalogue: Option<Catalogue>,
}

impl Plan {
    /// Finds out which files are meant.
    ///
    /// # Errors
    /// Usage: nothing is asked for, or what does not exist. Those of the catalogue.
    pub(crate) fn make(
        args: &FetchWorldpop,
        request: Option<&Request>,
        lock: Lock,
        mirror: Option<&Mirror>,
        data: &BaseUrl,
        console: &mut Console,
    ) -> Result<Self, ToolError> {
        let catalogue = if args.place.offline {
            None
        } else {
            Some(Catalogue::new(&args.network)?)
        };
        let maker = Maker {
            args,
            request,
            mirror,
            data,
            catalogue,
        };
        if args.place.upgrade_release {
            return maker.upgrade(lock, console);
        }
        let mut wishes = Vec::new();
        if let Some(request) = request {
            let release = maker.release(request, &lock, console)?;
            for order in orders::of_request(request, release.as_deref())? {
                wishes.extend(maker.wishes(&order, &lock, console)?);
            }
        }
        for wish in maker.paths(&lock, lock.release()?.as_deref())? {
            let name = wish.offer.as_ref().map(|offer| &offer.name);
            if !name.is_some_and(|name| wishes.iter().any(|other: &Wish| other.is(name))) {
                wishes.push(wish);
            }
        }
        if request.is_none() && args.choice.paths.is_empty() {
            if let Some(release) = &args.choice.release {
                return Err(ToolError::usage(format!("--release {release} without --iso")).hint(
                    "name a country: --iso SLE; or replace what the lock holds: --upgrade-release",
                ));
            }
            if lock.is_empty() {
                return Err(ToolError::usage("nothing is asked for, and there is no lock file")
                    .hint("name a country and a year: --iso SLE --year 2025; --list shows what there is"));
            }
            for (name, pin) in lock.pins() {
                wishes.push(Wish::of_pin(name, pin)?);
            }
        }
        if request.is_some() || !args.choice.paths.is_empty() {
            sums::refuse(&wishes)?;
        }
        Ok(Self {
            wishes,
            keeper: Keeper::of(lock),
        })
    }
}

impl Maker<'_> {
    fn resolver(&self) -> Option<Resolver<'_>> {
        self.catalogue.as_ref().map(|catalogue| Resolver {
            catalogue,
            data: self.data,
        })
    }

    /// The lock's release, the one named, else the newest; of the two first, only one.
    fn release(
        &self,
        request: &Request,
        lock: &Lock,
        console: &mut Console,
    ) -> Result<Option<String>, ToolError> {
        if request.family == Family::Global1 {
            return Ok(None);
        }
        match (lock.release()?, &request.release) {
            (Some(locked), Some(named)) if locked != *named => Err(ToolError::usage(format!(
                "the lock is of {locked}, and {named} does not compare with it"
            ))
            .in_file(lock.path().display())
            .hint(format!(
                "--upgrade-release --release {named} replaces all of it; --lock keeps another beside it"
            ))),
            (Some(release), _) => Ok(Some(release)),
            (None, Some(named)) => Ok(Some(named.clone())),
            (None, None) => self.newest(request, console).map(Some),
        }
    }

    fn newest(&self, request: &Request, console: &mut Console) -> Result<String, ToolError> {
        let area = request
            .areas
            .first()
            .ok_or_else(|| ToolError::usage("no area: give --iso"))?;
        let terms = request.terms(area, None);
        let wanted = request.wanted(area)?;
        let layer = wanted
            .first()
            .map_or(Layer::Everyone, |wanted| wanted.layer);
        match (self.resolver(), self.mirror) {
            (Some(resolver), _) => resolver.newest(&terms, layer, console),
            (None, Some(mirror)) => mirror
                .files()
                .filter(|(_, name, _)| wanted.iter().any(|wanted| wanted.is(name)))
                .filter_map(|(_, name, _)| name.release().map(ToOwned::to_owned))
                .max()
                .ok_or_else(|| {
                    ToolError::io(
                        "--mirror holds no file that is asked for, and the network is off",
                    )
                }),
            (None, None) => Err(
                ToolError::usage("there is no lock file, and the network is off")
                    .hint("name the folder that was copied along: --mirror"),
            ),
        }
    }

    fn wishes(
        &self,
        order: &Order,
        lock: &Lock,
        console: &mut Console,
    ) -> Result<Vec<Wish>, ToolError> {
        let Some(resolver) = self.resolver() else {
            return Ok(pinned(order, lock));
        };
        let wishes = resolver.wishes(order, lock, console)?;
        if let Some(locked) = lock.release()?
            && let Some(new) = wishes.iter().find(|wish| wish.pin.is_none())
            && order.terms.family == Family::Global2
        {
            let newest = resolver.newest(&order.terms, new.wanted.layer, console)?;
            if newest > locked {
                console.warn(&format!(
                    "release {newest} is out; new files come from {locked}, as {} says",
                    lock.path().display()
                ));
                console.hint("--upgrade-release replaces all years together");
            }
        }
        Ok(wishes)
    }

    /// Files that are named by their path, of no other release than this one.
    fn paths(&self, lock: &Lock, release: Option<&str>) -> Result<Vec<Wish>, ToolError> {
        let mut wishes = Vec::new();
        for path in &self.args.choice.paths {
            let address = Address::parse(path, self.data)
                .map_err(|error| ToolError::usage(error).in_file("--path"))?;
            let pin = lock.pin(address.file());
            let wish = Wish::of_address(address, pin)?;
            let found = wish.offer.as_ref().and_then(|offer| offer.name.release());
            if let (Some(release), Some(found)) = (release, found)
                && found != release
            {
                return Err(ToolError::usage(format!(
                    "--path {path}: is of {found}, and the lock of {release}"
                ))
                .hint("--lock keeps another lock file beside it"));
            }
            wishes.push(wish);
        }
        Ok(wishes)
    }

    /// Everything the lock pins, and what is asked for beside it, of one other release.
    fn upgrade(&self, lock: Lock, console: &mut Console) -> Result<Plan, ToolError> {
        let Some(locked) = lock.release()? else {
            return Err(ToolError::usage(
                "--upgrade-release: the lock holds no release to replace",
            )
            .in_file(lock.path().display()));
        };
        let Some(resolver) = self.resolver() else {
            return Err(ToolError::usage(
                "--upgrade-release asks the catalogue, and --offline forbids it",
            ));
        };
        let mut orders = orders::of_lock(&lock, &locked)?;
        let named = self.args.choice.release.as_deref();
        let named = named.map(str::to_ascii_uppercase);
        if named.as_deref() == Some(GLOBAL1) {
            return Err(ToolError::usage(format!(
                "--upgrade-release: global1 is another product line, and does not replace {locked}"
            )));
        }
        let release = match (named, orders.first()) {
            (Some(named), _) => named,
            (None, Some(order)) => {
                let layer = order
                    .wanted
                    .first()
                    .map_or(Layer::Everyone, |wanted| wanted.layer);
                resolver.newest(&order.terms, layer, console)?
            }
            (None, None) => locked.clone(),
        };
        if let Some(request) = self.request {
            orders.extend(orders::of_request(request, Some(&release))?);
        }
        for order in &mut orders {
            order.terms.release = Some(release.clone());
        }
        if release == locked {
            console.summary(&format!("{locked} is the newest release already"));
        } else {
            console.summary(&format!("{release} replaces {locked}, all together"));
        }
        let keeper = Keeper::of_upgrade(lock, &release, &locked)?;
        let mut wishes = self.paths(&keeper.lock, Some(&release))?;
        // What the catalogue does not list can only be replaced by its new path.
        for order in &mut orders {
            let is_open = |wanted: &RasterKey| wishes.iter().all(|wish| wish.wanted != *wanted);
            order.wanted.retain(is_open);
        }
        for order in orders {
            for wish in resolver.wishes(&order, &keeper.lock, console)? {
                let is_twice = wishes
                    .iter()
                    .any(|other| other.wanted == wish.wanted && make_of(other) == make_of(&wish));
                if !is_twice {
                    wishes.push(wish);
                }
            }
        }
        Ok(Plan { wishes, keeper })
    }
}

fn make_of(wish: &Wish) -> Option<&ProductSpec> {
    match &wish.make {
        crate::wish::Make::Of(terms) => Some(terms),
        crate::wish::Make::Named(_) => None,
    }
}
