/* DESIGN
 * A file of its own: the small program that answers `port free` tells errors too, and is not to be
 * linked with all that plans are made of for it (src/cli/quick.c). */

#include "verbs/plan.h"

G_DEFINE_QUARK (pm - plan - verb - error - quark, pm_plan_verb_error)
