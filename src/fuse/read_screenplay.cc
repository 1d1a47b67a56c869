#include "fuse/read_screenplay.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "fuse/fdx.h"
#include "fuse/fountain.h"
#include "fuse/plain_script.h"

namespace cineloom {
namespace {

using enum ElementKind;

// Below this a reading is more guess than knowledge.
constexpr double kDoubtful = 0.5;
// Page furniture that Fountain never has.
constexpr int kPrintedPages = 3;

struct Found {
  int headings = 0;
  int names = 0;
  int marks = 0;  ///< what only Fountain writes

  [[nodiscard]] int all() const { return headings + names; }
};

Found count(const Screenplay& screenplay) {
  Found found;
  for (const ScreenplayElement& element : screenplay.elements) {
    found.headings += element.kind == SceneHeading ? 1 : 0;
    found.names += element.kind == CharacterCue ? 1 : 0;
    const bool is_mark = element.kind == Centered || element.kind == PageBreak || element.kind == Synopsis || element.kind == Note || element.kind == Boneyard;
    found.marks += is_mark || element.is_dual ? 1 : 0;
  }
  return found;
}

bool has_title(const Screenplay& screenplay) {
  constexpr std::array<std::string_view, 5> kKeys = {"Title", "Credit", "Author", "Authors", "Source"};
  return std::ranges::any_of(screenplay.title_page, [&](const TitlePageEntry& entry) { return std::ranges::find(kKeys, entry.key) != kKeys.end(); });
}

/// True if the text was written as Fountain, not only readable as such.
bool is_fountain(const Screenplay& fountain, const PlainScript& plain) {
  if (plain.has_html || plain.is_double_spaced || plain.furniture >= kPrintedPages) return has_title(fountain) && !plain.has_html;
  return has_title(fountain) || count(fountain).marks > 0 || count(fountain).all() >= count(plain.screenplay).all();
}

}  // namespace

Expected<ScreenplayReading> read_screenplay(std::string_view bytes) {
  if (looks_like_fdx(bytes)) {
    CINELOOM_TRY_ASSIGN(Screenplay screenplay, parse_fdx(bytes));
    return ScreenplayReading{.screenplay = std::move(screenplay), .format = ScreenplayFormat::FinalDraft, .score = 1};
  }
  if (bytes.starts_with("%PDF")) {
    return std::unexpected(
        Error(ErrorCode::InvalidArgument, "expected the text of a screenplay, found a PDF file").advise("save its text first: pdftotext -layout FILE.pdf"));
  }
  auto plain = parse_plain_script(bytes);
  auto fountain = parse_fountain(bytes);
  if (fountain && count(*fountain).all() > 0 && (!plain || is_fountain(*fountain, *plain))) {
    return ScreenplayReading{.screenplay = *std::move(fountain), .format = ScreenplayFormat::Fountain, .score = plain ? plain->score : 0.5};
  }
  if (!plain) return std::unexpected(std::move(plain).error());
  ScreenplayReading reading{.screenplay = std::move(plain->screenplay), .format = ScreenplayFormat::PlainText, .score = plain->score};
  if (reading.score < kDoubtful) {
    reading.warnings.push_back(fmt::format("the screenplay was hard to read: it scores {:.2f} of 1 by its headings, names and speech", reading.score));
  }
  return reading;
}

}  // namespace cineloom
