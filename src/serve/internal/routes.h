#pragma once

#include <vector>

#include "base/json.h"
#include "pipeline/privacy.h"
#include "serve/api.h"

/// The routes by subject; each adds its own to the router.
namespace cineloom::serve {

void add_account_routes(Router& router, const ApiContext& context);
void add_film_routes(Router& router, const ApiContext& context);
void add_media_routes(Router& router, const ApiContext& context);
void add_viewer_routes(Router& router, const ApiContext& context);
void add_privacy_routes(Router& router, const ApiContext& context);
void add_import_routes(Router& router, const ApiContext& context);
void add_feedback_routes(Router& router, const ApiContext& context);
void add_story_routes(Router& router, const ApiContext& context);
void add_what_if_routes(Router& router, const ApiContext& context);
void add_job_routes(Router& router, const ApiContext& context);
void add_llm_routes(Router& router, const ApiContext& context);
void add_room_routes(Router& router, const ApiContext& context);
void add_page_routes(Router& router, const ApiContext& context);

/// Puts beside each piece of footage of a graph the address where the film's file is played.
void add_addresses(boost::json::value& graph, FilmId film);

/// Removes a viewer as erase_viewer does, and first the account of that name through the server's own accounts: whom they remember as let in would
/// bring the viewer back with their next request. `address`: who asked for it, for the log. Errors: as erase_viewer.
Expected<ErasureReceipt> forget_viewer(const ApiContext& context, ViewerId viewer, std::string_view address);

HttpResponse json_response(const boost::json::value& value, int status = 200);

/// The captured path segment as an identity. Errors: NotFound if it is no number, because then nothing has it.
template <class Identity>
Expected<Identity> captured(const HttpRequest& request, const std::string& name) {
  const std::string& text = request.captures.at(name);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number <= 0) { return fail(ErrorCode::NotFound, "there is no " + name + " '" + text + "'"); }
  return Identity(number);
}

/// A query parameter as a number inside bounds, or the default if absent. Errors: InvalidArgument.
Expected<int> number_parameter(const HttpRequest& request, const std::string& name, int otherwise, int least, int most);

/// The query parameter draw, "0,0.5,-0.8": an evening's feeling at even places of it; empty if absent. Errors: InvalidArgument.
Expected<std::vector<double>> drawing_parameter(const HttpRequest& request);

/// The body as a described value. Errors: InvalidArgument with the field.
template <class T>
Expected<T> body_of(const HttpRequest& request) {
  if (!request.header("content-type").starts_with("application/json")) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "expected a body of type application/json").advise("send the header Content-Type: application/json"));
  }
  auto read = json::read<T>(request.body);
  if (!read) return fail_in(read.error(), "reading the body");
  return read;
}

}  // namespace cineloom::serve
