#pragma once

#include <string_view>

#include "base/files.h"
#include "media/internal/libav.h"
#include "media/internal/watch.h"

namespace cineloom::libav {

/// Reads one descriptor by position: seeking libav never moves the descriptor's own offset.
class DescriptorInput {
 public:
  DescriptorInput(const FileDescriptor& file, const Watch& watch) : descriptor_(file.get()), watch_(&watch) {}
  DescriptorInput(const DescriptorInput&) = delete;
  DescriptorInput& operator=(const DescriptorInput&) = delete;

  Expected<void> open();
  [[nodiscard]] AVIOContext* context() const { return context_.get(); }
  [[nodiscard]] const Watch& watch() const { return *watch_; }

 private:
  static int read(void* opaque, std::uint8_t* buffer, int size);
  static std::int64_t seek(void* opaque, std::int64_t offset, int whence);

  int descriptor_;
  const Watch* watch_;
  std::int64_t offset_ = 0;
  std::int64_t size_ = 0;
  InputPtr context_;
};

/// The containers that are opened at all; what follows references to other files is left out on purpose.
inline constexpr const char* kFilmContainers = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,ogg,asf,wav,flac,mp3";

/// Text subtitles in files of their own that libav knows and src/media does not read itself.
inline constexpr const char* kSubtitleFormats = "mpl2,subviewer,subviewer1,jacosub,pjs,stl,vplayer,aqtitle,mpsub,realtext,lrc";

/// Opens the container, if it is one of `formats`, and reads its head. `input` must outlive the result.
/// Errors: InvalidArgument for another kind of file, DataLoss for a damaged one, Cancelled, ResourceExhausted.
Expected<FormatPtr> open_container(DescriptorInput& input, const char* formats = kFilmContainers);

}  // namespace cineloom::libav
