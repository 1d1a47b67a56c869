#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Writes tiny ONNX files, so that tests need no net of others: as much of the format (protocol buffers) as that takes.
namespace cineloom::testing {

/// A protocol buffer message in the making.
class ProtoMessage {
 public:
  ProtoMessage& number(unsigned field, std::int64_t value) {
    varint(field << 3U);
    varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  ProtoMessage& bytes(unsigned field, std::string_view value) {
    varint((field << 3U) | 2U);
    varint(value.size());
    text_ += value;
    return *this;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) text_ += static_cast<char>((value & 0x7FU) | 0x80U);
    text_ += static_cast<char>(value);
  }
  std::string text_;
};

/// A graph of floats with one input.
class OnnxWriter {
 public:
  OnnxWriter(std::string_view input, const std::vector<std::int64_t>& shape) { graph_.bytes(11, value(input, &shape).text()); }

  OnnxWriter& floats(std::string_view name, const std::vector<std::int64_t>& shape, const std::vector<float>& values) {
    return constant(name, shape, 1, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
  }
  OnnxWriter& integers(std::string_view name, const std::vector<std::int64_t>& values) {
    return constant(name, {static_cast<std::int64_t>(values.size())}, 7, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(std::int64_t)});
  }
  /// `attribute`: the name of one list of integers, or empty.
  OnnxWriter& node(std::string_view operation, const std::vector<std::string>& inputs, std::string_view output, std::string_view attribute = {},
                   const std::vector<std::int64_t>& integers = {}) {
    ProtoMessage node;
    for (const std::string& input : inputs) node.bytes(1, input);
    node.bytes(2, output).bytes(4, operation);
    if (!attribute.empty()) {
      ProtoMessage list;
      list.bytes(1, attribute);
      for (const std::int64_t one : integers) list.number(8, one);
      node.bytes(5, list.number(20, 7).text());
    }
    graph_.bytes(1, node.text());
    return *this;
  }
  OnnxWriter& output(std::string_view name) {
    graph_.bytes(12, value(name, nullptr).text());
    return *this;
  }
  [[nodiscard]] std::string write() {
    graph_.bytes(2, "tiny");
    return ProtoMessage().number(1, 8).bytes(7, graph_.text()).bytes(8, ProtoMessage().bytes(1, "").number(2, 13).text()).text();
  }

 private:
  static ProtoMessage value(std::string_view name, const std::vector<std::int64_t>* shape) {
    ProtoMessage tensor;
    tensor.number(1, 1);
    ProtoMessage sides;
    if (shape != nullptr) {
      for (const std::int64_t side : *shape) sides.bytes(1, ProtoMessage().number(1, side).text());
      tensor.bytes(2, sides.text());
    }
    return ProtoMessage().bytes(1, name).bytes(2, ProtoMessage().bytes(1, tensor.text()).text());
  }
  OnnxWriter& constant(std::string_view name, const std::vector<std::int64_t>& shape, std::int64_t type, std::string_view raw) {
    ProtoMessage tensor;
    for (const std::int64_t side : shape) tensor.number(1, side);
    graph_.bytes(5, tensor.number(2, type).bytes(8, name).bytes(9, raw).text());
    return *this;
  }

  ProtoMessage graph_;
};

}  // namespace cineloom::testing
