#include "base/json_text.h"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "base/utf8.h"

namespace cineloom {

std::string json_string(std::string_view text) { return boost::json::serialize(boost::json::value(boost::json::string(to_valid_utf8(text)))); }

}  // namespace cineloom
