"""What the story looks up for itself in the stations' registers."""

from __future__ import annotations

from antin.storage.query import Query

first_slip = Query("first_slip", "SELECT slip FROM dispatch_out WHERE addressee = ? ORDER BY n LIMIT 1", bytes)
newest_slip = Query("newest_slip", "SELECT slip FROM dispatch_out WHERE addressee = ? ORDER BY n DESC LIMIT 1", bytes)
first_sent = Query("first_sent", "SELECT n FROM dispatch_out WHERE addressee = ? ORDER BY n LIMIT 1", int)
count_received = Query("count_received", "SELECT count(*) AS count FROM dispatch_in", int)
newest_received = Query("newest_received", "SELECT max(n) AS n FROM dispatch_in", int)
first_arrived = Query("first_arrived", "SELECT arrived FROM dispatch_in WHERE n = 1", int)
greatest_held = Query("greatest_held", "SELECT max(size) AS size FROM held", int)
