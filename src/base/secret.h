#pragma once

#include <fmt/core.h>
#include <string.h>

#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace cineloom {

/// A text that must not be told: a password, a token, a key. Printing it in any way gives kRedacted; who needs the text says `reveal`.
/// Its bytes are wiped when the value goes or is moved from; it cannot be copied.
class Secret {
 public:
  static constexpr std::string_view kRedacted = "[secret]";

  Secret() = default;
  explicit Secret(std::string&& text) : text_(text) { wipe(text); }
  explicit Secret(std::string_view text) : text_(text) {}
  explicit Secret(const char* text) : text_(text) {}
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { wipe(other.text_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe(text_);
    text_ = std::move(other.text_);
    wipe(other.text_);
    return *this;
  }
  ~Secret() { wipe(text_); }

  /// The text itself; it lives as long as the value.
  [[nodiscard]] std::string_view reveal() const { return text_; }
  [[nodiscard]] bool is_empty() const { return text_.empty(); }

  friend std::ostream& operator<<(std::ostream& out, const Secret&) { return out << kRedacted; }

 private:
  static void wipe(std::string& text) {
    text.resize(text.capacity());  // a moved-from text may still hold its bytes
    ::explicit_bzero(text.data(), text.size());
    text.clear();
  }

  std::string text_;
};

}  // namespace cineloom

template <>
struct fmt::formatter<cineloom::Secret> : fmt::formatter<std::string_view> {
  template <class Context>
  auto format(const cineloom::Secret&, Context& context) const {
    return fmt::formatter<std::string_view>::format(cineloom::Secret::kRedacted, context);
  }
};
