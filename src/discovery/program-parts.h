#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Literals of program text that only mean something together with what stands beside them, or a
 * part of which does. For program.c and rules/ruby.c.
 *
 * All give TRUE when they read the scalar, which then needs no other reading. `rule` gives id,
 * scope and confidence. */

/* A host and a port as two arguments or a pair: Python's ("", 8000), Rust's ([0, 0, 0, 0], 3000)
 * (std::net, "SocketAddr"), Kestrel's Listen (IPAddress.Any, 5000), new Server ("0.0.0.0", 9501).
 */
gboolean pm_program_read_pair (PmRecognition *recognition, PmNodeId scalar, const PmRule *rule,
                               const char *service);

/* A number alone, or behind an engine: Java's new InetSocketAddress (8080) (java.net), Spark's
 * port (4567), Javalin's start (7000), Ktor's embeddedServer (Netty, 8080), and setPort (8080) of
 * servers' options (Vert.x, Tomcat, Jetty, Spring Boot). */
gboolean pm_program_read_alone (PmRecognition *recognition, PmNodeId scalar, const PmRule *rule,
                                const char *service);

/* Go's struct tags `env:"PORT" envDefault:"3000"` (caarlos0/env; cleanenv's env-default;
 * envconfig's default). */
gboolean pm_program_read_tag (PmRecognition *recognition, PmNodeId scalar, const PmRule *rule,
                              const char *service);

/* f"0.0.0.0:{os.environ.get('PORT', '8000')}", "tcp://0.0.0.0:#{ENV.fetch('PORT', 9292)}": the
 * default of a port within a string. */
gboolean pm_program_read_hole (PmRecognition *recognition, PmNodeId scalar, const PmRule *rule,
                               const char *service);

/* The field that an attribute `#[arg(long, default_value_t = 3000)]` stands before (clap, "Derive
 * reference"); NULL: the scalar is no default of one. New text in the recognition's arena. */
const char *pm_program_field_of_default (PmRecognition *recognition, PmNodeId scalar);

/* The key of a call; of Ruby's and Rust's `Thing.new (…)` and `Thing::new (…)` "Thing()", of
 * ASP.NET Core's `app.Urls.Add (…)` "UseUrls()". */
const char *pm_program_call_name (PmRecognition *recognition, const PmNode *call);

G_END_DECLS
