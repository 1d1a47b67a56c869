#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "media/internal/stretch_cutter.h"
#include "media/internal/stretch_decoder.h"

namespace cineloom::libav {

/// Decodes stretches on several threads and gives their frames back in the film's order. One decoder works on the caller's own
/// thread: then nothing else is started. Bounded: the caller is told to wait while much lies undecoded, and a thread ahead of the
/// others waits while much of its stretch is not taken. For one caller.
class DecodingBoard {
 public:
  /// One thread per decoder; >= 1.
  explicit DecodingBoard(std::vector<StretchDecoder> decoders);
  ~DecodingBoard();
  DecodingBoard(const DecodingBoard&) = delete;
  DecodingBoard& operator=(const DecodingBoard&) = delete;

  void push(StretchCutter::Piece piece);
  /// No more packets come.
  void close();
  /// Moves out the frames that are next in order. Waits a moment for some while the board must be emptied or is closed; that it
  /// gives none does not mean that there are none left: ask is_done().
  std::vector<DecodedFrame> take();
  /// Nothing more may be pushed before some was taken.
  [[nodiscard]] bool must_be_emptied();
  [[nodiscard]] bool is_done();

 private:
  struct Stretch {
    std::deque<PacketPtr> packets;
    std::vector<DecodedFrame> frames;
    bool is_taken = false;     ///< a thread works on it
    bool is_whole = false;     ///< all its packets are there
    bool is_finished = false;  ///< all its frames are there
  };

  void work(StretchDecoder& decoder);
  Stretch* wait_for_stretch(std::unique_lock<std::mutex>& lock);
  void work_on(StretchDecoder& decoder, Stretch& stretch, std::unique_lock<std::mutex>& lock);
  void push_here(StretchCutter::Piece piece);
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] bool can_give() const;

  std::vector<StretchDecoder> decoders_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Stretch>> stretches_;  ///< oldest first
  std::vector<DecodedFrame> ready_;                 ///< of the caller's own decoder
  std::int64_t waiting_bytes_ = 0;                  ///< of packets that no thread has taken
  bool is_closed_ = false;
  bool is_abandoned_ = false;
  bool has_begun_ = false;
  std::vector<std::jthread> threads_;  ///< last: they use the rest
};

}  // namespace cineloom::libav
