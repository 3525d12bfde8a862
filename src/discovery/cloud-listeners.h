#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Load balancers that a program describes: their listeners are in a cloud, not on the machine that
 * the program runs on. AWS CDK ("aws_elasticloadbalancingv2": addListener, ApplicationListener,
 * NetworkListener; "aws_ecs_patterns": listenerPort) and Pulumi ("aws.lb.Listener"). For program.c.
 */

/* The rule of its findings, whose scope is the cloud's wherever the program runs. */
#define PM_CLOUD_LISTENER_RULE "cloud.listener"

/* Reads the literal of one's port; `rule` as pm_program_read's. FALSE: it is none, nothing was
 * read. */
gboolean pm_cloud_listeners_read (PmRecognition *recognition, PmNodeId scalar, const PmRule *rule,
                                  const char *service);

G_END_DECLS
