#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/markup.h"
#include "story/exports/exports.h"
#include "story/internal/export_text.h"
#include "story/internal/stored_zip.h"

namespace cineloom {
namespace {

constexpr std::size_t kMostNodes = 60'000;
constexpr std::size_t kMostBytes = 1ULL << 30U;

constexpr std::string_view kContainer = R"(<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
)";

constexpr std::string_view kStyle = R"(body { line-height: 1.5; }
.choices { list-style: none; padding: 0; }
.choices li { margin: 0.6em 0; }
.ending { font-style: italic; text-align: center; margin-top: 2em; }
)";

/// Pages are numbered, so that file names tell nothing of the story and no two differ by case only.
class Book {
 public:
  explicit Book(const Story& story) : story_(story), language_(story.request.language == "zh" ? "zh" : "en"), title_(escape_markup(story::title_of(story))) {
    for (std::size_t i = 0; i < story.graph.nodes.size(); ++i) pages_.emplace(story.graph.nodes[i].id, fmt::format("p{}.xhtml", i));
  }

  [[nodiscard]] std::string write() const {
    story::StoredZip zip;
    zip.add("mimetype", "application/epub+zip");
    zip.add("META-INF/container.xml", kContainer);
    zip.add("OEBPS/content.opf", package());
    zip.add("OEBPS/nav.xhtml", navigation());
    zip.add("OEBPS/style.css", kStyle);
    for (const StoryNode& node : story_.graph.nodes) zip.add("OEBPS/" + pages_.at(node.id), page(node));
    return std::move(zip).finish();
  }

 private:
  [[nodiscard]] std::string document(std::string_view title, std::string_view body) const {
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" "
        "xmlns:epub=\"http://www.idpf.org/2007/ops\" xml:lang=\"{0}\" lang=\"{0}\">\n<head><title>{1}</title><link rel=\"stylesheet\" "
        "type=\"text/css\" href=\"style.css\"/></head>\n<body>\n{2}</body>\n</html>\n",
        language_, title, body);
  }

  [[nodiscard]] std::string page(const StoryNode& node) const {
    const std::string heading = escape_markup(story::heading_of(story_, node));
    std::string body = node.id == story_.graph.start ? fmt::format("<h1>{}</h1>\n", title_) : fmt::format("<h2>{}</h2>\n", heading);
    for (const std::string& line : story::paragraphs_of(node.text)) body += fmt::format("<p>{}</p>\n", escape_markup(line));
    if (!node.choices.empty()) body += "<ul class=\"choices\">\n";
    for (const StoryChoice& choice : node.choices) {
      body += fmt::format("<li><a href=\"{}\">{}</a></li>\n", pages_.at(choice.to), escape_markup(story::label_of(story_, choice)));
    }
    if (!node.choices.empty()) body += "</ul>\n";
    if (node.ending) body += fmt::format("<p class=\"ending\">{}</p>\n", escape_markup(story::told(story_, *node.ending)));
    return document(heading, body);
  }

  // Names the beginning only: a list of all pages would tell the endings.
  [[nodiscard]] std::string navigation() const {
    return document(title_, fmt::format("<nav epub:type=\"toc\"><ol><li><a href=\"{}\">{}</a></li></ol></nav>\n", pages_.at(story_.graph.start), title_));
  }

  [[nodiscard]] std::string package() const {
    std::string uuid = story::uuid_of(story_);
    std::ranges::transform(uuid, uuid.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    std::string items;
    std::string line = fmt::format("    <itemref idref=\"{}\"/>\n", id_of(story_.graph.start));
    for (const StoryNode& node : story_.graph.nodes) {
      items += fmt::format("    <item id=\"{}\" href=\"{}\" media-type=\"application/xhtml+xml\"/>\n", id_of(node.id), pages_.at(node.id));
      if (node.id != story_.graph.start) line += fmt::format("    <itemref idref=\"{}\" linear=\"no\"/>\n", id_of(node.id));
    }
    return fmt::format(R"(<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book" xml:lang="{0}">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="book">urn:uuid:{1}</dc:identifier>
    <dc:title>{2}</dc:title>
    <dc:language>{0}</dc:language>
    <meta property="dcterms:modified">2000-01-01T00:00:00Z</meta>
  </metadata>
  <manifest>
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    <item id="style" href="style.css" media-type="text/css"/>
{3}  </manifest>
  <spine>
{4}  </spine>
</package>
)",
                       language_, uuid, title_, items, line);
  }

  [[nodiscard]] std::string id_of(const std::string& node) const {
    const std::string& page = pages_.at(node);
    return page.substr(0, page.find('.'));
  }

  const Story& story_;
  std::string language_;
  std::string title_;
  std::map<std::string, std::string> pages_;
};

}  // namespace

Expected<std::string> write_epub(const Story& story) {
  if (story.graph.nodes.size() > kMostNodes) return fail(ErrorCode::InvalidArgument, fmt::format("an EPUB holds at most {} nodes", kMostNodes));
  std::size_t bytes = 0;
  for (const StoryNode& node : story.graph.nodes) bytes += 6 * node.text.size() + 4096;
  if (bytes > kMostBytes) return fail(ErrorCode::InvalidArgument, "the story is too large for an EPUB");
  return Book(story).write();
}

}  // namespace cineloom
