/* JavaScript, TypeScript and TSX: which node of each grammar means what, and the formats. The
 * grammars name what they share alike, so one table serves all three. */

#include "formats/format.h"
#include "formats/grammars.h"
#include "formats/javascript.h"

static const PmSyntaxType types[] = {
    {"string", JS_STRING},
    {"template_string", JS_TEMPLATE},
    {"number", JS_NUMBER},
    {"true", JS_CONSTANT},
    {"false", JS_CONSTANT},
    {"null", JS_CONSTANT},
    {"identifier", JS_NAME},
    {"this", JS_NAME},
    {"super", JS_NAME},
    {"shorthand_property_identifier", JS_KEY},
    {"shorthand_property_identifier_pattern", JS_KEY},
    {"property_identifier", JS_KEY},
    {"member_expression", JS_MEMBER},
    {"subscript_expression", JS_SUBSCRIPT},
    {"object", JS_OBJECT},
    {"array", JS_ARRAY},
    {"pair", JS_PAIR},
    {"pair_pattern", JS_PAIR},
    {"variable_declarator", JS_DECLARATOR},
    {"assignment_expression", JS_ASSIGNMENT},
    {"augmented_assignment_expression", JS_ASSIGNMENT},
    {"call_expression", JS_CALL},
    {"new_expression", JS_CALL},
    {"arguments", JS_ARGUMENTS},
    {"function_declaration", JS_FUNCTION},
    {"function_expression", JS_FUNCTION},
    {"generator_function_declaration", JS_FUNCTION},
    {"generator_function", JS_FUNCTION},
    {"arrow_function", JS_FUNCTION},
    {"method_definition", JS_METHOD},
    {"class_declaration", JS_CLASS},
    {"abstract_class_declaration", JS_CLASS},
    {"class", JS_CLASS},
    {"enum_declaration", JS_CLASS},
    {"enum_assignment", JS_FIELD},
    {"field_definition", JS_FIELD},
    {"public_field_definition", JS_FIELD},
    {"assignment_pattern", JS_DEFAULT},
    {"object_assignment_pattern", JS_DEFAULT},
    {"required_parameter", JS_PARAMETER},
    {"optional_parameter", JS_PARAMETER},
    {"return_statement", JS_RETURN},
    {"expression_statement", JS_STATEMENT},
    {"if_statement", JS_STATEMENT},
    {"throw_statement", JS_STATEMENT},
    {"for_statement", JS_STATEMENT},
    {"while_statement", JS_STATEMENT},
    {"switch_statement", JS_RETURN},
    {"export_statement", JS_EXPORT},
    {"import_statement", JS_IMPORT},
    {"binary_expression", JS_BINARY},
    {"ternary_expression", JS_TERNARY},
    {"parenthesized_expression", JS_WRAPPER},
    {"await_expression", JS_WRAPPER},
    {"as_expression", JS_WRAPPER},
    {"satisfies_expression", JS_WRAPPER},
    {"non_null_expression", JS_WRAPPER},
    {"type_assertion", JS_WRAPPER},
    {"jsx_expression", JS_WRAPPER},
    {"jsx_opening_element", JS_ELEMENT},
    {"jsx_self_closing_element", JS_ELEMENT},
    {"jsx_attribute", JS_ATTRIBUTE},
    {"jsx_closing_element", JS_SKIPPED},
    {"jsx_text", JS_TEXT},
    {"template_substitution", JS_HOLE},
    {"string_fragment", JS_FRAGMENT},
    {"regex", JS_SKIPPED},
    {"comment", JS_SKIPPED},
    {"computed_property_name", JS_SKIPPED},
    {"hash_bang_line", JS_SKIPPED},
    {"type_annotation", JS_SKIPPED},
    {"type_arguments", JS_SKIPPED},
    {"type_parameters", JS_SKIPPED},
    {"interface_declaration", JS_SKIPPED},
    {"type_alias_declaration", JS_SKIPPED},
    {"literal_type", JS_SKIPPED},
    {"object_type", JS_SKIPPED},
    {"template_literal_type", JS_SKIPPED},
    {"type_query", JS_SKIPPED},
    {NULL, 0},
};

static const PmSyntaxLanguage javascript = {
    .title = "JavaScript",
    .grammar = tree_sitter_javascript,
    .types = types,
    .enter = pm_javascript_enter,
};
static const PmSyntaxLanguage typescript = {
    .title = "TypeScript",
    .grammar = tree_sitter_typescript,
    .types = types,
    .enter = pm_javascript_enter,
};
static const PmSyntaxLanguage tsx = {
    .title = "TypeScript with JSX",
    .grammar = tree_sitter_tsx,
    .types = types,
    .enter = pm_javascript_enter,
};

static void
javascript_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  pm_syntax_read (&javascript, builder, bytes, start, length);
}

static void
typescript_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  pm_syntax_read (&typescript, builder, bytes, start, length);
}

static void
tsx_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  pm_syntax_read (&tsx, builder, bytes, start, length);
}

const PmFormat pm_format_javascript = {
    .name = "javascript",
    .most_bytes = PM_FORMAT_LIBRARY_MOST_BYTES,
    .grammar = "ECMAScript with JSX",
    .parse = javascript_parse,
    .escape = pm_javascript_escape,
};

const PmFormat pm_format_typescript = {
    .name = "typescript",
    .most_bytes = PM_FORMAT_LIBRARY_MOST_BYTES,
    .grammar = "TypeScript",
    .parse = typescript_parse,
    .escape = pm_javascript_escape,
};

const PmFormat pm_format_tsx = {
    .name = "tsx",
    .most_bytes = PM_FORMAT_LIBRARY_MOST_BYTES,
    .grammar = "TypeScript with JSX",
    .parse = tsx_parse,
    .escape = pm_javascript_escape,
};
