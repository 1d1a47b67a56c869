#include "media/internal/decoding_board.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace cineloom::libav {
namespace {

constexpr std::int64_t kMostWaitingBytes = 12 << 20;
constexpr std::size_t kMostFramesAhead = 400;  // of a stretch that is not next
constexpr std::size_t kMostStretchesAhead = 2;  // beyond one a thread
constexpr std::size_t kBatch = 8;              // packets decoded before others may look
constexpr std::chrono::milliseconds kMoment{100};

}  // namespace

DecodingBoard::DecodingBoard(std::vector<StretchDecoder> decoders) : decoders_(std::move(decoders)) {
  if (decoders_.size() < 2) return;
  for (StretchDecoder& decoder : decoders_) threads_.emplace_back([this, &decoder] { work(decoder); });
}

DecodingBoard::~DecodingBoard() {
  const std::lock_guard lock(mutex_);
  is_abandoned_ = true;
  changed_.notify_all();
}

bool DecodingBoard::is_full() const { return waiting_bytes_ > kMostWaitingBytes || stretches_.size() > decoders_.size() + kMostStretchesAhead; }

bool DecodingBoard::can_give() const {
  if (!ready_.empty()) return true;
  return !stretches_.empty() && (!stretches_.front()->frames.empty() || stretches_.front()->is_finished);
}

void DecodingBoard::push(StretchCutter::Piece piece) {
  if (threads_.empty()) return push_here(std::move(piece));
  const std::lock_guard lock(mutex_);
  if (piece.begins_stretch || stretches_.empty()) {
    if (!stretches_.empty()) stretches_.back()->is_whole = true;
    stretches_.push_back(std::make_unique<Stretch>());
  }
  waiting_bytes_ += piece.packet->size;
  stretches_.back()->packets.push_back(std::move(piece.packet));
  changed_.notify_all();
}

void DecodingBoard::push_here(StretchCutter::Piece piece) {
  StretchDecoder& decoder = decoders_.front();
  if (piece.begins_stretch) {
    if (has_begun_) decoder.end(ready_);
    decoder.begin();
    has_begun_ = true;
  }
  decoder.take(*piece.packet, ready_);
}

void DecodingBoard::close() {
  if (threads_.empty() && has_begun_) decoders_.front().end(ready_);
  const std::lock_guard lock(mutex_);
  if (!stretches_.empty()) stretches_.back()->is_whole = true;
  is_closed_ = true;
  changed_.notify_all();
}

std::vector<DecodedFrame> DecodingBoard::take() {
  std::vector<DecodedFrame> frames = std::exchange(ready_, {});
  if (threads_.empty()) return frames;
  std::unique_lock lock(mutex_);
  if (is_full() || is_closed_) changed_.wait_for(lock, kMoment, [&] { return can_give() || (!is_full() && !is_closed_) || stretches_.empty(); });
  while (!stretches_.empty()) {
    Stretch& next = *stretches_.front();
    std::ranges::move(next.frames, std::back_inserter(frames));
    next.frames.clear();
    if (!next.is_finished) break;
    stretches_.pop_front();
  }
  changed_.notify_all();
  return frames;
}

bool DecodingBoard::must_be_emptied() {
  const std::lock_guard lock(mutex_);
  return is_full();
}

bool DecodingBoard::is_done() {
  const std::lock_guard lock(mutex_);
  return is_closed_ && stretches_.empty() && ready_.empty();
}

DecodingBoard::Stretch* DecodingBoard::wait_for_stretch(std::unique_lock<std::mutex>& lock) {
  Stretch* found = nullptr;
  changed_.wait(lock, [&] {
    const auto free = std::ranges::find_if(stretches_, [](const auto& stretch) { return !stretch->is_taken; });
    found = free == stretches_.end() ? nullptr : free->get();
    return is_abandoned_ || found != nullptr || is_closed_;
  });
  if (found != nullptr && !is_abandoned_) found->is_taken = true;
  return is_abandoned_ ? nullptr : found;
}

void DecodingBoard::work(StretchDecoder& decoder) {
  std::unique_lock lock(mutex_);
  while (Stretch* stretch = wait_for_stretch(lock)) {
    decoder.begin();
    work_on(decoder, *stretch, lock);
  }
}

// The lock is held but for the decoding itself.
void DecodingBoard::work_on(StretchDecoder& decoder, Stretch& stretch, std::unique_lock<std::mutex>& lock) {
  bool was_last = false;
  while (!was_last) {
    changed_.wait(lock, [&] {
      const bool may_go_on = stretches_.front().get() == &stretch || stretch.frames.size() < kMostFramesAhead;
      return is_abandoned_ || (may_go_on && (!stretch.packets.empty() || stretch.is_whole));
    });
    if (is_abandoned_) return;
    std::vector<PacketPtr> batch;
    while (!stretch.packets.empty() && batch.size() < kBatch) {
      waiting_bytes_ -= stretch.packets.front()->size;
      batch.push_back(std::move(stretch.packets.front()));
      stretch.packets.pop_front();
    }
    was_last = stretch.is_whole && stretch.packets.empty();
    lock.unlock();
    std::vector<DecodedFrame> frames;
    for (const PacketPtr& packet : batch) decoder.take(*packet, frames);
    if (was_last) decoder.end(frames);
    lock.lock();
    std::ranges::move(frames, std::back_inserter(stretch.frames));
    stretch.is_finished = was_last;
    changed_.notify_all();
  }
}

}  // namespace cineloom::libav
