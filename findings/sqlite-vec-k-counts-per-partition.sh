#!/usr/bin/env bash
# Guess: `k = 4` in a nearest-neighbour query of a vec0 table gives at most four rows, whatever else stands in WHERE.
# Instead: with `IN` on a partition key, k is taken for each partition by itself: three partitions give twelve rows. Without
#   ORDER BY they come partition by partition, so that the first four of them are not the four nearest either.
#   A query for one tenant's rows is right and the same query for three tenants is wrong, without an error. ORDER BY and LIMIT
#   around it put it right, but only over a MATERIALIZED query: SQLite hands the LIMIT of a plain subquery down to the
#   table, which then refuses both ("Only LIMIT or 'k =?' can be provided, not both").
# Versions: sqlite-vec 0.1.9, in SQLite 3.54.1 (apsw 3.54.1.0).
# Source: seen by running this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sqlite-vec==0.1.9 apsw==3.54.1.0
cat > probe.py <<'PYTHON'
import apsw
import sqlite_vec

db = apsw.Connection(":memory:")
db.enable_load_extension(True)
db.load_extension(sqlite_vec.loadable_path())
db.execute("create virtual table passages using vec0(tenant text partition key, vector float[2])")
for number in range(30):  # passage N lies N away from the query
    db.execute("insert into passages(rowid, tenant, vector) values (?, ?, ?)", (number, "abc"[number % 3], f"[{number}, 0]"))


def rows(query):
    return " ".join(str(row[0]) for row in db.execute(query))


nearest = "select rowid, distance from passages where vector match '[0, 0]' and k = 4"
three = nearest + " and tenant in ('a', 'b', 'c')"
print("all tenants:", rows(nearest))
print("tenant = 'a':", rows(nearest + " and tenant = 'a'"))
print("tenant in ('a', 'b', 'c'):", rows(three))
print("materialized, then limited:", rows(f"with n as materialized ({three}) select * from n order by distance limit 4"))
try:
    print("subquery, then limited:", rows(f"select * from ({three}) order by distance limit 4"))
except apsw.SQLError as error:
    print("subquery, then limited:", error)
PYTHON

seen=$(venv/bin/python probe.py)
echo "$seen"
expected="all tenants: 0 1 2 3
tenant = 'a': 0 3 6 9
tenant in ('a', 'b', 'c'): 0 3 6 9 1 4 7 10 2 5 8 11
materialized, then limited: 0 1 2 3
subquery, then limited: Only LIMIT or 'k =?' can be provided, not both"
[ "$seen" = "$expected" ] || { echo "not what this finding says" >&2; exit 1; }
