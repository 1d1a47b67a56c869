#pragma once

#include <filesystem>
#include <string_view>

#include "base/expected.h"
#include "serve/http.h"

namespace cineloom::serve {

std::string_view content_type_of(const std::filesystem::path& path);

/// A file of the library with byte ranges (RFC 9110, 14), a validator and If-None-Match. Errors: NotFound.
Expected<HttpResponse> file_response(const HttpRequest& request, const std::filesystem::path& path);

/// The same for the file that a request names inside a folder; nothing leads out of it. Errors: NotFound.
Expected<HttpResponse> file_response_inside(const HttpRequest& request, const std::filesystem::path& folder, std::string_view name);

}  // namespace cineloom::serve
