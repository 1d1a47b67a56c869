#include "text/script.h"

#include <opencc/opencc.h>

#include <exception>

#include "base/utf8.h"

namespace cineloom {
namespace {

bool has_han(std::string_view text) {
  while (!text.empty()) {
    // Han characters take three or four bytes and start at E3 or above.
    if (static_cast<unsigned char>(text.front()) < 0xE3) {
      text.remove_prefix(1);
      continue;
    }
    const auto decoded = decode_utf8(text);
    if (decoded && is_han(decoded->code_point)) return true;
    text.remove_prefix(decoded ? decoded->bytes : 1);
  }
  return false;
}

/// Bytes of the next character; malformed ones count alone.
std::size_t character_bytes(std::string_view text) {
  const auto decoded = decode_utf8(text);
  return decoded ? decoded->bytes : 1;
}

/// The next run of Han characters or of others.
std::string_view next_run(std::string_view text) {
  const bool is_wide = has_han(text.substr(0, character_bytes(text)));
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t bytes = character_bytes(text.substr(end));
    if (has_han(text.substr(end, bytes)) != is_wide) break;
    end += bytes;
  }
  return text.substr(0, end);
}

}  // namespace

struct SimplifiedScript::Tables {
  opencc::SimpleConverter converter{"t2s.json"};
};

SimplifiedScript::SimplifiedScript(std::unique_ptr<Tables> tables) : tables_(std::move(tables)) {}
SimplifiedScript::SimplifiedScript(SimplifiedScript&&) noexcept = default;
SimplifiedScript& SimplifiedScript::operator=(SimplifiedScript&&) noexcept = default;
SimplifiedScript::~SimplifiedScript() = default;

Expected<SimplifiedScript> SimplifiedScript::open() {
  try {
    return SimplifiedScript(std::make_unique<Tables>());
  } catch (const std::exception& error) {
    return std::unexpected(
        Error(ErrorCode::NotFound, std::string("the tables of traditional characters cannot be read: ") + error.what()).advise("install libopencc-data"));
  }
}

std::string SimplifiedScript::convert(std::string_view text) const {
  if (!has_han(text)) return std::string(text);
  const std::string valid = to_valid_utf8(text);
  try {
    return tables_->converter.Convert(valid);
  } catch (const std::exception&) {
    return valid;  // what it cannot read stays as it was written
  }
}

MappedText SimplifiedScript::convert_mapped(std::string_view text) const {
  MappedText result;
  while (!text.empty()) {
    const std::string_view run = next_run(text);
    const std::string converted = convert(run);
    if (converted == run) {
      result.keep(run);
    } else if (count_characters(converted) == count_characters(run)) {
      std::string_view from = run;
      for (std::string_view to = converted; !to.empty();) {
        const std::size_t bytes = character_bytes(to);
        const std::size_t original = character_bytes(from);
        result.replace(to.substr(0, bytes), original);
        to.remove_prefix(bytes);
        from.remove_prefix(original);
      }
    } else {
      result.replace(converted, run.size());
    }
    text.remove_prefix(run.size());
  }
  return result;
}

}  // namespace cineloom
