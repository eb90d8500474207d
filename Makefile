# The two commands of a new user are `make demo` and `make test`; each does all its set-up.
SHELL := /bin/bash
export PATH := $(CURDIR)/.tools/node/bin:$(HOME)/.cargo/bin:$(PATH)
.DEFAULT_GOAL := help
.PHONY: help setup page build release demo test api-check browser pictures bench bench-time bench-strip bench-trace fuzz soak lint deb install clean

DEMO := demo-town
TRUYVET := target/release/truyvet --config $(DEMO)/site.toml

help: ## these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile

setup:
	@scripts/setup.sh

page: setup ## the page, into web/dist: it becomes part of the program
	@scripts/page.sh

build: page ## the program, optimised: target/release/truyvet
	cargo build --release --locked

# The program and the town's maker in one build, which `demo`, `browser` and `pictures` share.
release: page
	cargo build --release --locked --bins --example town

demo: release ## make a small town with 15 cameras, index it, ask it two questions, serve it until Ctrl-C (DEMO_ONCE=1: end by itself)
	rm -rf $(DEMO)
	target/release/examples/town $(DEMO)
	$(TRUYVET) places import $(DEMO)/roads.geojson
	@echo; echo "── truyvet index ──"
	@$(TRUYVET) index || [ $$? -eq 3 ]  # 3: done, and the files damaged on purpose are in quarantine
	@echo; echo "── Which cameras saw the junction at 21:15? ──"
	$(TRUYVET) search --at "2023-07-15 21:15" --within 2m --place "ngã ba Việt Lào"
	@echo; echo "── What is there around the market in the ten minutes, and what is missing? ──"
	$(TRUYVET) search --from "2023-07-15 21:10" --to "2023-07-15 21:20" --place "chợ" --radius 250m
	@scripts/demo.sh $(DEMO)

test: page ## every test, but those in a browser
	cd web && npm test
	cargo test --locked --lib --bins --tests --examples

browser: release ## the page's tests in a real browser, against the program and the demonstration town
	@scripts/setup.sh browser
	cd web && npm run browser

pictures: release ## the pictures of README.md and the guides anew, from the demonstration town
	@scripts/setup.sh browser
	cd web && PICTURES=1 npm run browser -- pictures.spec.ts

bench: setup ## the figures of docs/performance.md, in one run
	cargo bench --locked --bench media
	cargo bench --locked --bench sandbox
	cargo bench --locked --bench search
	cargo bench --locked --bench recordings
	cargo bench --locked --bench places
	cargo bench --locked --bench clips

soak: setup ## an hour of what takes long: 100 cameras at the daemon, 150,000 files, 100 kills (MINUTES=30)
	cargo bench --locked --bench soak
	cargo test --locked --test it -- --ignored --nocapture survive

fuzz: setup ## a hundred thousand damaged files through the reading processes
	cargo bench --locked --bench fuzz

bench-time: setup ## how well clocks are estimated from files, over made-up fleets; SEEDS="1 2 3"
	cargo bench --locked --bench time -- $(SEEDS)

bench-strip: setup ## whether the theft of a night is among 60 moments, and a fire's first sign; SEEDS="1000 400": first, how many
	cargo bench --locked --bench strip -- $(SEEDS)

bench-trace: setup ## how much footage until a route is known, against other ways; ROADS=map.osm SEED="2001 2002" TRIPS=40
	cargo bench --locked --bench trace -- $(if $(ROADS),--roads $(abspath $(ROADS))) $(foreach seed,$(SEED),--seed $(seed)) $(if $(TRIPS),--trips $(TRIPS))

api-check: setup ## the API against its own description, with questions that are made up (EXAMPLES=50 SEED=2)
	@scripts/setup.sh api-check
	cargo build --locked --bin truyvet
	scripts/api-check.sh target/debug/truyvet

lint: page ## format, clippy, dependencies; the page's types, format and rules
	@scripts/setup.sh lint
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo deny --locked check bans licenses sources
	cd web && npm run check && npm run lint

deb: build ## a Debian package in target/deb
	scripts/deb.sh

install: build ## the program to /usr/local/bin
	install -D -m 755 target/release/truyvet $(DESTDIR)/usr/local/bin/truyvet
	install -D -m 644 config/site.example.toml $(DESTDIR)/usr/local/share/doc/truyvet/site.example.toml

clean: ## everything that was made here
	cargo clean
	rm -rf $(DEMO) web/dist web/node_modules .tools
