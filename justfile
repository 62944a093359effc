# Recipes are shortcuts to cargo; nothing needs just.

# List the recipes
default:
    @just --list

# Run the main job on sample_data and say where to look
demo:
    cargo run --release -- run --config sample_data/hecha.toml --exit-zero

# Build and install for the user: the program, completions of bash, zsh and fish, the manual's pages
install prefix=(env_var("HOME") / ".local"):
    cargo build --release --locked
    install -Dm755 target/release/hecha "{{prefix}}/bin/hecha"
    install -d "{{prefix}}/share/bash-completion/completions" "{{prefix}}/share/zsh/site-functions" "{{prefix}}/share/fish/vendor_completions.d" "{{prefix}}/share/man/man1"
    target/release/hecha completions bash > "{{prefix}}/share/bash-completion/completions/hecha"
    target/release/hecha completions zsh > "{{prefix}}/share/zsh/site-functions/_hecha"
    target/release/hecha completions fish > "{{prefix}}/share/fish/vendor_completions.d/hecha.fish"
    target/release/hecha man --out "{{prefix}}/share/man/man1"

# All tests
test *FILTER:
    cargo test {{FILTER}}

# The inner loop
check:
    cargo check --all-targets

# Formatting and lints, as CI does
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# Seconds and memory per stage on a city-sized world
bench:
    cargo bench

# Make sample_data anew
sample:
    rm -rf sample_data/inbox sample_data/hecha.toml sample_data/expected_findings.csv sample_data/out
    cargo run --release -- generate --out target/sample --households 300 --units 15 --mess 2 --plant all --seed 20190825
    cp -r target/sample/inbox target/sample/hecha.toml target/sample/expected_findings.csv sample_data/
    rm -rf target/sample

# What CI runs
ci:
    bash .ci/run
