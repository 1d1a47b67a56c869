#include "output/json.h"

#include <cstdlib>

namespace film {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::expected<Json, std::string> document() {
    Json value = this->value();
    skip_space();
    if (at_ != text_.size()) fail();
    if (is_broken_) return std::unexpected("not JSON at byte " + std::to_string(at_));
    return value;
  }

 private:
  void fail() { is_broken_ = true; }
  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \n\t\r").contains(text_[at_])) ++at_;
  }
  bool take(char wanted) {
    skip_space();
    if (is_broken_ || at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Json value() {
    Json result;
    skip_space();
    if (take('{')) return object();
    if (take('[')) return list();
    if (at_ < text_.size() && text_[at_] == '"') {
      result.kind = Json::Kind::Text;
      result.text = string();
    } else if (take_word("null")) {
    } else if (take_word("true") || take_word("false")) {
      result.kind = Json::Kind::Bool;
      result.truth = text_[at_ - 2] == 'u';
    } else {
      result = number();
    }
    return result;
  }

  Json number() {
    Json result{Json::Kind::Number};
    const std::string rest(text_.substr(at_, 32));
    char* end = nullptr;
    result.number = std::strtod(rest.c_str(), &end);
    if (end == rest.c_str()) fail();
    at_ += static_cast<std::size_t>(end - rest.c_str());
    return result;
  }

  std::string string() {
    std::string result;
    if (!take('"')) fail();
    while (!is_broken_ && at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\') ++at_;  // we write no escapes but \" and \\ ourselves
      if (at_ < text_.size()) result += text_[at_++];
    }
    if (!take('"')) fail();
    return result;
  }

  Json list() {
    Json result{Json::Kind::List};
    if (take(']')) return result;
    do result.items.push_back(value());
    while (take(','));
    if (!take(']')) fail();
    return result;
  }

  Json object() {
    Json result{Json::Kind::Object};
    if (take('}')) return result;
    do {
      skip_space();
      const std::string name = string();
      if (!take(':')) fail();
      result.members[name] = value();
    } while (take(','));
    if (!take('}')) fail();
    return result;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_broken_ = false;
};

}  // namespace

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string listed(const std::vector<std::string>& pieces, const char* separator) {
  std::string result = "[";
  for (std::size_t i = 0; i < pieces.size(); ++i) result += (i ? separator : "") + pieces[i];
  return result + "]";
}

const Json& Json::operator[](const std::string& name) const {
  static const Json kNothing;
  const auto found = members.find(name);
  return found == members.end() ? kNothing : found->second;
}

std::expected<Json, std::string> parse_json(std::string_view text) { return Reader(text).document(); }

}  // namespace film
