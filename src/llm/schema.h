#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"

/// Answers that fit a JSON schema: a grammar that a model is held to, and a check of what came.
/// Of JSON Schema 2020-12 this takes: type (one), enum, const, properties, required, additionalProperties: false, items, minItems,
/// maxItems, minLength, maxLength, minimum, maximum, anyOf; title, description, default and $schema are passed over.
namespace cineloom::llm {

struct Grammar {
  std::string text;             ///< GBNF, from the rule "root"
  std::size_t longest_bytes = 0;  ///< no answer of the grammar is longer
};

/// The grammar of all compact JSON texts that fit; required members come first. Texts have at most 200 characters and lists 16
/// members where the schema says nothing. Errors: InvalidArgument for what it does not take, is too deep (16), or too large.
Expected<Grammar> grammar_of_schema(std::string_view schema);

/// Whether a JSON text fits. Errors: InvalidArgument with the place and what was expected; those of a bad schema.
Expected<void> check_schema(std::string_view schema, std::string_view json);

}  // namespace cineloom::llm
