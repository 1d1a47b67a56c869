#include "media/internal/stretch_cutter.h"

#include <algorithm>
#include <span>
#include <utility>

namespace cineloom::libav {
namespace {

constexpr std::int64_t kShortestStretch = 48;  // packets; shorter ones cost more than they bring
constexpr std::size_t kLookAhead = 32;         // packets; no codec holds back more frames
constexpr int kRefreshUnit = 5;                // nal_unit_type of an IDR slice, ITU-T H.264 table 7-1

std::size_t big_endian(std::span<const std::uint8_t> bytes) {
  std::size_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8U | byte;
  return value;
}

bool is_refresh(std::uint8_t head) { return (head & 0x1F) == kRefreshUnit; }

bool has_refresh_by_length(std::span<const std::uint8_t> bytes, std::size_t length_bytes) {
  while (bytes.size() > length_bytes) {
    const std::size_t length = big_endian(bytes.first(length_bytes));
    bytes = bytes.subspan(length_bytes);
    if (is_refresh(bytes.front())) return true;
    if (length == 0 || length >= bytes.size()) return false;
    bytes = bytes.subspan(length);
  }
  return false;
}

bool has_refresh_by_start_code(std::span<const std::uint8_t> bytes) {
  for (std::size_t i = 0; i + 3 < bytes.size(); ++i) {
    if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1 && is_refresh(bytes[i + 3])) return true;
  }
  return false;
}

}  // namespace

bool has_refresh(const AVPacket& packet, int length_bytes) {
  const std::span<const std::uint8_t> bytes(packet.data, static_cast<std::size_t>(std::max(0, packet.size)));
  return length_bytes > 0 ? has_refresh_by_length(bytes, static_cast<std::size_t>(length_bytes)) : has_refresh_by_start_code(bytes);
}

int unit_length_bytes(const AVCodecParameters& track) {
  const bool has_record = track.codec_id == AV_CODEC_ID_H264 && track.extradata_size >= 5 && track.extradata[0] == 1;
  return has_record ? (track.extradata[4] & 3) + 1 : 0;
}

bool StretchCutter::may_begin(const AVPacket& packet) const {
  if ((packet.flags & AV_PKT_FLAG_KEY) == 0 || packet.pts == AV_NOPTS_VALUE || length_ < kShortestStretch) return false;
  return codec_ != AV_CODEC_ID_H264 || has_refresh(packet, length_bytes_);
}

bool StretchCutter::is_closed() const {
  const std::int64_t begin = waiting_.front()->pts;
  return std::ranges::all_of(waiting_, [&](const PacketPtr& packet) { return packet->pts != AV_NOPTS_VALUE && packet->pts >= begin; });
}

void StretchCutter::decide(std::vector<Piece>& pieces) {
  if (waiting_.empty()) return;
  const bool begins = is_closed();
  length_ = (begins ? 0 : length_) + static_cast<std::int64_t>(waiting_.size());
  for (std::size_t i = 0; i < waiting_.size(); ++i) pieces.push_back({std::move(waiting_[i]), begins && i == 0});
  waiting_.clear();
}

void StretchCutter::add(PacketPtr packet, std::vector<Piece>& pieces) {
  if (!waiting_.empty()) {
    waiting_.push_back(std::move(packet));
    if (waiting_.size() == kLookAhead) decide(pieces);
    return;
  }
  if (may_begin(*packet)) {
    waiting_.push_back(std::move(packet));
    return;
  }
  pieces.push_back({std::move(packet), length_ == 0});
  ++length_;
}

void StretchCutter::finish(std::vector<Piece>& pieces) { decide(pieces); }

}  // namespace cineloom::libav
