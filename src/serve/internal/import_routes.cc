#include <fmt/format.h>

#include "pipeline/import_preview.h"
#include "serve/internal/pages.h"
#include "serve/internal/routes.h"

namespace cineloom::serve {
namespace {

Expected<HttpResponse> list_imports(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(auto receipts, cinema.store().imports());
  CINELOOM_TRY_ASSIGN(const auto page, page_of(request, std::move(receipts), [](const ImportReceipt& receipt) { return PageKey(receipt.id.number(), 0); }));
  return json_response({{"imports", json::to_value(page.entries)}, {"next_cursor", page.next_cursor}});
}

Expected<HttpResponse> add_import(Cinema& cinema, BackgroundTraining& training, const HttpRequest& request) {
  const std::string viewer(request.parameter("viewer").empty() ? "me" : request.parameter("viewer"));
  const std::string name(request.parameter("name").empty() ? "upload" : request.parameter("name"));
  Progress progress;
  CINELOOM_TRY_ASSIGN(const ImportBatch batch, cinema.preview_upload(name, request.body, viewer, progress, CancelToken()));
  if (request.parameter("preview") == "true") return json_response(json::to_value(preview_of(batch)));
  CINELOOM_TRY_ASSIGN(const ImportReceipt receipt, cinema.apply_import(batch, progress, CancelToken()));
  training.note_event();
  return json_response(json::to_value(receipt), 201);
}

std::string_view content_type_of(const ExportedFile& file) {
  if (file.name.ends_with(".csv")) return "text/csv";
  return file.name.ends_with(".ndjson") ? "application/x-ndjson" : "application/json";
}

HttpResponse attachment(std::string body, std::string_view type, std::string_view name) {
  HttpResponse response{.content_type = std::string(type), .body = std::move(body)};
  response.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name));
  return response;
}

Expected<HttpResponse> export_viewer(Cinema& cinema, const HttpRequest& request) {
  CINELOOM_TRY_ASSIGN(const ViewerId viewer, captured<ViewerId>(request, "viewer"));
  const std::string name(request.parameter("format").empty() ? "cineloom" : request.parameter("format"));
  const auto format = json::enum_from_name<HistoryFormat>(name);
  if (!format)
    return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("there is no format '{}'", name)).advise("choose one of: " + history_formats()));
  CINELOOM_TRY_ASSIGN(auto files, cinema.export_viewer(viewer, *format));
  if (files.size() == 1) return attachment(std::move(files.front().content), content_type_of(files.front()), files.front().name);
  CINELOOM_TRY_ASSIGN(std::string bytes, pack_files(files));
  return attachment(std::move(bytes), "application/zip", name + ".zip");
}

}  // namespace

void add_import_routes(Router& router, const ApiContext& context) {
  Cinema& cinema = context.cinema;
  BackgroundTraining& training = context.training;
  router.add("GET", "/api/v1/imports", Policy::admin(Scope::Manage), [&](const HttpRequest& request) { return list_imports(cinema, request); });
  router.add("POST", "/api/v1/imports", Policy::admin(Scope::Manage), [&](const HttpRequest& request) { return add_import(cinema, training, request); });
  router.add("DELETE", "/api/v1/imports/{import}", Policy::admin(Scope::Manage), [&](const HttpRequest& request) -> Expected<HttpResponse> {
    CINELOOM_TRY_ASSIGN(const ImportId id, captured<ImportId>(request, "import"));
    CINELOOM_TRY_ASSIGN(const ImportReceipt receipt, cinema.undo_import(id));
    return json_response(json::to_value(receipt));
  });
  router.add("GET", "/api/v1/viewers/{viewer}/export", Policy::own(Scope::Read), [&](const HttpRequest& request) { return export_viewer(cinema, request); });
}

}  // namespace cineloom::serve
