#include "text_corpora.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <iterator>
#include <memory>
#include <unordered_set>

#include "base/files.h"
#include "text/script.h"

namespace cineloom::corpora {
namespace {

struct ArchiveCloser {
  void operator()(archive* handle) const { archive_read_free(handle); }
};

std::string read_entry(archive* handle) {
  std::string text;
  std::vector<char> block(1U << 20U);
  for (la_ssize_t size = 0; (size = archive_read_data(handle, block.data(), block.size())) > 0;) text.append(block.data(), static_cast<std::size_t>(size));
  return text;
}

std::vector<std::string> cells_of(std::string_view line, char separator) {
  std::vector<std::string> cells(1);
  for (const char letter : line) {
    if (letter == separator) {
      cells.emplace_back();
    } else {
      cells.back() += letter;
    }
  }
  return cells;
}

double number(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// Rows of comma separated cells, quoted where they hold commas or line ends.
std::vector<std::vector<std::string>> csv_rows(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (letter == '"') {
      if (is_quoted && text.substr(i + 1).starts_with('"')) row.back() += text[++i];
      else is_quoted = !is_quoted;
    } else if (letter == ',' && !is_quoted) {
      row.emplace_back();
    } else if (letter == '\n' && !is_quoted) {
      rows.push_back(std::exchange(row, std::vector<std::string>(1)));
    } else if (letter != '\r') {
      row.back() += letter;
    }
  }
  return rows;
}

}  // namespace

Expected<std::string> read_packed(const std::filesystem::path& file, const std::string& member) {
  const std::unique_ptr<archive, ArchiveCloser> handle(archive_read_new());
  archive_read_support_filter_all(handle.get());
  archive_read_support_format_all(handle.get());
  if (member.empty()) archive_read_support_format_raw(handle.get());
  if (archive_read_open_filename(handle.get(), file.c_str(), 1U << 16U) != ARCHIVE_OK) return fail(ErrorCode::NotFound, "cannot open " + file.string());
  for (archive_entry* entry = nullptr; archive_read_next_header(handle.get(), &entry) == ARCHIVE_OK;) {
    if (member.empty() || std::string_view(archive_entry_pathname(entry)).ends_with(member)) return read_entry(handle.get());
  }
  return fail(ErrorCode::NotFound, fmt::format("{} has no {}", file.string(), member));
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

Expected<std::vector<RatedText>> read_imdb(const std::filesystem::path& folder, const std::string& part) {
  CINELOOM_TRY_ASSIGN(const std::string all, read_packed(folder / fmt::format("imdb_{}.tsv.xz", part)));
  std::vector<RatedText> texts;
  std::unordered_set<std::string> known;
  for (const std::string& line : lines_of(all)) {
    auto cells = cells_of(line, '\t');
    // Unlabelled reviews have a number and the text only.
    if (cells.size() != (part == "unlabelled" ? 2 : 4) || !known.insert(cells.back()).second) continue;
    if (part == "unlabelled") {
      texts.push_back({.text = std::move(cells.back())});
      continue;
    }
    texts.push_back({.text = std::move(cells.back()),
                     .label = cells[0] == "pos"   ? 1.0F
                              : cells[0] == "neg" ? -1.0F
                                                  : 0.0F,
                     .stars = static_cast<float>(number(cells[1]))});
  }
  return texts;
}

std::size_t remove_shared(std::vector<RatedText>& texts, std::span<const RatedText> others) {
  std::unordered_set<std::string_view> known;
  for (const RatedText& other : others) known.insert(other.text);
  return std::erase_if(texts, [&](const RatedText& text) { return known.contains(text.text); });
}

Expected<std::vector<RatedText>> read_chnsenticorp(const std::filesystem::path& folder, const std::string& part) {
  CINELOOM_TRY_ASSIGN(const std::string all, read_packed(folder / fmt::format("chnsenticorp_{}.tsv.xz", part)));
  std::vector<RatedText> texts;
  for (const std::string& line : lines_of(all)) {
    if (line.size() > 2 && line[1] == '\t') texts.push_back({.text = line.substr(2), .label = line[0] == '1' ? 1.0F : -1.0F});
  }
  return texts;
}

Expected<std::vector<ClassedText>> read_goemotions(const std::filesystem::path& folder, const std::string& part) {
  CINELOOM_TRY_ASSIGN(const std::string all, read_packed(folder / fmt::format("goemotions_{}.tsv.xz", part)));
  std::vector<ClassedText> texts;
  for (const std::string& line : lines_of(all)) {
    const auto cells = cells_of(line, '\t');
    if (cells.size() < 2) continue;
    ClassedText text{.text = cells[0]};
    for (const std::string& label : cells_of(cells[1], ',')) text.classes |= 1U << static_cast<unsigned>(number(label));
    texts.push_back(std::move(text));
  }
  return texts;
}

Expected<std::vector<std::string>> goemotions_names(const std::filesystem::path& folder) {
  CINELOOM_TRY_ASSIGN(const std::string all, read_file(folder / "goemotions_labels.txt"));
  return lines_of(all);
}

std::vector<std::string> weibo_names() { return {"happy", "sad", "angry", "fear", "surprise", "neutral"}; }

Expected<std::vector<ClassedText>> read_weibo(const std::filesystem::path& folder, const std::string& part) {
  CINELOOM_TRY_ASSIGN(const std::string all, read_packed(folder / fmt::format("weibo_emotions_virus_{}.json.xz", part)));
  boost::system::error_code error;
  const auto value = boost::json::parse(all, error);
  if (error || !value.is_array()) return fail(ErrorCode::DataLoss, "expected a list of posts");
  const auto names = weibo_names();
  std::vector<ClassedText> texts;
  for (const auto& post : value.get_array()) {
    const auto& object = post.as_object();
    const auto name = std::ranges::find(names, std::string(std::string_view(object.at("label").as_string())));
    if (name == names.end()) return fail(ErrorCode::DataLoss, "a post has a label that is not known");
    texts.push_back({.text = std::string(std::string_view(object.at("content").as_string())), .classes = 1U << static_cast<unsigned>(name - names.begin())});
  }
  return texts;
}

Expected<std::vector<FeltText>> read_emobank(const std::filesystem::path& folder) {
  CINELOOM_TRY_ASSIGN(const std::string all, read_packed(folder / "emobank.csv.xz"));
  std::vector<FeltText> texts;
  for (const auto& row : csv_rows(all)) {
    if (row.size() < 6 || row[1] == "split") continue;
    texts.push_back({.text = row[5], .feeling = {.valence = (number(row[2]) - 3) / 2, .arousal = (number(row[3]) - 1) / 4}, .part = row[1]});
  }
  return texts;
}

Expected<std::vector<FeltText>> read_chinese_emobank(const std::filesystem::path& folder, const std::string& kind) {
  CINELOOM_TRY_ASSIGN(const SimplifiedScript script, SimplifiedScript::open());
  std::vector<FeltText> texts;
  for (int fold = 1; fold <= 5; ++fold) {
    const std::string member = kind == "CVAS" ? fmt::format("CVAS_{}.csv", fold) : fmt::format("{}_{}_SD.csv", kind, fold);
    CINELOOM_TRY_ASSIGN(const std::string all, read_packed(folder / "chinese_emobank.tar.xz", member));
    // Sentences have no number in front.
    const std::size_t first = kind == "CVAS" ? 0 : 1;
    for (const std::string& line : lines_of(all)) {
      const auto cells = cells_of(line, '\t');
      if (cells.size() < first + 3 || number(cells[first + 1]) == 0) continue;
      texts.push_back({.text = script.convert(cells[first]),
                       .feeling = {.valence = (number(cells[first + 1]) - 5) / 4, .arousal = (number(cells[first + 2]) - 1) / 8},
                       .part = std::to_string(fold)});
    }
  }
  return texts;
}

namespace {

std::vector<std::size_t> numbers_in(std::string_view text) {
  std::vector<std::size_t> numbers;
  while (!text.empty()) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc()) numbers.push_back(static_cast<std::size_t>(value));
    text.remove_prefix(error == std::errc() ? static_cast<std::size_t>(end - text.data()) : 1);
  }
  return numbers;
}

std::vector<std::string> marked_sentences(std::string_view text) {
  constexpr std::string_view kBegin = "[STR_SENT]";
  constexpr std::string_view kEnd = "[END_SENT]";
  std::vector<std::string> sentences;
  for (auto begin = text.find(kBegin); begin != std::string_view::npos; begin = text.find(kBegin)) {
    text.remove_prefix(begin + kBegin.size());
    sentences.emplace_back(text.substr(0, text.find(kEnd)));
  }
  return sentences;
}

}  // namespace

Expected<std::vector<TurningSynopsis>> read_tripod(const std::filesystem::path& folder, const std::string& part) {
  CINELOOM_TRY_ASSIGN(const std::string all, read_packed(folder / "tripod_synopses.tar.xz", "TRIPOD_synopses_" + part + ".csv"));
  std::vector<TurningSynopsis> synopses;
  for (const auto& row : csv_rows(all)) {
    if (row.size() < 8 || row[0] == "movie_name") continue;
    // Several annotators' synopses of a film are numbered: "Jaws (film)_0".
    TurningSynopsis synopsis{.film = row[0].substr(0, row[0].rfind('_')), .sentences = marked_sentences(row[2])};
    for (std::size_t k = 3; k < 8; ++k) synopsis.turns.push_back(numbers_in(row[k]));
    synopses.push_back(std::move(synopsis));
  }
  return synopses;
}

namespace {

constexpr std::ptrdiff_t kShortest = 25;
constexpr std::ptrdiff_t kLongest = 150;

void add_paragraphs(std::string_view novel, std::vector<RatedText>& texts) {
  std::string paragraph;
  std::ptrdiff_t words = 0;
  const auto finish = [&] {
    texts.push_back({.text = std::exchange(paragraph, {})});
    words = 0;
  };
  while (!novel.empty()) {
    std::string_view line = novel.substr(0, novel.find('\n'));
    novel.remove_prefix(std::min(line.size() + 1, novel.size()));
    while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
    if (!line.empty()) {
      paragraph.append(line).append(" ");
      words += std::ranges::count(line, ' ') + 1;
    }
    if (words > (line.empty() ? kShortest : kLongest)) finish();
  }
}

}  // namespace

Expected<std::vector<RatedText>> read_novels(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "english_novels.tar.xz";
  const std::unique_ptr<archive, ArchiveCloser> handle(archive_read_new());
  archive_read_support_filter_all(handle.get());
  archive_read_support_format_all(handle.get());
  if (archive_read_open_filename(handle.get(), file.c_str(), 1U << 16U) != ARCHIVE_OK) return fail(ErrorCode::NotFound, "cannot open " + file.string());
  std::vector<RatedText> texts;
  for (archive_entry* entry = nullptr; archive_read_next_header(handle.get(), &entry) == ARCHIVE_OK;) {
    if (std::string_view(archive_entry_pathname(entry)).ends_with(".txt")) add_paragraphs(read_entry(handle.get()), texts);
  }
  return texts;
}

Expected<std::vector<RatedText>> read_english_background(const std::filesystem::path& folder) {
  CINELOOM_TRY_ASSIGN(std::vector<RatedText> texts, read_imdb(folder, "unlabelled"));
  CINELOOM_TRY_ASSIGN(std::vector<RatedText> novels, read_novels(folder / "../text-corpora"));
  std::ranges::move(novels, std::back_inserter(texts));
  CINELOOM_TRY_ASSIGN(const auto comments, read_goemotions(folder, "train"));
  for (const ClassedText& comment : comments) texts.push_back({.text = comment.text});
  return texts;
}

Expected<std::vector<RatedText>> read_chinese_background(const std::filesystem::path& folder) {
  CINELOOM_TRY_ASSIGN(std::vector<RatedText> texts, read_chnsenticorp(folder, "train"));
  CINELOOM_TRY_ASSIGN(const auto posts, read_weibo(folder, "train"));
  for (const ClassedText& post : posts) texts.push_back({.text = post.text});
  CINELOOM_TRY_ASSIGN(const std::string news, read_packed(folder / "peoples_daily_1998_segmented.txt.xz"));
  for (std::string& line : lines_of(news)) {
    std::erase(line, ' ');
    texts.push_back({.text = std::move(line)});
  }
  return texts;
}

}  // namespace cineloom::corpora
