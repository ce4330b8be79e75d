# The two commands: `make demo` and `make test`. Each sets up what it needs.

UI := invigilator-ui
export CARGO_TERM_COLOR ?= auto

.PHONY: demo build ui test quick check-tools rust-tests ui-tests browser-tests bench soak openapi

demo: build
	./target/release/jurat demo

build: ui
	cargo build --release --locked

ui: $(UI)/node_modules/.made
	cd $(UI) && npm run build --silent

$(UI)/node_modules/.made: $(UI)/package-lock.json
	cd $(UI) && npm ci --no-audit --no-fund --loglevel=error
	touch $@

test: check-tools ui ui-tests rust-tests browser-tests

# For every day, in a few minutes: form, lints, rules and pages, without servers, databases and browsers.
quick: ui ui-tests
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo test --locked --lib --test architecture

check-tools:
	scripts/install-test-tools

ui-tests: $(UI)/node_modules/.made
	cd $(UI) && npm run check --silent && npm run lint --silent && npm test --silent

rust-tests: ui
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo test --locked

browser-tests: ui
	cargo build --locked
	cd $(UI) && npm run browser --silent

bench: build
	cargo bench --locked

# The long loops: what `make test` does for a minute goes on for three.
soak: check-tools ui
	JURAT_SCHEMATHESIS_S=180 cargo test --locked --test api api_answers_every_role -- --nocapture

# Writes the description of the API and the types made from it, after a change of the bodies.
openapi: ui
	cargo run --locked --quiet -- openapi > openapi.json
	cd $(UI) && npm run types --silent
