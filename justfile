# Shortcuts; every line works without `just` too.

data := "./jinqiao-data"
cache := env("XDG_CACHE_HOME", home_directory() / ".cache") / "jinqiao"

# What there is.
default:
    @just --list

# A running platform with a small city; addresses and sign-ins are printed.
dev *arguments:
    cargo run --release -- --data {{data}} up {{arguments}}

# What CI runs: everything that must hold.
check:
    .ci/run

# The same for the program in cluster/.
check-cluster:
    .ci/cluster

# The tests on SQLite and on a PostgreSQL of their own.
test *arguments:
    .ci/postgres.sh run cargo test --release --workspace {{arguments}}

# Pictures of a running demo for people to look at; those of the READMEs are renewed. MOBILE is a demo firm's number.
shots mobile base="http://127.0.0.1:8080":
    {{cache}}/venv/bin/python tests/python/shots.py {{base}} {{mobile}} target/shots
    mkdir -p docs/screenshots
    cp target/shots/readme/*.png docs/screenshots/
