#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/expected.h"
#include "domain/timeline.h"
#include "media/jpeg.h"

namespace cineloom {

/// Takes a finished sheet's JPEG and its name.
using SheetSink = std::function<Expected<void>(const std::string& file, std::string_view jpeg)>;

/// Joins a picture every ten seconds into sheets of ten by ten.
class TrickplayGatherer {
 public:
  /// Without a sink nothing is gathered.
  explicit TrickplayGatherer(SheetSink sink) : sink_(std::move(sink)) {}

  /// `at`: the film's clock, rising. Pictures of a later size are cut or stand on black. Errors: those of the sink.
  Expected<void> add(FilmTime at, const Picture& picture);
  /// As of FeatureExtractor; sheets that are written already are the sink's to keep.
  void save(ByteWriter& out);
  [[nodiscard]] bool load(ByteReader& in);
  /// Writes the last sheet. Call once.
  Expected<Trickplay> finish();

 private:
  void begin_sheet();
  void place(const Picture& picture, int slot);
  [[nodiscard]] Picture placed(int slot) const;
  Expected<void> close_sheet();

  SheetSink sink_;
  Trickplay made_;
  Picture sheet_;
  int placed_ = 0;  ///< on this sheet
  int saved_ = 0;   ///< pictures over all sheets
};

}  // namespace cineloom
