#pragma once

#include <string>
#include <string_view>

#include "base/files.h"

namespace cineloom::torture {

/// A connection to a port of the loopback, byte by byte as wanted. Waiting is bounded by five minutes.
class Wire {
 public:
  explicit Wire(int port);
  [[nodiscard]] bool is_open() const { return socket_.get() >= 0; }
  bool send(std::string_view bytes) const;
  /// Receives until the words have come; false if the other side closed before.
  bool receive_until(std::string_view words);
  /// Receives until the other side closes; false if it does not.
  bool receive_rest();
  /// Everything received so far.
  [[nodiscard]] const std::string& received() const { return received_; }

 private:
  enum class Got { Bytes, End, Nothing };
  Got receive();
  FileDescriptor socket_;
  std::string received_;
};

}  // namespace cineloom::torture
