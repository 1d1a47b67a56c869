#include "media/internal/cue_text.h"

#include <array>
#include <cctype>
#include <utility>

namespace cineloom {
namespace {

constexpr std::size_t kLongestTag = 200;  ///< also keeps unclosed '<' from making the work quadratic

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kReferences = {{
    {"&amp;", "&"},
    {"&lt;", "<"},
    {"&gt;", ">"},
    {"&nbsp;", " "},
    {"&quot;", "\""},
    {"&apos;", "'"},
    {"&lrm;", ""},
    {"&rlm;", ""},
}};

bool opens_tag(std::string_view rest) {
  if (rest.size() < 2) return false;
  const auto next = static_cast<unsigned char>(rest[1]);
  return next == '/' || std::isalnum(next) != 0;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// "v.loud Esme" -> "Esme".
std::string voice_of(std::string_view tag) {
  if (!tag.starts_with("v ") && !tag.starts_with("v.") && !tag.starts_with("v\t")) return {};
  const auto blank = tag.find_first_of(" \t");
  return blank == std::string_view::npos ? std::string() : std::string(trim(tag.substr(blank)));
}

std::string join_lines(std::string_view text) {
  std::string joined;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    if (!line.empty()) joined.append(joined.empty() ? "" : "\n").append(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return joined;
}

class Stripper {
 public:
  explicit Stripper(std::string_view rest) : rest_(rest) {}

  PlainCueText run() {
    while (!rest_.empty()) {
      if (take_tag() || take_override() || take_reference()) continue;
      plain_ += rest_.front();
      rest_.remove_prefix(1);
    }
    return {join_lines(plain_), std::move(speaker_)};
  }

 private:
  bool take_tag() {
    if (rest_.front() != '<' || !opens_tag(rest_)) return false;
    const auto end = rest_.substr(0, kLongestTag).find('>');
    if (end == std::string_view::npos) return false;
    if (speaker_.empty()) speaker_ = voice_of(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool take_override() {
    if (!rest_.starts_with("{\\")) return false;
    const auto end = rest_.substr(0, kLongestTag).find('}');
    if (end == std::string_view::npos) return false;
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool take_reference() {
    for (const auto& [name, meaning] : kReferences) {
      if (!rest_.starts_with(name)) continue;
      plain_ += meaning;
      rest_.remove_prefix(name.size());
      return true;
    }
    if (!rest_.starts_with("\\N") && !rest_.starts_with("\\n") && !rest_.starts_with("\\h")) return false;
    plain_ += rest_[1] == 'h' ? ' ' : '\n';
    rest_.remove_prefix(2);
    return true;
  }

  std::string_view rest_;
  std::string plain_;
  std::string speaker_;
};

}  // namespace

PlainCueText strip_markup(std::string_view raw) { return Stripper(raw).run(); }

}  // namespace cineloom
