#include "llm/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/sha256.h"
#include "llm/gguf.h"
#include "outbound/transfer.h"

namespace cineloom::llm {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMostBytes = 64ULL << 30U;
constexpr std::uint64_t kRoomLeft = 512ULL << 20U;
constexpr std::size_t kChunk = 1U << 20U;

/// Where a file comes from and what it has to be.
struct Source {
  std::string url;
  std::string file;
  std::string sha256;
};

bool is_hexadecimal(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char letter) { return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f'); });
}

bool is_local(std::string_view url) { return url.starts_with("http://127.0.0.1:"); }

Expected<Source> source_of(const PullRequest& request) {
  Source source{.url = request.what, .sha256 = request.sha256};
  const auto known = std::ranges::find(catalogue(), request.what, &CatalogueModel::name);
  if (known != catalogue().end()) {
    source.url = known->url;
    if (source.sha256.empty()) source.sha256 = known->sha256;
  } else if (!source.url.starts_with("https://") && !is_local(source.url)) {
    return std::unexpected(Error(ErrorCode::NotFound, fmt::format("there is no model '{}'", request.what))
                               .advise("'cineloom llm list' shows the names; an https address of a .gguf file is taken too"));
  }
  if (!source.sha256.empty() && !is_hexadecimal(source.sha256)) return fail(ErrorCode::InvalidArgument, "expected a SHA-256 of 64 small hexadecimal digits");
  const std::string path = source.url.substr(0, source.url.find_first_of("?#"));
  source.file = path.substr(path.rfind('/') + 1);
  const bool is_plain = std::ranges::all_of(
      source.file, [](char letter) { return (std::isalnum(static_cast<unsigned char>(letter)) != 0) || letter == '.' || letter == '-' || letter == '_'; });
  if (!is_plain || !source.file.ends_with(".gguf") || source.file.starts_with('.'))
    return fail(ErrorCode::InvalidArgument, "expected an address that ends in the name of a .gguf file");
  return source;
}

Expected<std::string> sha256_of(const fs::path& file, const CancelToken& cancel) {
  std::ifstream in(file, std::ios::binary);
  Sha256 hash;
  std::string chunk(kChunk, '\0');
  while (in) {
    CINELOOM_TRY(cancel.check());
    in.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    hash.add(std::string_view(chunk).substr(0, static_cast<std::size_t>(in.gcount())));
  }
  if (!in.eof()) return fail(ErrorCode::Unavailable, fmt::format("cannot read '{}'", file.string()));
  return std::move(hash).finish();
}

/// Appends what comes to the part that is there; a server that begins anew is followed.
class PartFile {
 public:
  PartFile(fs::path path, Progress& progress) : path_(std::move(path)), progress_(progress) {
    std::error_code error;
    const auto size = fs::file_size(path_, error);
    have_ = error ? 0 : size;
  }

  [[nodiscard]] std::uint64_t have() const { return have_; }

  Expected<void> take(const outbound::HttpReply& reply, std::string_view bytes) {
    if (reply.status != 200 && reply.status != 206) return {};
    if (!out_.is_open()) CINELOOM_TRY(begin(reply));
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out_) return fail(ErrorCode::ResourceExhausted, "the disk is full");
    have_ += bytes.size();
    progress_.set(static_cast<std::int64_t>(have_));
    return {};
  }

  Expected<void> close() {
    out_.close();
    return out_ ? Expected<void>() : fail(ErrorCode::ResourceExhausted, "the disk is full");
  }

 private:
  Expected<void> begin(const outbound::HttpReply& reply) {
    std::error_code error;
    const auto space = fs::space(path_.parent_path(), error);
    if (reply.status == 200) have_ = 0;
    if (!error && reply.whole_bytes > have_ && space.available < reply.whole_bytes - have_ + kRoomLeft) {
      return fail(ErrorCode::ResourceExhausted,
                  fmt::format("the model needs {} MB more, the disk has {} MB", (reply.whole_bytes - have_) >> 20U, space.available >> 20U));
    }
    progress_.begin("fetching", static_cast<std::int64_t>(reply.whole_bytes), "bytes");
    out_.open(path_, std::ios::binary | (reply.status == 200 ? std::ios::trunc : std::ios::app));
    return out_ ? Expected<void>() : fail(ErrorCode::Unavailable, fmt::format("cannot write '{}'", path_.string()));
  }

  fs::path path_;
  Progress& progress_;
  std::ofstream out_;
  std::uint64_t have_ = 0;
};

Expected<void> fetch(const Source& source, const fs::path& part, Progress& progress, const CancelToken& cancel) {
  PartFile file(part, progress);
  const outbound::HttpCall call{.url = source.url,
                                .deadlines = {.total = std::chrono::hours(48)},
                                .most_bytes = kMostBytes,
                                .resume_from = file.have(),
                                .may_redirect = !is_local(source.url),
                                .reach = is_local(source.url) ? outbound::Reach::ThisMachine : outbound::Reach::World};
  const auto reply = outbound::transfer(call, [&](const outbound::HttpReply& head, std::string_view bytes) { return file.take(head, bytes); }, cancel);
  if (!reply) return std::unexpected(Error(reply.error()).advise("start the same command again: it goes on where it stopped"));
  if (reply->status == 416) return {};  // nothing is left to fetch
  if (reply->status != 200 && reply->status != 206)
    return fail(reply->status == 404 ? ErrorCode::NotFound : ErrorCode::Unavailable, fmt::format("the server answered {}", reply->status));
  return file.close();
}

}  // namespace

const std::vector<CatalogueModel>& catalogue() {
  static const std::vector<CatalogueModel> kModels = {
      {"qwen2.5-1.5b-instruct", "https://huggingface.co/Qwen/Qwen2.5-1.5B-Instruct-GGUF/resolve/main/qwen2.5-1.5b-instruct-q4_k_m.gguf",
       "6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e", 1'117'320'736, "Apache-2.0", "English and Chinese; for small machines"},
      {"smollm2-1.7b-instruct", "https://huggingface.co/bartowski/SmolLM2-1.7B-Instruct-GGUF/resolve/main/SmolLM2-1.7B-Instruct-Q4_K_M.gguf",
       "77665ea4815999596525c636fbeb56ba8b080b46ae85efef4f0d986a139834d7", 1'055'609'824, "Apache-2.0", "English; for small machines"},
      {"qwen3-4b", "https://huggingface.co/Qwen/Qwen3-4B-GGUF/resolve/main/Qwen3-4B-Q4_K_M.gguf",
       "7485fe6f11af29433bc51cab58009521f205840f5b4ae3a32fa7f92e8534fdf5", 2'497'280'256, "Apache-2.0", "English and Chinese; 8 GB of memory"},
      {"qwen3-8b", "https://huggingface.co/Qwen/Qwen3-8B-GGUF/resolve/main/Qwen3-8B-Q4_K_M.gguf",
       "d98cdcbd03e17ce47681435b5150e34c1417f50b5c0019dd560e4882c5745785", 5'027'783'488, "Apache-2.0", "English and Chinese; 16 GB of memory"},
  };
  return kModels;
}

Expected<fs::path> pull_model(const ModelHome& home, const PullRequest& request, Progress& progress, const CancelToken& cancel) {
  CINELOOM_TRY_ASSIGN(const Source source, source_of(request));
  std::error_code error;
  fs::create_directories(home.folder, error);
  const fs::path target = home.folder / source.file;
  if (fs::exists(target, error)) return target;
  const fs::path part = home.folder / (source.file + ".part");
  CINELOOM_TRY(fetch(source, part, progress, cancel));
  if (!source.sha256.empty()) {
    CINELOOM_TRY_ASSIGN(const std::string found, sha256_of(part, cancel));
    if (found != source.sha256) {
      fs::remove(part, error);
      return std::unexpected(Error(ErrorCode::DataLoss, fmt::format("expected the SHA-256 {}, found {}", source.sha256, found))
                                 .advise("the file on the server is another one; it was thrown away"));
    }
  }
  if (auto header = read_gguf_file(part); !header) {
    fs::remove(part, error);
    return fail_in(header.error(), "reading what was fetched");
  }
  fs::rename(part, target, error);
  if (error) return fail(ErrorCode::Unavailable, fmt::format("cannot give '{}' its name: {}", target.string(), error.message()));
  return target;
}

std::vector<fs::path> models_in(const ModelHome& home) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(home.folder, error)) {
    if (entry.path().extension() == ".gguf") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace cineloom::llm
