#include "http_load.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <deque>
#include <optional>

#include "base/files.h"
#include "loopback.h"

namespace cineloom::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
  FileDescriptor socket;
  std::string out;
  std::size_t sent = 0;
  std::string in;
  std::deque<std::size_t> under_way;  ///< numbers of requests, in the order of their answers
};

/// Bytes of the first whole answer; nothing while it is not whole.
Expected<std::optional<std::size_t>> whole_answer(std::string_view bytes) {
  constexpr std::string_view kLength = "Content-Length: ";
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const auto found = bytes.substr(0, end).find(kLength);
  if (found == std::string_view::npos) return fail(ErrorCode::InvalidArgument, "an answer without a length");
  std::size_t length = 0;
  std::from_chars(bytes.data() + found + kLength.size(), bytes.data() + end, length);
  if (bytes.size() < end + 4 + length) return std::nullopt;
  return end + 4 + length;
}

class LoadRun {
 public:
  explicit LoadRun(const Load& load) : load_(load), due_(load.count), has_answer_(load.count, false), poll_(epoll_create1(EPOLL_CLOEXEC)) {}

  Expected<LoadResult> run() {
    CINELOOM_TRY(connect_all());
    begin_ = Clock::now();
    last_ = begin_;
    for (std::size_t i = 0; load_.per_second > 0 && i < load_.count; ++i) due_[i] = begin_ + seconds(static_cast<double>(i) / load_.per_second);
    while (result_.answered < load_.count && Clock::now() < end_of_patience()) {
      CINELOOM_TRY(send_due());
      CINELOOM_TRY(wait());
    }
    return finish();
  }

 private:
  static Clock::duration seconds(double count) { return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(count)); }

  [[nodiscard]] Clock::time_point end_of_patience() const {
    const double sending = load_.per_second > 0 ? static_cast<double>(load_.count) / load_.per_second : 0;
    return begin_ + seconds(sending + load_.patience.count());
  }

  // A connection stands in the list of those with room once for each request it may have under way.
  Expected<void> connect_all() {
    connections_.resize(static_cast<std::size_t>(load_.connections));
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      CINELOOM_TRY_ASSIGN(connections_[i].socket, connect_to_loopback(load_.port));
      epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.u64 = i}};
      if (epoll_ctl(poll_.get(), EPOLL_CTL_ADD, connections_[i].socket.get(), &event) != 0) return fail(ErrorCode::Unavailable, "cannot watch a connection");
    }
    for (int depth = 0; depth < load_.depth; ++depth) {
      for (std::size_t i = 0; i < connections_.size(); ++i) room_.push_back(i);
    }
    return {};
  }

  Expected<void> send_due() {
    for (; next_ < load_.count && !room_.empty(); ++next_) {
      const auto now = Clock::now();
      if (load_.per_second <= 0) due_[next_] = now;
      if (due_[next_] > now) break;
      Connection& connection = connections_[room_.front()];
      room_.pop_front();
      connection.under_way.push_back(next_);
      connection.out += load_.request(next_);
      CINELOOM_TRY(flush(connection));
    }
    return {};
  }

  static Expected<void> flush(Connection& connection) {
    while (connection.sent < connection.out.size()) {
      const ssize_t size = send(connection.socket.get(), connection.out.data() + connection.sent, connection.out.size() - connection.sent, MSG_NOSIGNAL);
      if (size < 0 && errno == EAGAIN) return {};
      if (size <= 0) return fail(ErrorCode::Unavailable, "the server closed a connection");
      connection.sent += static_cast<std::size_t>(size);
    }
    connection.out.clear();
    connection.sent = 0;
    return {};
  }

  Expected<void> wait() {
    const bool is_waiting_for_time = next_ < load_.count && !room_.empty();
    const auto until = is_waiting_for_time ? std::min(due_[next_], end_of_patience()) : end_of_patience();
    const auto left = std::max<std::int64_t>(0, std::chrono::nanoseconds(until - Clock::now()).count());
    const timespec time{.tv_sec = left / 1'000'000'000, .tv_nsec = left % 1'000'000'000};
    std::array<epoll_event, 256> events{};
    const int count = epoll_pwait2(poll_.get(), events.data(), static_cast<int>(events.size()), &time, nullptr);
    for (int i = 0; i < count; ++i) {
      const auto place = static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
      CINELOOM_TRY(flush(connections_[place]));
      CINELOOM_TRY(receive(place));
    }
    return {};
  }

  Expected<void> receive(std::size_t place) {
    Connection& connection = connections_[place];
    std::array<char, 65536> block{};
    for (;;) {
      const ssize_t size = recv(connection.socket.get(), block.data(), block.size(), 0);
      if (size < 0 && errno == EAGAIN) break;
      if (size <= 0) return fail(ErrorCode::Unavailable, "the server closed a connection");
      connection.in.append(block.data(), static_cast<std::size_t>(size));
    }
    return take_answers(place);
  }

  Expected<void> take_answers(std::size_t place) {
    Connection& connection = connections_[place];
    std::size_t begin = 0;
    while (!connection.under_way.empty()) {
      CINELOOM_TRY_ASSIGN(const auto size, whole_answer(std::string_view(connection.in).substr(begin)));
      if (!size) break;
      note(connection.under_way.front(), std::string_view(connection.in).substr(begin, *size));
      begin += *size;
      connection.under_way.pop_front();
      room_.push_back(place);
    }
    connection.in.erase(0, begin);
    return {};
  }

  void note(std::size_t number, std::string_view answer) {
    last_ = Clock::now();
    has_answer_[number] = true;
    ++result_.answered;
    result_.waits_ms.push_back(std::chrono::duration<double, std::milli>(last_ - due_[number]).count());
    if (load_.is_right(number, answer)) return;
    if (result_.wrong++ == 0) result_.first_wrong = answer.substr(0, 1200);
  }

  LoadResult finish() {
    const auto end = result_.answered == load_.count ? last_ : Clock::now();
    for (std::size_t i = 0; load_.per_second > 0 && i < load_.count; ++i) {
      if (!has_answer_[i]) result_.waits_ms.push_back(std::chrono::duration<double, std::milli>(end - due_[i]).count());
    }
    std::ranges::sort(result_.waits_ms);
    result_.seconds = std::chrono::duration<double>(end - begin_).count();
    return std::move(result_);
  }

  const Load& load_;
  std::vector<Clock::time_point> due_;
  std::vector<bool> has_answer_;
  FileDescriptor poll_;
  std::vector<Connection> connections_;
  std::deque<std::size_t> room_;  ///< connections that may take a request
  std::size_t next_ = 0;
  Clock::time_point begin_;
  Clock::time_point last_;  ///< when the last answer came
  LoadResult result_;
};

}  // namespace

double LoadResult::quantile(double share) const {
  if (waits_ms.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(waits_ms.size())));
  return waits_ms[std::clamp<std::size_t>(rank, 1, waits_ms.size()) - 1];
}

Expected<LoadResult> run_load(const Load& load) { return LoadRun(load).run(); }

std::string wire_request(std::string_view method, int port, std::string_view target, std::string_view body) {
  return fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", method, target, port,
                     body.size(), body);
}

}  // namespace cineloom::bench
