#include "serve/http.h"

namespace cineloom::serve {
namespace {

std::string_view value_in(const std::map<std::string, std::string>& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

std::string_view HttpRequest::header(const std::string& name) const { return value_in(headers, name); }

std::string_view HttpRequest::parameter(const std::string& name) const { return value_in(query, name); }

}  // namespace cineloom::serve
