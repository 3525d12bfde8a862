#pragma once

#include "discovery/recogniser.h"

G_BEGIN_DECLS

/* What the names of settings say about their values, whatever the file: PORT, httpPort, DB_HOST,
 * server.listen_address, BASE_URL; and what they do not: report, transport, port_id, image.
 *
 * A name is split into words at case changes and at every byte that is no letter or digit; known
 * compounds written in one (REDISPORT, hostname) are split as well. */

typedef enum {
  PM_KEYWORD_NONE,     /* says nothing: free text */
  PM_KEYWORD_PORT,     /* a port, or a list or range of them */
  PM_KEYWORD_HOST,     /* a host or an address; sometimes an endpoint after all */
  PM_KEYWORD_ENDPOINT, /* URL or host:port; a bare number is none */
  PM_KEYWORD_LISTEN,   /* what is bound: host:port, :port or a bare port */
  PM_KEYWORD_PEER,    /* somebody else by name (REDIS_CACHE): perhaps host:port, perhaps anything */
  PM_KEYWORD_COMMAND, /* an argument vector */
  PM_KEYWORD_IMAGE,   /* a container image: only a registry's endpoint may stand in it */
  PM_KEYWORD_NEVER,   /* version, digest, size, time …: numbers and colons mean something else */
} PmKeywordMeaning;

typedef struct {
  PmKeywordMeaning meaning;
  gboolean role_is_known;
  PmRole role; /* LISTEN or REFERENCE */
  PmTransport transport;
  gboolean may_be_bound; /* of an endpoint or a host: with a wildcard for a host it is bound, for
                            all that the name says */
  gboolean counts;       /* `listeners`: a bare number behind it, outside of a list, is how many */
  double confidence;     /* of the name alone, 0–1 */
} PmKeyword;

/* `own_name` (may be NULL) is what the file's project or service is called: <NAME>_PORT of its own
 * is what it listens on. */
void pm_vocabulary_look_up (const char *name, const char *own_name, PmKeyword *ret_keyword);

/* TRUE for a key that says something about the setting it stands below, in words or as a bound of
 * it: placeholder, description, example, maximum. */
gboolean pm_vocabulary_is_prose (const char *key);

/* TRUE when an environment variable of this name names a port that its own process binds, in the
 * eyes of every common framework: PORT, APP_PORT, SERVER_PORT, HTTP_PORT … */
gboolean pm_vocabulary_is_own_port (const char *name);

/* TRUE for a name whose words leave open whose setting it is: options, config; or "". An
 * environment is a process's own. */
gboolean pm_vocabulary_says_nobody (const char *name);

/* TRUE for a number that names a server which programs call and hardly ever are: mail, names,
 * clocks, logs, directories, databases, queues (IANA, "Service Name and Transport Protocol Port
 * Number Registry"). What a program says of it is said of somebody else. */
gboolean pm_vocabulary_is_a_peers_number (guint port);

/* TRUE for a key that only settings of a client have, beside host and port: ActiveRecord's adapter,
 * Sequelize's dialect, Django's ENGINE, JDBC's and TypeORM's username. A server that logs in to
 * nobody has none of them. */
gboolean pm_vocabulary_is_a_clients (const char *key);

G_END_DECLS
