-- By host alone only the held ones are to be found: with the host first, SQLite chose this index for them, too, and read all leases
-- that there ever were.
DROP INDEX leases_by_port;
CREATE INDEX leases_by_port ON leases (port, host);
