// Whatever the bytes, a sealed file opens to what was sealed, or to nothing: no file is left. A byte before them says which byte of a sound file they
// take the place of, so that headers and pieces that are nearly right are met too.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "base/cancel.h"
#include "base/files.h"
#include "privacy/sealed_file.h"

namespace {

using namespace cineloom;
using namespace cineloom::privacy;
namespace fs = std::filesystem;

const std::string kContent = "ratings of one viewer";
const KeySource kKey{.secret = std::string(MasterKey::kSize, 'k'), .is_passphrase = false};

struct Sealed {
  TemporaryFolder folder = *TemporaryFolder::create();
  fs::path place = folder.path();
  std::string sound;

  Sealed() {
    CINELOOM_ASSERT(write_file(place / "plain", kContent).has_value());
    CINELOOM_ASSERT(seal_file(place / "plain", place / "sealed", kKey, CancelToken()).has_value());
    sound = *read_file(place / "sealed");
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Sealed sealed;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string file = sealed.sound;
  const std::size_t at = std::min<std::size_t>(data[0], file.size());
  file.replace(at, std::min(bytes.size(), file.size() - at), bytes);
  CINELOOM_ASSERT(write_file(sealed.place / "changed", file).has_value());
  const fs::path opened = sealed.place / "opened";
  const auto done = open_sealed_file(sealed.place / "changed", opened, kKey, CancelToken());
  CINELOOM_ASSERT(done.has_value() == (file == sealed.sound));
  std::error_code error;
  if (done) CINELOOM_ASSERT(read_file(opened) == kContent);
  CINELOOM_ASSERT(fs::remove(opened, error) == done.has_value());
  CINELOOM_ASSERT(!fs::exists(opened.string() + ".partial", error));
  return 0;
}
