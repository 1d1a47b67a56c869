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

}  // namespace cineloom
