#include "media/internal/input.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>

namespace cineloom::libav {
namespace {

constexpr int kBufferBytes = 64 * 1024;
constexpr int kProbeBytes = 1 << 20;

void prepare_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    av_log_set_level(AV_LOG_QUIET);
    av_max_alloc(std::size_t{512} << 20U);
  });
}

int refuse_to_open(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) { return AVERROR(EPERM); }

int is_interrupted(void* opaque) { return static_cast<const Watch*>(opaque)->should_stop() ? 1 : 0; }

std::unexpected<Error> no_film(std::string message) {
  return std::unexpected(Error(ErrorCode::InvalidArgument, std::move(message)).advise("give a film as MP4, Matroska, WebM, AVI, MPEG, FLV, Ogg or ASF"));
}

std::unexpected<Error> damaged(const AVInputFormat& container, int code) {
  return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("expected a whole {} file, found one that is damaged or cut off ({})",
                                                                container.long_name != nullptr ? container.long_name : container.name, describe(code)))
                             .advise("copy or download the file again"));
}

/// Errors: InvalidArgument if the bytes are of no container that may be opened.
Expected<const AVInputFormat*> probe(AVIOContext* input, const Watch& watch, const char* formats) {
  const AVInputFormat* found = nullptr;
  const int score = av_probe_input_buffer2(input, &found, "", nullptr, 0, kProbeBytes);
  CINELOOM_TRY(watch.check());
  if (score < 0 || found == nullptr) return no_film("expected a film, found bytes of no known film container");
  if (av_match_list(found->name, formats, ',') == 0) { return no_film(fmt::format("expected a film, found '{}', which is not opened", found->name)); }
  return found;
}

FormatPtr restricted_context(DescriptorInput& input) {
  FormatPtr format(avformat_alloc_context());
  if (!format) return format;
  format->pb = input.context();
  format->io_open = refuse_to_open;
  format->flags |= AVFMT_FLAG_CUSTOM_IO;
  format->probesize = 5'000'000;
  format->max_analyze_duration = 5 * static_cast<std::int64_t>(AV_TIME_BASE);
  format->max_streams = 64;
  format->max_probe_packets = 2500;
  // libav's callback takes a void*; the watch is only read through it.
  format->interrupt_callback = {is_interrupted, const_cast<Watch*>(&input.watch())};
  return format;
}

}  // namespace

int DescriptorInput::read(void* opaque, std::uint8_t* buffer, int size) {
  auto& self = *static_cast<DescriptorInput*>(opaque);
  if (self.watch_->should_stop()) return AVERROR_EXIT;
  ssize_t got = -1;
  do { got = ::pread(self.descriptor_, buffer, static_cast<std::size_t>(size), self.offset_); } while (got < 0 && errno == EINTR);
  if (got < 0) return AVERROR(errno);
  if (got == 0) return AVERROR_EOF;
  self.offset_ += got;
  return static_cast<int>(got);
}

std::int64_t DescriptorInput::seek(void* opaque, std::int64_t offset, int whence) {
  auto& self = *static_cast<DescriptorInput*>(opaque);
  whence &= ~AVSEEK_FORCE;
  if (whence == AVSEEK_SIZE) return self.size_;
  const std::int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? self.offset_ : self.size_;
  std::int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) return AVERROR(EINVAL);
  self.offset_ = target;
  return target;
}

Expected<void> DescriptorInput::open() {
  prepare_library();
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) { return fail(ErrorCode::InvalidArgument, "expected an open regular file"); }
  if (status.st_size == 0) return no_film("expected a film, found an empty file");
  size_ = status.st_size;
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
  if (buffer == nullptr) return fail(ErrorCode::ResourceExhausted, "no memory for the read buffer");
  context_.reset(avio_alloc_context(buffer, kBufferBytes, 0, this, read, nullptr, seek));
  if (context_) return {};
  av_free(buffer);
  return fail(ErrorCode::ResourceExhausted, "no memory for the read context");
}

Expected<FormatPtr> open_container(DescriptorInput& input, const char* formats) {
  CINELOOM_TRY_ASSIGN(const AVInputFormat* const container, probe(input.context(), input.watch(), formats));
  FormatPtr format = restricted_context(input);
  if (!format) return fail(ErrorCode::ResourceExhausted, "no memory for the container");
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "", 0);
  av_dict_set(&options, "format_whitelist", formats, 0);
  AVFormatContext* raw = format.release();  // freed by libav when opening fails
  const int opened = avformat_open_input(&raw, "input", container, &options);
  av_dict_free(&options);
  format.reset(raw);
  CINELOOM_TRY(input.watch().check());
  if (opened < 0) return damaged(*container, opened);
  const int informed = avformat_find_stream_info(format.get(), nullptr);
  CINELOOM_TRY(input.watch().check());
  if (informed < 0) return damaged(*container, informed);
  return format;
}

}  // namespace cineloom::libav
