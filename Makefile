# The method section: how a country's denominators are made, one tool per rule.
#
#   make demo                                   the whole way on a generated sample country
#   make test                                   the tests
#   make e2e                                    the tools against a server that you name, or a local stand-in
#   make COUNTRY=SLE YEAR=2025 sums         fetches the raster too; or name yours: RASTER=file.tif
#   make COUNTRY=SLE YEAR=2025 plan         what DHIS2 would do; writes nothing to it
#   make COUNTRY=SLE YEAR=2025 review       the plan as one page to read, print and sign; LANGUAGE=fr
#   make COUNTRY=SLE YEAR=2025 push         only this target writes to DHIS2
#   make COUNTRY=SLE refresh-orgunits       fetch the org units again, and say what changed
#   make world                                  all countries and years of workflow/config.yaml: docs/scale.md
#
# A country is a small file, countries/XXX.mk. A run is a folder, country-year-release;
# it can be stopped and resumed at any step, and is closed once it holds a receipt.
# Kept to what make 3.81 knows, and safe with -j.

.DELETE_ON_ERROR:
.SUFFIXES:

CARGO = cargo
PREFIX = /usr/local
BIN := $(shell sh scripts/programs-folder)
# The demo's are built with the profile quick.
DEMO_BIN := $(shell sh scripts/programs-folder quick 2>/dev/null)
# Empty in the folder of a package, which has no sources.
SOURCES := $(wildcard Cargo.toml)
# Packages, and what is installed, are built with the profile dist; PROFILE=quick is quicker to build.
PROFILE ?= dist
PACKAGES = build/packages

.PHONY: all needs demo test e2e build check bench install clean world test-cluster test-cluster-programs \
	packages archive windows wheel deb release-check \
	orgunits raster sums datavalues plan review push refresh-orgunits

all: build

# ---------------------------------------------------------------- the tools

# What a fresh machine must bring: Rust, and the C compiler that Rust links with.
needs:
	@test -n "$(SOURCES)" || { echo "make: this folder has no sources to build: it is for make demo, and for the" \
	    "targets for a country at the head of the Makefile" >&2; exit 2; }
	@command -v $(CARGO) >/dev/null || { echo "make: Rust is needed: see the README's link, then try again" >&2; exit 2; }
	@command -v cc >/dev/null || { echo "make: a C compiler is needed (Debian: apt install gcc libc6-dev)" >&2; exit 2; }

# The tools that the demo runs are built, and no others.
demo:
ifdef SOURCES
	@$(MAKE) --no-print-directory needs
	@echo "demo: building $$(sh scripts/demo --programs | wc -l) programs and what they are made of; cargo names each part, the first time" \
	    "it takes one or two minutes on 2 cores and 600 MB in target/"
	@$(CARGO) build --profile quick --package headcount --no-default-features $$(sh scripts/demo --programs | sed 's/^/--bin /')
endif
	@echo "demo: what it writes goes to build/demo; the local server ends with the demo"
	@BIN=$(DEMO_BIN) MAKE=$(MAKE_COMMAND) sh scripts/demo

test: needs
	@CARGO="$(CARGO)" sh scripts/test

# On a server of your own: HEADCOUNT_E2E_URL and HEADCOUNT_E2E_CREDENTIALS, see docs/dhis2-access.md.
e2e: needs
	$(CARGO) test -p headcount --test it e2e:: -- --nocapture --test-threads=1

build: needs
	$(CARGO) build --release --bins

check: needs
	bash .ci/run

# All countries and years, on this machine (CLUSTER=laptop) or on a cluster; the same command goes on where it was stopped.
CLUSTER = laptop
CONFIG = workflow/config.yaml
world:
	@sh workflow/scripts/world $(CLUSTER) $(CONFIG)

# The workflow on a Slurm of two nodes that runs on this machine, with faults; installs Slurm and Snakemake.
test-cluster: test-cluster-programs
	@bash scripts/test-cluster

test-cluster-programs: needs
	@$(CARGO) build --quiet --release --bin fetch-worldpop --bin zonal-sum --bin to-datavalueset --bin sample-country

bench: needs
	bash scripts/bench-peers

# The tools, man pages and completions under $(PREFIX).
install: needs
	$(CARGO) build --profile $(PROFILE) --bin headcount --bin manual
	sh scripts/install target/$(PROFILE) $(DESTDIR)$(PREFIX)

# Each package is built and then tried as its users would: scripts/packaging/needs says what that takes.
packages: needs
	sh scripts/packaging/packages $(PROFILE) $(PACKAGES) linux windows wheel deb

archive: needs
	sh scripts/packaging/packages $(PROFILE) $(PACKAGES) linux

windows: needs
	sh scripts/packaging/packages $(PROFILE) $(PACKAGES) windows

wheel: needs
	sh scripts/packaging/packages $(PROFILE) $(PACKAGES) wheel

deb: needs
	sh scripts/packaging/packages $(PROFILE) $(PACKAGES) deb

# What must hold before a release: docs/releasing.md.
release-check: needs
	bash scripts/packaging/release-check $(PROFILE) $(PACKAGES)

clean:
	rm -rf build

# ---------------------------------------------------------------- a country and a year

ifdef COUNTRY

COUNTRIES = countries
ifeq ($(wildcard $(COUNTRIES)/$(COUNTRY).mk),)
$(error there is no $(COUNTRIES)/$(COUNTRY).mk; known countries: $(basename $(notdir $(wildcard $(COUNTRIES)/*.mk))); for another one copy countries/XSC.mk and fill it in)
endif
ifeq ($(strip $(YEAR)),)
ifneq ($(filter orgunits raster sums datavalues plan review push,$(MAKECMDGOALS)),)
$(error name the year, as in: make COUNTRY=$(COUNTRY) YEAR=2025 $(firstword $(MAKECMDGOALS)))
endif
endif
# Further flags of fetch-orgunits (outlines from a file: --geometry file:FILE,match=code:COLUMN), of catchments (for
# facilities as points: --within-level 4 --max-distance 5km; none: no catchments), and of to-datavalueset (--level 5).
ORGUNITS =
CATCHMENTS =
VALUES =
include $(COUNTRIES)/$(COUNTRY).mk

RUNS = runs
# The units of a country outlive its runs: they are fetched once, then only by refresh-orgunits.
UNITS = $(RUNS)/$(COUNTRY)/orgunits.geojson
RUN = $(RUNS)/$(COUNTRY)-$(YEAR)-$(RELEASE)
# WorldPop's files, shared by all runs, and what pins them: commit the lock with this file.
RASTERS = rasters
LOCK = worldpop.lock
# Further flags of fetch-worldpop, e.g. --resolution 1km, or --offline --mirror /media/usb
WORLDPOP =
# Of the page of review; empty for that of the environment.
LANGUAGE =
EXCEPTIONS_FLAG = $(if $(EXCEPTIONS),--exceptions $(EXCEPTIONS))
# The server's URL stays out of the committed files: the country names the variable that holds it.
SERVER = --url "$${$(URL_VARIABLE):?names the server of $(COUNTRY)}"

# A closed run is evidence. Only push may look at it again (to resume, or to say that it is done).
# The receipt of a push that sent nothing (no journal beside it) closes nothing.
CLOSED := $(shell test -s $(RUN)/receipt.json.journal && echo journal || grep -L '"outcome":"nothing"' $(RUN)/receipt.json 2>/dev/null)
ifneq ($(CLOSED),)
ifneq ($(filter-out push refresh-orgunits,$(filter orgunits raster sums datavalues plan review push refresh-orgunits,$(MAKECMDGOALS))),)
$(error $(RUN) holds a receipt and is closed; name another with RUN=folder)
endif
endif

orgunits: $(RUN)/orgunits.geojson
raster: $(RUN)/raster.tif
sums: $(RUN)/sums.csv $(RUN)/balance.json
datavalues: $(RUN)/datavalues.json
plan: $(RUN)/plan.json $(RUN)/plan.csv
review: $(RUN)/review.html

ifeq ($(CLOSED),)

$(UNITS):
	@mkdir -p $(@D)
	$(BIN)/fetch-orgunits $(SERVER) --level $(LEVEL) $(ORGUNITS) -o $@

$(RUN)/orgunits.geojson: $(UNITS)
	@mkdir -p $(@D)
	$(if $(strip $(CATCHMENTS)),$(BIN)/catchments $(CATCHMENTS) $< -o $@,cp $< $@)

# Which raster: the one given with RASTER=, else WorldPop's.
ifdef RASTER
$(RUN)/raster.path: FORCE
	@mkdir -p $(@D)
	@echo '$(RASTER)' | cmp -s - $@ || echo '$(RASTER)' >$@
FORCE:
else
$(RUN)/raster.path:
	@mkdir -p $(@D)
	$(BIN)/fetch-worldpop --iso $(COUNTRY) --year $(YEAR) --release $(RELEASE) $(WORLDPOP) \
	    --folder $(RASTERS) --lock $(LOCK) --format paths -o $@ --provenance $(RUN)/fetch.provenance.json
endif

$(RUN)/raster.tif: $(RUN)/raster.path $(RASTER) $(RUN)/orgunits.geojson
	$(BIN)/clip-raster -r "$$(cat $(RUN)/raster.path)" $(RUN)/orgunits.geojson \
	    -o $@ --provenance $(RUN)/raster.provenance.json

$(RUN)/sums.csv: $(RUN)/raster.tif $(RUN)/orgunits.geojson
	$(BIN)/zonal-sum -r "$$(basename "$$(cat $(RUN)/raster.path)" .tif)=$(RUN)/raster.tif" $(RUN)/orgunits.geojson \
	    -o $@ --balance $(RUN)/balance.json --provenance $(RUN)/sums.provenance.json

# Written by the rule above; made again if it alone was lost.
$(RUN)/balance.json: $(RUN)/sums.csv
	@test -f $@ || { rm -f $<; $(MAKE) $<; }
	@touch $@

$(RUN)/metadata.json: $(UNITS)
	@mkdir -p $(@D)
	$(BIN)/fetch-metadata $(SERVER) --data-set $(DATA_SET) -o $@

$(RUN)/datavalues.json: $(RUN)/sums.csv $(RUN)/metadata.json $(MAPPING) $(EXCEPTIONS)
	$(BIN)/to-datavalueset --mapping $(MAPPING) --metadata $(RUN)/metadata.json $(VALUES) $(EXCEPTIONS_FLAG) \
	    $(RUN)/sums.csv -o $@ --provenance $(RUN)/datavalues.provenance.json

# A plan with refusals (1) is to be read, never to be pushed: it gets another name, and the next run makes the plan again.
$(RUN)/plan.json: $(RUN)/datavalues.json
	@rm -f $(RUN)/refused-plan.json
	$(BIN)/push $(SERVER) $< -o $@ --plan-table $(RUN)/plan.csv || \
	    { status=$$?; test $$status != 1 || mv -f $@ $(RUN)/refused-plan.json; exit $$status; }

$(RUN)/plan.csv: $(RUN)/plan.json
	@test -f $@ || { rm -f $<; $(MAKE) $<; }
	@touch $@

$(RUN)/review.html: $(RUN)/plan.json $(RUN)/balance.json
	$(BIN)/review $(RUN)/plan.json --org-units $(RUN)/orgunits.geojson --balance $(RUN)/balance.json \
	    --sums $(RUN)/sums.csv $(EXCEPTIONS_FLAG) \
	    --provenance-record $(RUN)/raster.provenance.json --provenance-record $(RUN)/sums.provenance.json \
	    --provenance-record $(RUN)/datavalues.provenance.json $(if $(LANGUAGE),--lang $(LANGUAGE)) -o $@

push: $(RUN)/plan.json
	$(BIN)/push $(SERVER) $(RUN)/datavalues.json --plan $(RUN)/plan.json \
	    --commit --receipt $(RUN)/receipt.json

else

# The receipt is there: resume what it leaves open, or say that all is done.
push:
	$(BIN)/push $(SERVER) $(RUN)/datavalues.json --plan $(RUN)/plan.json \
	    --commit --receipt $(RUN)/receipt.json

endif

refresh-orgunits:
	@mkdir -p $(dir $(UNITS))
	$(BIN)/fetch-orgunits $(SERVER) --level $(LEVEL) $(ORGUNITS) \
	    $(if $(wildcard $(UNITS)),--compare $(UNITS)) -o $(UNITS)

else

orgunits raster sums datavalues plan review push refresh-orgunits:
	@echo 'make: name the country, as in: make COUNTRY=SLE YEAR=2025 $@' >&2; exit 2

endif
