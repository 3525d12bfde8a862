#pragma once

#include <tree_sitter/api.h>

/* The grammars that third_party/ compiles. Private to formats/. */

const TSLanguage *tree_sitter_javascript (void);
const TSLanguage *tree_sitter_typescript (void);
const TSLanguage *tree_sitter_tsx (void);
const TSLanguage *tree_sitter_bash (void);
const TSLanguage *tree_sitter_hcl (void);
const TSLanguage *tree_sitter_toml (void);
const TSLanguage *tree_sitter_xml (void);
