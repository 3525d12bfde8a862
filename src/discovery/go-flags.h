#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Flags of Go programs whose value goes to a variable, by the packages' documentation: flag's
 * IntVar (p, name, value, usage), pflag's IntVarP (p, name, shorthand, value, usage). */

/* Whether a call defines one: StringVar (), Int64Var (), DurationVarP () … in a file of Go. */
gboolean pm_go_flag_is_defined_by (const PmRecognition *recognition, PmNodeId list);

/* The text of a defined flag's name that stands before its value, or of the last part of a composed
 * one (`prefix + ".listen-port"`); NULL: only a variable has it. Owned by the document. */
const char *pm_go_flag_name (const PmRecognition *recognition, PmNodeId list, PmNodeId value);

G_END_DECLS
