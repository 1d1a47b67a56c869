#include "fuse/fdx.h"

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>

#include "fuse/internal/fdx_types.h"
#include "fuse/internal/line_kinds.h"

namespace cineloom {
namespace {

using enum ElementKind;

constexpr std::size_t kMostBytes = 32U << 20U;
constexpr int kDeepest = 64;

/// Stops at the first element that lies too deep; pugixml walks without recursion.
struct DepthGuard : pugi::xml_tree_walker {
  bool for_each(pugi::xml_node& /*node*/) override { return depth() <= kDeepest; }
};

std::unexpected<Error> no_fdx(std::string_view found) {
  return std::unexpected(Error(ErrorCode::InvalidArgument, fmt::format("expected a Final Draft screenplay, found {}", found))
                             .advise("save it again as .fdx, or export it as Fountain or plain text"));
}

/// All runs of a paragraph; bold or coloured words are runs of their own.
std::string text_of(const pugi::xml_node& paragraph) {
  std::string text;
  for (const pugi::xml_node run : paragraph.children("Text")) {
    for (const pugi::xml_node piece : run.children()) {
      if (piece.type() == pugi::node_pcdata || piece.type() == pugi::node_cdata) text += piece.value();
    }
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

/// The paragraphs inside a note or a summary.
std::string inner_text(const pugi::xml_node& holder) {
  std::string text;
  for (const pugi::xml_node paragraph : holder.children("Paragraph")) {
    const std::string one = text_of(paragraph);
    if (!one.empty()) text += (text.empty() ? "" : "\n") + one;
  }
  return text;
}

class Reader {
 public:
  /// `bytes` give the spans; empty for files that were converted.
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  void read_content(const pugi::xml_node& content) {
    // Paragraphs also stand in headers, footers and character notes: only those right here are the screenplay's.
    for (const pugi::xml_node paragraph : content.children("Paragraph")) read_paragraph(paragraph);
  }

  Screenplay screenplay;

 private:
  void read_paragraph(const pugi::xml_node& paragraph) {
    if (const pugi::xml_node dual = paragraph.child("DualDialogue")) {
      bool is_first = true;
      for (const pugi::xml_node inner : dual.children("Paragraph")) {
        add_paragraph(inner);
        if (screenplay.elements.empty() || screenplay.elements.back().kind != CharacterCue) continue;
        screenplay.elements.back().is_dual = !is_first;
        is_first = false;
      }
      return;
    }
    if (std::string_view(paragraph.attribute("StartsNewPage").value()) == "Yes") add(PageBreak, "", span_of(paragraph));
    add_paragraph(paragraph);
  }

  void add_paragraph(const pugi::xml_node& paragraph) {
    const std::string_view name = paragraph.attribute("Type").value();
    const auto* type = std::ranges::find(fuse::kFdxTypes, name, &fuse::FdxType::name);
    if (type == fuse::kFdxTypes.end()) type = &fuse::kFdxTypes.back();
    std::string text = text_of(paragraph);
    if (!text.empty()) {
      const bool is_centered = type->kind == Action && std::string_view(paragraph.attribute("Alignment").value()) == "Center";
      ScreenplayElement& element = add(is_centered ? Centered : type->kind, std::move(text), span_of(paragraph));
      element.depth = type->depth;
      finish(element, paragraph);
    }
    if (const std::string summary = inner_text(paragraph.child("SceneProperties").child("Summary")); !summary.empty()) add(Synopsis, summary, {});
    for (const pugi::xml_node note : paragraph.children("ScriptNote")) add(Note, inner_text(note), span_of(note));
  }

  static void finish(ScreenplayElement& element, const pugi::xml_node& paragraph) {
    if (element.kind == SceneHeading) element.scene_number = paragraph.attribute("Number").value();
    if (element.kind == CharacterCue) fuse::take_name_parts(element);
    if (element.kind == Parenthetical && element.text.starts_with('(') && element.text.ends_with(')')) {
      element.text = element.text.substr(1, element.text.size() - 2);
    }
  }

  ScreenplayElement& add(ElementKind kind, std::string text, Span span) {
    if (span.end == 0) span = {.begin = last_, .end = last_};
    last_ = span.begin;
    screenplay.elements.push_back({.kind = kind, .text = std::move(text), .source = span});
    return screenplay.elements.back();
  }

  /// From the element's '<' to behind its closing tag or its own '/>'.
  [[nodiscard]] Span span_of(const pugi::xml_node& node) {
    const std::ptrdiff_t name = node.offset_debug();
    if (bytes_.empty() || name < 1) return {};
    const auto begin = static_cast<std::size_t>(name) - 1;
    const pugi::xml_node next = node.next_sibling();
    const std::ptrdiff_t behind = next ? next.offset_debug() : -1;
    if (behind > name) return {.begin = begin, .end = static_cast<std::size_t>(behind) - 1};
    // Many elements end there: it is looked for once.
    if (begin < close_from_ || begin > close_) {
      close_from_ = begin;
      close_ = std::min(bytes_.find("</Content", begin), bytes_.size());
    }
    return {.begin = begin, .end = close_};
  }

  std::string_view bytes_;
  std::size_t last_ = 0;
  std::size_t close_from_ = 1;  ///< from here on the content ends first at close_; 1, 0 = not looked for yet
  std::size_t close_ = 0;
};

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> starts) {
  return std::ranges::any_of(starts, [&](std::string_view start) { return text.starts_with(start); });
}

/// What a line of the title page is; Final Draft knows only where it stands.
std::string title_key(const std::string& text, std::string_view alignment, const std::vector<TitlePageEntry>& before) {
  std::string lower = text;
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const bool has_credit = std::ranges::any_of(before, [](const TitlePageEntry& entry) { return entry.key == "Credit"; });
  if (before.empty()) return "Title";
  if (starts_with_any(lower, {"copyright", "©", "(c)"})) return "Copyright";
  if (starts_with_any(lower, {"based on", "from the", "story by"})) return "Source";
  if (!has_credit && lower.ends_with("by")) return "Credit";
  if (has_credit && alignment == "Center" && before.back().key == "Credit") return "Author";
  if (lower.contains("draft") || lower.contains("revis")) return "Draft date";
  return alignment == "Center" ? "Notes" : "Contact";
}

void read_title_page(const pugi::xml_node& content, std::vector<TitlePageEntry>& entries) {
  for (const pugi::xml_node paragraph : content.children("Paragraph")) {
    const std::string text = text_of(paragraph);
    if (text.empty()) continue;
    const std::string key = title_key(text, paragraph.attribute("Alignment").value(), entries);
    if (entries.empty() || entries.back().key != key) entries.push_back({.key = key, .values = {}});
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      entries.back().values.emplace_back(fuse::trim_blanks(std::string_view(text).substr(begin, end - begin)));
      begin = end + 1;
    }
  }
}

}  // namespace

bool looks_like_fdx(std::string_view bytes) {
  std::string head;
  for (const char letter : bytes.substr(0, 2000)) {
    if (letter != '\0') head += letter;
  }
  return head.contains("<FinalDraft");
}

Expected<Screenplay> parse_fdx(std::string_view bytes) {
  if (bytes.size() > kMostBytes) return no_fdx(fmt::format("{} bytes, more than {}", bytes.size(), kMostBytes));
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(bytes.data(), bytes.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!parsed) return no_fdx(fmt::format("broken XML at byte {}: {}", parsed.offset, parsed.description()));
  DepthGuard guard;
  if (!document.traverse(guard)) return no_fdx(fmt::format("elements more than {} deep", kDeepest));
  const pugi::xml_node root = document.child("FinalDraft");
  if (!root) return no_fdx("other XML");
  Reader reader(parsed.encoding == pugi::encoding_utf8 ? bytes : std::string_view());
  reader.read_content(root.child("Content"));
  read_title_page(root.child("TitlePage").child("Content"), reader.screenplay.title_page);
  if (reader.screenplay.elements.empty()) return no_fdx("one without a paragraph");
  return std::move(reader.screenplay);
}

}  // namespace cineloom
