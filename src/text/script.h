#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "text/source_map.h"

namespace cineloom {

/// Turns traditional Chinese characters into simplified ones, by phrases (OpenCC). Movable; any number of threads may convert.
class SimplifiedScript {
 public:
  /// Errors: NotFound if OpenCC's tables are not installed.
  static Expected<SimplifiedScript> open();
  SimplifiedScript(SimplifiedScript&&) noexcept;
  SimplifiedScript& operator=(SimplifiedScript&&) noexcept;
  ~SimplifiedScript();

  /// Text without Han characters comes back as it is. Malformed bytes are replaced by U+FFFD.
  [[nodiscard]] std::string convert(std::string_view text) const;
  /// The same, with where each character came from. Phrases that grow or shrink belong together from stop to stop.
  [[nodiscard]] MappedText convert_mapped(std::string_view text) const;

 private:
  struct Tables;
  explicit SimplifiedScript(std::unique_ptr<Tables> tables);
  std::unique_ptr<Tables> tables_;
};

}  // namespace cineloom
