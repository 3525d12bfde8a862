/* DESIGN
 * Tables that a scan replaces hang on their document: deleting it takes them along. Services are
 * never deleted, so that history, decisions and bookmarks keep meaning the same one: `removed`
 * tells when one was last seen to be gone, and it comes back under its id. Times are µs since 1970.
 *
 * services and port_history are read by people and by other programs: their first ten and six
 * columns are fixed. */

#include "registry/migrations.h"

static const char *const sqlite_steps[] = {
    /* 1 */
    "CREATE TABLE hosts ("
    " name TEXT PRIMARY KEY,"
    " first_seen INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE roots ("
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " path TEXT NOT NULL,"
    " added INTEGER NOT NULL,"
    " PRIMARY KEY (host, path)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE projects ("
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " root TEXT NOT NULL,"
    " id TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " is_workspace INTEGER NOT NULL,"
    " PRIMARY KEY (host, root, id)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE problems ("
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " root TEXT NOT NULL,"
    " ordinal INTEGER NOT NULL,"
    " file TEXT NOT NULL,"
    " line INTEGER NOT NULL,"
    " reason TEXT NOT NULL,"
    " PRIMARY KEY (host, root, ordinal)"
    ") STRICT, WITHOUT ROWID;"

    /* Fingerprints of lists that are replaced as a whole: a root's projects, its problems. */
    "CREATE TABLE digests ("
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " root TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " digest INTEGER NOT NULL,"
    " PRIMARY KEY (host, root, subject)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE services ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " project_id TEXT NOT NULL,"
    " service_name TEXT NOT NULL,"
    " external_ip TEXT NOT NULL,"
    " internal_port INTEGER NOT NULL CHECK (internal_port BETWEEN 0 AND 65535),"
    " external_port INTEGER NOT NULL CHECK (external_port BETWEEN 0 AND 65535),"
    " protocol TEXT NOT NULL,"
    " status TEXT NOT NULL CHECK (status IN ('active', 'inactive', 'conflict')),"
    " last_updated INTEGER NOT NULL,"
    " config_files TEXT NOT NULL,"
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " root TEXT NOT NULL,"
    " transport TEXT NOT NULL,"
    " scope TEXT NOT NULL,"
    " bind TEXT NOT NULL,"
    " type TEXT NOT NULL,"
    " variant TEXT NOT NULL,"
    " profiles TEXT NOT NULL,"
    " origin TEXT NOT NULL,"
    " confidence REAL NOT NULL,"
    " pinned TEXT NOT NULL DEFAULT '',"
    " tags TEXT NOT NULL DEFAULT '',"
    " fingerprint INTEGER NOT NULL,"
    " removed INTEGER"
    ") STRICT;"
    "CREATE INDEX services_by_host ON services (host, root, project_id, service_name);"

    "CREATE TABLE port_history ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " service_id INTEGER NOT NULL REFERENCES services (id),"
    " old_value TEXT,"
    " new_value TEXT,"
    " change_type TEXT NOT NULL,"
    " timestamp INTEGER NOT NULL,"
    " internal_port INTEGER NOT NULL," /* after the change */
    " external_port INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX port_history_by_service ON port_history (service_id, id);"

    "CREATE TABLE documents ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " root TEXT NOT NULL,"
    " project TEXT NOT NULL,"
    " file TEXT NOT NULL,"
    " format TEXT NOT NULL,"
    " variant TEXT NOT NULL,"
    " size_bytes INTEGER NOT NULL,"
    " mtime_ns INTEGER NOT NULL,"
    " ctime_ns INTEGER NOT NULL,"
    " device INTEGER NOT NULL,"
    " inode INTEGER NOT NULL,"
    " n_findings INTEGER NOT NULL,"
    " stamp INTEGER NOT NULL,"
    " content INTEGER NOT NULL,"
    " edges INTEGER NOT NULL,"
    " UNIQUE (host, root, file)"
    ") STRICT;"

    "CREATE TABLE findings ("
    " document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,"
    " ordinal INTEGER NOT NULL,"
    " line INTEGER NOT NULL,"
    " column_bytes INTEGER NOT NULL,"
    " span_start INTEGER NOT NULL,"
    " span_end INTEGER NOT NULL,"
    " format TEXT NOT NULL,"
    " path TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " role TEXT NOT NULL,"
    " scope TEXT NOT NULL,"
    " transport TEXT NOT NULL,"
    " text_class TEXT NOT NULL,"
    " port INTEGER NOT NULL,"
    " port_end INTEGER NOT NULL,"
    " address TEXT NOT NULL,"
    " endpoint_host TEXT NOT NULL,"
    " bind TEXT NOT NULL,"
    " scheme TEXT NOT NULL,"
    " protocol TEXT NOT NULL,"
    " service TEXT NOT NULL,"
    " variant TEXT NOT NULL,"
    " profiles TEXT NOT NULL,"
    " variable TEXT NOT NULL,"
    " origin TEXT NOT NULL,"
    " origin_start INTEGER NOT NULL,"
    " origin_end INTEGER NOT NULL,"
    " pair INTEGER NOT NULL,"
    " confidence REAL NOT NULL,"
    " rule TEXT NOT NULL,"
    " PRIMARY KEY (document_id, ordinal)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE facts ("
    " document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,"
    " ordinal INTEGER NOT NULL,"
    " format TEXT NOT NULL,"
    " variant TEXT NOT NULL,"
    " line INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " image TEXT NOT NULL,"
    " build TEXT,"
    " profiles TEXT NOT NULL,"
    " network TEXT NOT NULL,"
    " extends TEXT NOT NULL,"
    " command TEXT NOT NULL,"
    " tool TEXT NOT NULL,"
    " aliases TEXT NOT NULL,"
    " default_port INTEGER NOT NULL,"
    " default_origin TEXT NOT NULL,"
    " PRIMARY KEY (document_id, ordinal)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE links ("
    " document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,"
    " ordinal INTEGER NOT NULL,"
    " line INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " target TEXT NOT NULL,"
    " service TEXT NOT NULL,"
    " PRIMARY KEY (document_id, ordinal)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE edges ("
    " document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,"
    " ordinal INTEGER NOT NULL,"
    " finding INTEGER NOT NULL," /* its ordinal in the document */
    " from_service INTEGER REFERENCES services (id),"
    " to_service INTEGER REFERENCES services (id),"
    " confidence REAL NOT NULL,"
    " PRIMARY KEY (document_id, ordinal)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX edges_by_target ON edges (to_service) WHERE to_service IS NOT NULL;"

    /* Those that are open. */
    "CREATE TABLE conflicts ("
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " id TEXT NOT NULL,"
    " port INTEGER NOT NULL,"
    " severity TEXT NOT NULL,"
    " data TEXT NOT NULL,"
    " opened INTEGER NOT NULL,"
    " PRIMARY KEY (host, id)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE events ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " time INTEGER NOT NULL,"
    " event TEXT NOT NULL,"
    " data TEXT NOT NULL"
    ") STRICT;"

    "CREATE TABLE settings ("
    " key TEXT PRIMARY KEY,"
    " value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE transactions ("
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " id INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " state TEXT NOT NULL,"
    " started INTEGER NOT NULL,"
    " finished INTEGER,"
    " files INTEGER NOT NULL,"
    " edits INTEGER NOT NULL,"
    " summary TEXT NOT NULL,"
    " PRIMARY KEY (host, id)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE desired ("
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " service_id INTEGER NOT NULL," /* 0: about no service */
    " subject TEXT NOT NULL,"
    " field TEXT NOT NULL,"
    " value TEXT NOT NULL,"
    " reason TEXT NOT NULL,"
    " transaction_id INTEGER,"
    " decided INTEGER NOT NULL,"
    " PRIMARY KEY (host, service_id, subject, field)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE tokens ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT NOT NULL UNIQUE,"
    " hash TEXT NOT NULL UNIQUE,"
    " role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),"
    " created INTEGER NOT NULL,"
    " expires INTEGER"
    ") STRICT;"

    "CREATE TABLE leases ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " transport TEXT NOT NULL,"
    " port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),"
    " type TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " pid INTEGER,"
    " pid_started INTEGER,"
    " created INTEGER NOT NULL,"
    " expires INTEGER,"
    " UNIQUE (host, transport, port)"
    ") STRICT;",

    /* 2: what each transaction made of `desired`. NULL values: there was, or is, no such row. What
     * was decided before is taken as decided for the first time. */
    "CREATE TABLE desired_changes ("
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " transaction_id INTEGER NOT NULL,"
    " service_id INTEGER NOT NULL,"
    " subject TEXT NOT NULL,"
    " field TEXT NOT NULL,"
    " old_value TEXT,"
    " old_reason TEXT NOT NULL,"
    " old_transaction_id INTEGER,"
    " old_decided INTEGER NOT NULL,"
    " new_value TEXT,"
    " new_transaction_id INTEGER,"
    " PRIMARY KEY (host, transaction_id, service_id, subject, field)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO desired_changes (host, transaction_id, service_id, subject, field, old_reason,"
    " old_decided, new_value, new_transaction_id)"
    " SELECT host, transaction_id, service_id, subject, field, '', 0, value, transaction_id"
    " FROM desired WHERE transaction_id IS NOT NULL;",

    /* 3 */
    "ALTER TABLE findings ADD COLUMN own_name TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE facts ADD COLUMN replicas INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE facts ADD COLUMN replaces_ports INTEGER NOT NULL DEFAULT 0;",

    /* 4: leases stay as their own history, and what analytics read is counted as it happens */
    "CREATE TABLE leases_4 ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " transport TEXT NOT NULL,"
    " port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),"
    " type TEXT NOT NULL,"
    " project TEXT NOT NULL," /* the directory that the name is of; '' none */
    " name TEXT NOT NULL,"
    " pid INTEGER,"
    " pid_started INTEGER,"
    " pid_namespace INTEGER NOT NULL,"
    " boot TEXT NOT NULL," /* which one pid_started and expires_boottime count from */
    " created INTEGER NOT NULL,"
    " expires INTEGER,"
    " expires_boottime INTEGER,"
    " released INTEGER,"
    " outcome TEXT"
    ") STRICT;"
    "INSERT INTO leases_4 (id, host, transport, port, type, project, name, pid, pid_started,"
    " pid_namespace, boot, created, expires)"
    " SELECT id, host, transport, port, type, '', name, pid, pid_started, 0, '', created, expires"
    " FROM leases;"
    "DELETE FROM sqlite_sequence WHERE name = 'leases_4';"
    "INSERT INTO sqlite_sequence (name, seq)"
    " SELECT 'leases_4', seq FROM sqlite_sequence WHERE name = 'leases';"
    "DROP TABLE leases;"
    "ALTER TABLE leases_4 RENAME TO leases;"
    "CREATE UNIQUE INDEX leases_held ON leases (host, transport, port) WHERE released IS NULL;"
    "CREATE INDEX leases_by_port ON leases (host, port);"

    /* The port that a name had last, and gets again. */
    "CREATE TABLE remembered_ports ("
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " project TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " transport TEXT NOT NULL,"
    " port INTEGER NOT NULL,"
    " last_used INTEGER NOT NULL,"
    " PRIMARY KEY (host, project, name, transport)"
    ") STRICT, WITHOUT ROWID;"

    /* How full a pool was, by hours since 1970. */
    "CREATE TABLE pool_hours ("
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " pool TEXT NOT NULL,"
    " hour INTEGER NOT NULL,"
    " size INTEGER NOT NULL,"
    " in_use INTEGER NOT NULL," /* when it was looked at last */
    " peak INTEGER NOT NULL,"
    " taken INTEGER NOT NULL,"
    " released INTEGER NOT NULL,"
    " refused INTEGER NOT NULL,"
    " PRIMARY KEY (host, pool, hour)"
    ") STRICT, WITHOUT ROWID;"

    /* How often a port was leased, was wanted in vain, and was in conflict. */
    "CREATE TABLE port_demand ("
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " transport TEXT NOT NULL,"
    " port INTEGER NOT NULL,"
    " leased INTEGER NOT NULL,"
    " lost INTEGER NOT NULL,"
    " conflicts INTEGER NOT NULL,"
    " last INTEGER NOT NULL,"
    " PRIMARY KEY (host, transport, port)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX port_demand_contested ON port_demand (host, lost + conflicts, leased)"
    " WHERE lost + conflicts > 0;"

    /* Which lines of port_history have to do with a port, so that none is looked at in vain. */
    "CREATE TABLE port_history_ports ("
    " port INTEGER NOT NULL,"
    " timestamp INTEGER NOT NULL,"
    " history_id INTEGER NOT NULL REFERENCES port_history (id),"
    " PRIMARY KEY (port, timestamp, history_id)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT OR IGNORE INTO port_history_ports (port, timestamp, history_id)"
    " SELECT internal_port, timestamp, id FROM port_history WHERE internal_port > 0"
    " UNION ALL SELECT external_port, timestamp, id FROM port_history WHERE external_port > 0"
    " UNION ALL SELECT CAST (old_value AS INTEGER), timestamp, id FROM port_history"
    "  WHERE change_type NOT IN ('status', 'external_ip') AND CAST (old_value AS INTEGER) > 0"
    " UNION ALL SELECT CAST (new_value AS INTEGER), timestamp, id FROM port_history"
    "  WHERE change_type NOT IN ('status', 'external_ip') AND CAST (new_value AS INTEGER) > 0;"
    "DROP INDEX port_history_by_service;"
    "CREATE INDEX port_history_by_service ON port_history (service_id, timestamp);"
    "CREATE INDEX port_history_by_time ON port_history (timestamp);"
    "CREATE INDEX port_history_moves ON port_history (timestamp)"
    " WHERE change_type = 'external_port';"

    "CREATE INDEX services_by_name ON services (service_name);"
    "CREATE INDEX findings_bound ON findings (port, port_end, document_id)"
    " WHERE kind = 'port' AND scope = 'host' AND role IN ('publish', 'listen');"

    /* Pins of the configuration, as the last scan found it; `pinned` is what a person told us. */
    "ALTER TABLE services ADD COLUMN pinned_by_config TEXT NOT NULL DEFAULT '';",

    /* 5: what could not be read stands as it was known last */
    "ALTER TABLE documents ADD COLUMN is_kept INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE findings ADD COLUMN standing TEXT NOT NULL DEFAULT 'read';"
    "ALTER TABLE facts ADD COLUMN standing TEXT NOT NULL DEFAULT 'read';",

    /* 6: external addresses, as each source last told them. */
    "CREATE TABLE addresses ("
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " source TEXT NOT NULL,"
    " slot TEXT NOT NULL,"
    " address TEXT NOT NULL,"
    " since INTEGER NOT NULL,"
    " PRIMARY KEY (host, source, slot)"
    ") STRICT, WITHOUT ROWID;",

    /* 7 */
    "CREATE TABLE audit ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " time INTEGER NOT NULL,"
    " actor TEXT NOT NULL,"
    " address TEXT NOT NULL,"
    " method TEXT NOT NULL,"
    " path TEXT NOT NULL,"
    " request TEXT NOT NULL,"
    " status INTEGER NOT NULL,"
    " detail TEXT NOT NULL"
    ") STRICT;",

    /* 8: the name of the rows in `services`, where the document's own is not enough */
    "ALTER TABLE findings ADD COLUMN owner TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE facts ADD COLUMN owner TEXT NOT NULL DEFAULT '';"
    "UPDATE findings SET owner = service;"
    "UPDATE facts SET owner = name;",

    /* 9: changes of an external address, until each is dealt with */
    "CREATE TABLE address_changes ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " host TEXT NOT NULL REFERENCES hosts (name),"
    " source TEXT NOT NULL,"
    " slot TEXT NOT NULL,"
    " old_address TEXT NOT NULL,"
    " new_address TEXT NOT NULL,"
    " stage TEXT NOT NULL,"
    " confirmed INTEGER NOT NULL,"
    " finished INTEGER,"
    " report TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX address_changes_open ON address_changes (host, id)"
    " WHERE finished IS NULL;",

    /* 10: what a person calls it */
    ("ALTER TABLE services ADD COLUMN given_name TEXT NOT NULL DEFAULT '';"
     "ALTER TABLE services ADD COLUMN given_protocol TEXT NOT NULL DEFAULT '';"),
};

guint
pm_migrations_newest (void)
{
  return G_N_ELEMENTS (sqlite_steps);
}

const char *
pm_migrations_sqlite (guint version)
{
  g_return_val_if_fail (version >= 1 && version <= G_N_ELEMENTS (sqlite_steps), NULL);
  return sqlite_steps[version - 1];
}
