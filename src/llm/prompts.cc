#include "llm/prompts.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cctype>
#include <charconv>

#include "base/files.h"
#include "base/utf8.h"
#include "llm/schema.h"

namespace cineloom::llm {
namespace {

namespace bj = boost::json;

constexpr std::string_view kPlace = "{{data}}";
constexpr std::string_view kCut = "\n---\n";
constexpr std::size_t kMostCharacters = 4000;

/// Characters that are not seen, or that turn the direction of what follows.
bool is_hidden(char32_t letter) {
  return (letter >= 0x200B && letter <= 0x200F) || (letter >= 0x202A && letter <= 0x202E) || (letter >= 0x2060 && letter <= 0x206F) || letter == 0xFEFF ||
         letter == 0xAD || (letter >= 0xFFF0 && letter <= 0xFFFB) || (letter >= 0xE0000 && letter <= 0xE0FFF) || (letter >= 0x7F && letter <= 0x9F);
}

/// Whole characters without hidden ones; line ends and tabs stay where `keeps_lines`.
std::string visible(std::string_view text, bool keeps_lines, std::size_t most) {
  const std::string valid = to_valid_utf8(text);
  std::string out;
  std::size_t count = 0;
  for (std::string_view rest = valid; !rest.empty() && count < most;) {
    const auto letter = decode_utf8(rest);
    if (!letter) break;
    rest.remove_prefix(letter->bytes);
    const bool is_space = letter->code_point == '\n' || letter->code_point == '\t' || letter->code_point == '\r';
    if (is_hidden(letter->code_point) || (letter->code_point < 0x20 && !is_space)) continue;
    append_utf8(out, is_space && !keeps_lines ? U' ' : letter->code_point);
    ++count;
  }
  return out;
}

std::string escaped(std::string json) {
  std::string out;
  for (const char letter : json) {
    if (letter == '<' || letter == '>' || letter == '&') {
      out += fmt::format("\\u{:04x}", static_cast<int>(letter));
    } else {
      out += letter;
    }
  }
  return out;
}

void make_plain(bj::value& value) {
  if (auto* text = value.if_string()) {
    *text = plain_text(std::string_view(*text));
  } else if (auto* list = value.if_array()) {
    for (bj::value& one : *list) make_plain(one);
  } else if (auto* object = value.if_object()) {
    for (auto& entry : *object) make_plain(entry.value());
  }
}

/// From the scheme on, an address ends at the next blank.
std::string without_addresses(std::string text) {
  for (auto at = text.find("://"); at != std::string::npos; at = text.find("://", at)) {
    std::size_t begin = at;
    while (begin > 0 && std::isalpha(static_cast<unsigned char>(text[begin - 1])) != 0) --begin;
    const auto end = text.find(' ', at);
    text.erase(begin, end == std::string::npos ? std::string::npos : end - begin);
    at = begin;
  }
  return text;
}

}  // namespace

Expected<Prompt> read_prompt(const std::filesystem::path& folder, std::string_view task, std::string_view language) {
  Prompt prompt{.name = fmt::format("{}.{}", task, language)};
  if (prompt.name.find('/') != std::string::npos) return fail(ErrorCode::NotFound, "there is no such prompt");
  CINELOOM_TRY_ASSIGN(const std::string text, read_file(folder / (prompt.name + ".txt"), 1U << 16U));
  const auto broken = [&] { return fail(ErrorCode::DataLoss, fmt::format("the prompt '{}' is not as models/prompts/README.md says", prompt.name)); };
  constexpr std::string_view kVersion = "version: ";
  constexpr std::string_view kSchema = "\nschema: ";
  const auto schema = text.find(kSchema);
  const auto first = text.find(kCut);
  const auto second = first == std::string::npos ? first : text.find(kCut, first + 1);
  if (!text.starts_with(kVersion) || schema == std::string::npos || second == std::string::npos || schema > first) return broken();
  std::from_chars(text.data() + kVersion.size(), text.data() + schema, prompt.version);
  prompt.schema = text.substr(schema + kSchema.size(), first - schema - kSchema.size());
  prompt.system = text.substr(first + kCut.size(), second - first - kCut.size());
  prompt.question = text.substr(second + kCut.size());
  const bool has_one_place = prompt.question.find(kPlace) != std::string::npos && prompt.question.find(kPlace) == prompt.question.rfind(kPlace);
  if (prompt.version < 1 || !has_one_place || !grammar_of_schema(prompt.schema)) return broken();
  return prompt;
}

ChatRequest fill_prompt(const Prompt& prompt, const PromptData& data) {
  bj::object object;
  for (const auto& [name, text] : data) object[name] = visible(text, true, kMostCharacters);
  std::string question = prompt.question;
  question.replace(question.find(kPlace), kPlace.size(), escaped(bj::serialize(object)));
  return {.messages = {{Role::System, prompt.system}, {Role::User, std::move(question)}}, .schema = prompt.schema};
}

Expected<std::string> ask_prompt(LlmBackend& model, const Prompt& prompt, const PromptData& data, const Sampling& sampling, const CancelToken& cancel) {
  ChatRequest request = fill_prompt(prompt, data);
  request.sampling = sampling;
  CINELOOM_TRY_ASSIGN(const Answer answer, model.chat(request, {}, cancel));
  if (auto fits = check_schema(prompt.schema, answer.text); !fits) {
    return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("the answer to '{}' does not fit: {}", prompt.name, fits.error().message())));
  }
  bj::value value = bj::parse(answer.text);
  make_plain(value);
  return bj::serialize(value);
}

std::string plain_text(std::string_view text) {
  std::string out;
  for (const char letter : without_addresses(visible(text, false, kMostCharacters))) {
    const bool is_markup = letter == '<' || letter == '>' || letter == '`' || letter == '{' || letter == '}' || letter == '[' || letter == ']' || letter == '|';
    if (is_markup || (letter == ' ' && (out.empty() || out.back() == ' '))) continue;
    out += letter;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace cineloom::llm
