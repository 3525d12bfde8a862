/* Shapes of the program's own settings. */

#include "api/fields.h"
#include "api/shapes.h"

static const char *const types[] = {"text", "list", "flag", "integer", "number", NULL};

#define FIELD_FIELDS                                                                               \
  TEXT ("key", "dotted, from the top or from its table"),                                          \
      {.name = "type", .type = PM_FIELD_TEXT, .choices = types}, TEXT ("meaning", NULL),           \
      {.name = "default",                                                                          \
       .type = PM_FIELD_ANY,                                                                       \
       .flags = PM_NULLABLE,                                                                       \
       .meaning = "what holds when it is not set; null: it is required"},                          \
      {.name = "choices",                                                                          \
       .type = PM_FIELD_TEXTS,                                                                     \
       .flags = PM_NULLABLE,                                                                       \
       .meaning = "the only texts; null: any"},                                                    \
      {.name = "least", .type = PM_FIELD_NUMBER, .flags = PM_NULLABLE},                            \
      {.name = "most", .type = PM_FIELD_NUMBER, .flags = PM_NULLABLE},                             \
      FLAG ("isSecret", "its value is never shown"),                                               \
      FLAG ("byHand", "it is changed in the file only"),                                           \
      FLAG ("atStart", "it counts after the next start")

static const PmShape shape_field = {"ConfigField", "A key of each element of a table",
                                    (const PmField[]){FIELD_FIELDS, END}};

static const PmShape shape_setting = {
    "ConfigSetting", "A key of the configuration file",
    (const PmField[]){
        FIELD_FIELDS,
        {.name = "value",
         .type = PM_FIELD_ANY,
         .flags = PM_NULLABLE,
         .meaning = "as it is written; null: it is not set, or secret"},
        FLAG ("isSet", NULL),
        {.name = "line", .type = PM_FIELD_INTEGER, .flags = PM_NULLABLE},
        END,
    }};

static const PmShape shape_element = {"ConfigElement", "One table of a list of them",
                                      (const PmField[]){
                                          INTEGER ("line", NULL),
                                          {.name = "values",
                                           .type = PM_FIELD_OBJECT,
                                           .meaning = "key to value, of what is set; null: secret"},
                                          END,
                                      }};

static const PmShape shape_table = {
    "ConfigTable", "A list of tables: [[service]] and its like",
    (const PmField[]){
        TEXT ("key", "its elements are KEY[0], KEY[1] …"),
        TEXT ("meaning", NULL),
        {.name = "fields", .type = PM_FIELD_OBJECTS, .of = &shape_field},
        {.name = "elements", .type = PM_FIELD_OBJECTS, .of = &shape_element},
        END,
    }};

static const PmShape shape_pool = {
    "ConfigPool", "A pool that the file defines; its key is pools.TYPE",
    (const PmField[]){
        TEXT ("type", NULL),
        {.name = "ranges", .type = PM_FIELD_TEXTS, .meaning = "FIRST-LAST, or one port"},
        {.name = "line", .type = PM_FIELD_INTEGER, .flags = PM_NULLABLE},
        END,
    }};

static const PmShape shape_mistake = {
    "ConfigMistake", "What is wrong with the file as it is; what was read before is in use",
    (const PmField[]){
        {.name = "line", .type = PM_FIELD_INTEGER, .flags = PM_NULLABLE},
        TEXT ("cause", NULL),
        END,
    }};

const PmShape pm_shape_config = {
    "Config", "The program's own settings, as its configuration file has them",
    (const PmField[]){
        TEXT ("file", "where it is, or would be"),
        FLAG ("exists", NULL),
        TEXT ("version", "another one whenever it was written"),
        {.name = "mistakes", .type = PM_FIELD_OBJECTS, .of = &shape_mistake},
        {.name = "settings", .type = PM_FIELD_OBJECTS, .of = &shape_setting},
        {.name = "tables", .type = PM_FIELD_OBJECTS, .of = &shape_table},
        {.name = "pools", .type = PM_FIELD_OBJECTS, .of = &shape_pool},
        END,
    }};

static const PmShape shape_one_change = {
    "ConfigOneChange", NULL,
    (const PmField[]){
        {.name = "key",
         .type = PM_FIELD_TEXT,
         .least = 1,
         .most = 200,
         .meaning = "ip.policy, pools.api, service[2].pinned; service[2] to take it away"},
        {.name = "value",
         .type = PM_FIELD_ANY,
         .flags = PM_NULLABLE,
         .meaning = "a text, a number, true or false, or a list of texts; null: take it away"},
        END,
    }};

const PmShape pm_shape_config_wish = {"ConfigWish", NULL,
                                      (const PmField[]){
                                          {.name = "changes",
                                           .type = PM_FIELD_OBJECTS,
                                           .of = &shape_one_change,
                                           .least = 1,
                                           .most = 500,
                                           .meaning = "made one after the other"},
                                          DRY_RUN,
                                          END,
                                      }};

const PmShape pm_shape_config_change = {
    "ConfigChange", "What became of the file, or would",
    (const PmField[]){
        TEXT ("diff", "unified, for people, secrets masked; empty: nothing changes"),
        {.name = "transactionId",
         .type = PM_FIELD_INTEGER,
         .flags = PM_NULLABLE,
         .meaning = "which can be undone; null: nothing was written"},
        END,
    }};
