#!/usr/bin/env bash
# Guess: CronTrigger.from_crontab, which is for "standard crontab expressions", fires when cron would: weekday 0 and 7 are
#   Sunday, and where both a day of the month and a weekday are given, either is enough.
# Instead: weekdays are APScheduler's own: 0 is Monday, so every number is a day late ("1-5" is Tuesday to Saturday), 7 is refused,
#   and both days have to fit ("13 * 5" waits for a Saturday the 13th). Names of weekdays (mon-fri) are right everywhere.
# What we do: nothing, as there are no schedules yet; names of weekdays mean the same to all.
# Versions: APScheduler 3.11.3, croniter 7.0.0 (which counts as crontab(5)).
# Source: seen by running this.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet APScheduler==3.11.3 croniter==7.0.0
cat > days.py <<'PYTHON'
from datetime import datetime, timedelta, timezone

from apscheduler.triggers.cron import CronTrigger
from croniter import croniter

start = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


def scheduled(expression):
    try:
        trigger = CronTrigger.from_crontab(expression, timezone=timezone.utc)
    except ValueError as error:
        return str(error).split(":")[0]
    days, moment = [], start
    for _ in range(5):
        moment = trigger.get_next_fire_time(None, moment + timedelta(seconds=1))
        days.append(f"{moment:%a %d}")
    return " ".join(days)


def standard(expression):
    days = croniter(expression, start)
    return " ".join(f"{days.get_next(datetime):%a %d}" for _ in range(5))


expected = {
    "0 9 * * 0": ("Mon 05 Mon 12 Mon 19 Mon 26 Mon 02", "Sun 04 Sun 11 Sun 18 Sun 25 Sun 01"),
    "0 9 * * 1-5": ("Fri 02 Sat 03 Tue 06 Wed 07 Thu 08", "Fri 02 Mon 05 Tue 06 Wed 07 Thu 08"),
    "0 9 * * mon-fri": ("Fri 02 Mon 05 Tue 06 Wed 07 Thu 08", "Fri 02 Mon 05 Tue 06 Wed 07 Thu 08"),
    "0 9 * * 7": ("Error validating expression '7'", "Sun 04 Sun 11 Sun 18 Sun 25 Sun 01"),
    "0 9 13 * 5": ("Sat 13 Sat 13 Sat 13 Sat 13 Sat 13", "Fri 02 Fri 09 Tue 13 Fri 16 Fri 23"),
}
for expression, wanted in expected.items():
    found = (scheduled(expression), standard(expression))
    print(f"{expression:16} APScheduler: {found[0]:35} croniter: {found[1]}")
    assert found == wanted, expression
PYTHON
venv/bin/python days.py
